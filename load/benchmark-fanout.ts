import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { type Gateway, openGateway } from '@muster/server/realtime/gateway.ts'
import type { Limits } from '@muster/server/realtime/surroundings.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Change, Store } from '@muster/server/store/store.ts'

/**
 * What it costs to tell everybody: `node load/benchmark-fanout.ts [sockets]`. The floor tells every entry by itself, as one
 * would at first; the gateway gathers them into batches. Both in one run on the same store, so the ratio travels though the
 * numbers belong to the machine. The sockets only swallow what they are sent, in another process.
 */
const sockets = Number(process.argv[2] ?? 500)
const rates = [20, 100, 400]
const measureMs = 2_000
const origin = 'http://benchmark'
const room = 'incident'
const actor = { id: 'ada', name: 'Ada', team: 'Support', role: 'responder' as const, incidentId: null }

let made = 0
function entry(): Change {
  const id = `conversation-${++made}`
  const human = { channelId: 'mail', address: `${id}@example.com`, name: 'Kim' }
  const conversation = { id, human, preview: 'My card was declined twice. '.repeat(6), waitingSince: made, claim: null }
  const tell = [{ type: 'message/arrived', at: made, by: null, conversation, messageId: id }]
  return { commandId: id, seen: {}, put: [], tell, answer: {} }
}

type Way = { name: string; limits: Partial<Limits> }

const ways: Way[] = [
  // A ring this short lets no line wait: it would push it out.
  { name: 'each by itself', limits: { ring: 2 } },
  { name: 'in batches', limits: {} },
]

function open(store: Store, httpServer: HttpServer, limits: Partial<Limits>): Gateway {
  const visitor = { actor, again: async () => actor, touch: async () => {} }
  return openGateway({
    httpServer,
    store,
    ask: async () => ({ type: 'done', seq: 0, answer: {} }),
    allowedOrigins: asked => asked === origin,
    visitorOf: async () => visitor,
    redisUrl: null,
    nodeId: 'benchmark',
    log: () => {},
    observe: () => {},
    limits,
  })
}

type Found = { rate: number; perSecond: number; share: number; microseconds: number; p99: number }

async function measure(store: Store, { limits }: Way): Promise<Found[]> {
  const httpServer = createServer()
  const gateway = open(store, httpServer, limits)
  httpServer.listen(0, '127.0.0.1')
  await once(httpServer, 'listening')
  const { port } = httpServer.address() as AddressInfo
  const crowd: ChildProcess = fork(import.meta.filename, ['crowd', String(port), String(sockets)])
  await once(crowd, 'message')
  const found: Found[] = []
  for (const rate of rates) found.push(await tell(store, rate))
  crowd.kill()
  await once(crowd, 'exit')
  await gateway.close()
  httpServer.close()
  return found
}

/** Tells at a rate for a while: what it took of one core, in all and for each entry that reached a socket. */
async function tell(store: Store, rate: number): Promise<Found> {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const from = performance.now()
  const before = process.cpuUsage()
  let told = 0
  while (performance.now() - from < measureMs) {
    const due = Math.floor(((performance.now() - from) * rate) / 1_000) - told
    await store.commit(room, Array.from({ length: due }, entry))
    told += due
    await pause(1_000 / rate)
  }
  const { user, system } = process.cpuUsage(before)
  const ms = performance.now() - from
  delay.disable()
  const perSecond = (told / ms) * 1_000
  const microseconds = (user + system) / (told * sockets)
  return { rate, perSecond, share: (user + system) / 1_000 / ms, microseconds, p99: delay.percentile(99) / 1e6 }
}

/** In the other process: sockets that read everything and do nothing with it. */
async function crowd(port: number, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => watcher(port)))
  process.send?.('all watch')
}

function watcher(port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  const head = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\n`
  socket.write(
    `${head}Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`,
  )
  const send = (text: string) => socket.write(frame(text))
  let heard = ''
  const listen = (data: Buffer) => {
    heard += data.toString('latin1')
    if (heard.includes('0{"sid"') && !heard.includes('40{"sid"')) send('40')
    if (heard.includes('40{"sid"') && !heard.includes('430['))
      send(`420["watch",{"incidentId":"${room}","cursor":null}]`)
    if (!heard.includes('430[')) return
    socket.off('data', listen).resume()
    resolve()
  }
  socket.on('data', listen)
  return promise
}

/** A short text, masked with zeros. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-benchmark-'))
  const store = await openSqliteStore({ file: join(folder, 'muster.db') })
  const records = ['incident', 'facts'].map(key => ({ key, value: { id: room }, indexes: {}, formerly: [] }))
  await store.commit(room, [{ ...entry(), seen: { incident: null, facts: null }, put: records }])
  console.log(
    `${sockets} sockets: entries/s, share of one core, µs for each entry and socket, delay of the loop at p99`,
  )
  const results = []
  for (const way of ways) results.push({ ...way, found: await measure(store, way) })
  for (const { name, found } of results) {
    for (const { perSecond, share, microseconds, p99 } of found) {
      const figures = [
        perSecond.toFixed(0),
        `${(share * 100).toFixed(0)} %`,
        `${microseconds.toFixed(2)} µs`,
        `${p99.toFixed(0)} ms`,
      ]
      console.log(name.padEnd(16), ...figures.map(figure => figure.padStart(9)))
    }
  }
  const [single, batched] = results.map(({ found }) => found)
  for (const [index, rate] of rates.entries()) {
    const ratio = (single?.[index]?.microseconds ?? 0) / (batched?.[index]?.microseconds ?? 1)
    console.log(`at ${rate} entries/s a batch is ${ratio.toFixed(1)} times as cheap`)
  }
  await store.close()
  rmSync(folder, { recursive: true })
}

const [, , role, port, count] = process.argv
if (role === 'crowd') await crowd(Number(port), Number(count))
else await main()
