import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Change, Store } from '@muster/server/store/store.ts'

/**
 * What a store takes in a second, and what grouping gains: `node load/benchmark-store.ts`. The floor commits one change
 * and waits for it before the next, as a store without groups would. Absolute numbers belong to the machine; the ratios
 * travel. Redis runs with an append-only file synced every second.
 */
const measureMs = 800
const folder = mkdtempSync(join(tmpdir(), 'muster-benchmark-'))
let made = 0

/** A message arrives: two records, one of them in a list, and a line of about 400 bytes. */
function arrival(): Change {
  const id = `message-${++made}`
  const conversation = {
    id,
    state: 'waiting',
    human: { address: `${id}@example.com`, name: 'Kim' },
    waitingSince: made,
  }
  return {
    commandId: id,
    seen: { [`message/${id}`]: null, [`conversation/${id}`]: null },
    put: [
      {
        key: `message/${id}`,
        value: { id, text: 'My card was declined twice. '.repeat(8) },
        indexes: {},
        formerly: [],
      },
      { key: `conversation/${id}`, value: conversation, indexes: { waiting: made }, formerly: [] },
    ],
    tell: [{ type: 'message/arrived', conversation, messageId: id, filling: 'x'.repeat(200) }],
    answer: {},
  }
}

/** A small change: one record, one line. */
function touch(): Change {
  const id = `touch-${++made}`
  return {
    commandId: id,
    seen: { [id]: null },
    put: [{ key: id, value: made, indexes: {}, formerly: [] }],
    tell: [{ id }],
    answer: {},
  }
}

type Way = { name: string; callers: number; perCall: number; rooms: number }

const ways: Way[] = [
  { name: 'one by one (the floor)', callers: 1, perCall: 1, rooms: 1 },
  { name: '512 callers, a call each', callers: 512, perCall: 1, rooms: 1 },
  { name: '512 callers, a call each, 8 rooms', callers: 512, perCall: 1, rooms: 8 },
  { name: 'calls of 64 changes', callers: 2, perCall: 64, rooms: 1 },
  { name: 'calls of 512 changes', callers: 2, perCall: 512, rooms: 1 },
]

async function measure(store: Store, { name, callers, perCall, rooms }: Way, make: () => Change) {
  const begin = performance.now()
  const waits: number[] = []
  let done = 0
  async function call(caller: number): Promise<void> {
    while (performance.now() - begin < measureMs) {
      const asked = performance.now()
      const outcomes = await store.commit(
        `${name} ${make.name} ${caller % rooms}`,
        Array.from({ length: perCall }, make),
      )
      if (outcomes.some(({ type }) => type !== 'committed')) throw new Error(`${store.kind}: a change did not commit`)
      waits.push(performance.now() - asked)
      done += perCall
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  waits.sort((a, b) => a - b)
  return { rate: (1_000 * done) / (performance.now() - begin), p99: waits[Math.floor(waits.length * 0.99)] ?? 0 }
}

async function report(store: Store, make: () => Change): Promise<void> {
  let floor = 0
  for (const way of ways) {
    const { rate, p99 } = await measure(store, way, make)
    floor ||= rate
    const figures = [
      `${Math.round(rate)}/s`.padStart(9),
      `x${(rate / floor).toFixed(1)}`.padStart(7),
      `${p99.toFixed(1)} ms`.padStart(10),
    ]
    console.log(`${store.kind.padEnd(7)}${make.name.padEnd(9)}${way.name.padEnd(36)}${figures.join('')}`)
  }
}

/** Starts a Redis of its own; null where none is installed. */
async function startRedis() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes']
  const server = spawn('redis-server', settings, { stdio: 'ignore' })
  const started = await Promise.race([once(server, 'spawn').then(() => true), once(server, 'error').then(() => false)])
  return started ? { url: `redis://127.0.0.1:${port}`, stop: () => server.kill('SIGKILL') } : null
}

console.log(
  `${'store'.padEnd(7)}${'change'.padEnd(9)}${'way'.padEnd(36)}${'changes'.padStart(9)}${'ratio'.padStart(7)}${'p99'.padStart(10)}`,
)
const sqlite = await openSqliteStore({ file: join(folder, 'muster.db') })
for (const make of [touch, arrival]) await report(sqlite, make)
await sqlite.close()

const server = await startRedis()
if (server) {
  const redis = await openRedisStore(server)
  for (const make of [touch, arrival]) await report(redis, make)
  await redis.close()
  server.stop()
} else {
  console.log('redis  SKIPPED: redis-server is not installed.')
}
rmSync(folder, { recursive: true })
