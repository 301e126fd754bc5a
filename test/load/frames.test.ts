import { once } from 'node:events'
import { Random } from '@muster/server/drill/random.ts'
import { buildTemporary, type Temporary } from '@muster/server/drill/temporary.ts'
import type { WatchAnswer } from '@muster/shared/protocol.ts'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { event, type Frame, goodbye, handshake, pong, read, socketAddress } from '../../load/scripts/frames.ts'
import { until } from '../support/until.ts'

let muster: Temporary

beforeAll(async () => {
  const random = new Random(1)
  const wanted = { store: 'sqlite', people: 1, leaseMs: 60_000, random, now: Date.now, redisUrl: null } as const
  muster = await buildTemporary(wanted)
})
afterAll(() => muster.close(false))

/** The WebSocket beneath socket.io-client, which its types leave out. */
type Wire = {
  send: (data: string, ...rest: unknown[]) => void
  on(event: 'message', hear: (data: Buffer) => void): void
}
type Transport = { ws: Wire; onData(data: string): void }

/** A real client, with every frame that goes over its wire. */
function listenedClient(token: string) {
  const socket = io(muster.url, {
    transports: ['websocket'],
    forceNew: true,
    autoConnect: false,
    reconnection: false,
    auth: { token },
    extraHeaders: { origin: muster.url },
  })
  const sent: string[] = []
  const received: string[] = []
  const transport = () => socket.io.engine.transport as unknown as Transport
  socket.io.on('open', () => {
    const { ws } = transport()
    const send = ws.send.bind(ws)
    ws.send = (data, ...rest) => {
      sent.push(data)
      send(data, ...rest)
    }
    ws.on('message', data => received.push(data.toString()))
  })
  return { socket, sent, received, transport }
}

function token(): string {
  return muster.cast.responders[0]?.token ?? ''
}

test('[RT2] the load writes frame by frame what socket.io-client writes', async () => {
  const { socket, sent, transport } = listenedClient(token())
  const watch = { incidentId: muster.incidentId, cursor: null }
  const presence = { incidentId: muster.incidentId, viewing: 'ärger "quoted" \u2028', typing: true }
  socket.connect()
  await once(socket as never, 'connect')
  await socket.emitWithAck('watch', watch)
  socket.emit('presence', presence)
  await socket.emitWithAck('watch', watch)
  transport().onData('2')
  socket.disconnect()
  await until('the client says goodbye', () => sent.includes(goodbye))
  expect(sent).toEqual([
    handshake({ token: token() }),
    event('watch', watch, 0),
    event('presence', presence),
    event('watch', watch, 1),
    pong,
    goodbye,
  ])
})

test('[RT2] the load reads from every frame what socket.io-client reads', async () => {
  const { socket, received } = listenedClient(token())
  const heard: Frame[] = []
  socket.onAny((name: string, payload: unknown) => heard.push({ type: 'event', name, payload }))
  socket.connect()
  await once(socket as never, 'connect')
  const { incidentId } = muster
  const watched: unknown = await socket.emitWithAck('watch', { incidentId, cursor: null })
  const join = { id: crypto.randomUUID(), type: 'incident/join', incidentId }
  const joined: unknown = await socket.emitWithAck('command', join)
  await until('the screen is told who joined', () =>
    heard.some(frame => frame.type === 'event' && frame.name === 'entries'),
  )
  socket.disconnect()
  const frames = received.map(read)
  expect(frames[0]).toEqual({ type: 'connected' })
  expect(frames.filter(({ type }) => type === 'answer')).toEqual([
    { type: 'answer', number: 0, payload: watched },
    { type: 'answer', number: 1, payload: joined },
  ])
  expect(frames.filter(({ type }) => type === 'event')).toEqual(heard)
  expect(frames.filter(({ type }) => type === 'unknown')).toEqual([])
})

test('[RT6] a refused handshake is the same sentence to both', async () => {
  const { socket, received } = listenedClient('muster_of-nobody')
  const refused = new Promise<Error>(resolve => socket.once('connect_error', resolve))
  socket.connect()
  const { message } = await refused
  expect(received.map(read)).toContainEqual({ type: 'refused', sentence: message })
  socket.disconnect()
})

test('[RT2] a server understands the frames, from the hello to the goodbye', async () => {
  const wire = new WebSocket(socketAddress(muster.url), { headers: { origin: muster.url } })
  const frames: Frame[] = []
  wire.onmessage = ({ data }) => frames.push(read(String(data)))
  const comes = (type: Frame['type']) => until(type, () => frames.find(frame => frame.type === type))
  expect(await comes('opened')).toMatchObject({ pingInterval: expect.any(Number), pingTimeout: expect.any(Number) })
  wire.send(handshake({ token: token() }))
  await comes('connected')
  wire.send(event('watch', { incidentId: muster.incidentId, cursor: null }, 7))
  expect(await comes('answer')).toMatchObject({ number: 7, payload: { type: 'reset' } satisfies Partial<WatchAnswer> })
  const top = await until('a heartbeat', () => frames.find(frame => frame.type === 'event' && frame.name === 'top'))
  expect(top).toMatchObject({ payload: { incidentId: muster.incidentId } })
  wire.send(goodbye)
  wire.close()
  await once(wire, 'close')
})

test('[RT5] every kind of frame is told from every other, and an unknown one is said to be', () => {
  expect(read('2')).toEqual({ type: 'ping' })
  expect(read('1')).toEqual({ type: 'goodbye' })
  expect(read('41')).toEqual({ type: 'goodbye' })
  expect(read('43120[]')).toEqual({ type: 'answer', number: 120, payload: undefined })
  expect(read('42["entries",{"from":1}]')).toEqual({ type: 'event', name: 'entries', payload: { from: 1 } })
  expect(read('42/elsewhere,["entries"]')).toEqual({ type: 'unknown', frame: '42/elsewhere,["entries"]' })
  expect(read('45')).toEqual({ type: 'unknown', frame: '45' })
})
