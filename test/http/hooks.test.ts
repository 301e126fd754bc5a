import { connect, type Socket } from 'node:net'
import { Bounds } from '@muster/server/desk/bounds.ts'
import { Doorstep } from '@muster/server/http/doorstep.ts'
import type { HookJudged } from '@muster/server/http/surroundings.ts'
import { afterEach, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { Door } from './door.ts'

const longest = 262_144
const accepted = { status: 202, body: { accepted: true } }
const strange = { status: 401, body: { sentence: 'No signature fits.' } }

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** A door at which a body that says "signed" is proved. */
async function doorWith(given: { bounds?: Bounds; callsPerSecond?: number; bodyWithinMs?: number } = {}) {
  const { bounds = new Bounds(), callsPerSecond = 1_000, bodyWithinMs = 60_000 } = given
  const judge = async (_: string, { body }: { body: Buffer }): Promise<HookJudged> =>
    body.toString() === 'signed' ? { answer: accepted, take: async () => accepted } : { answer: strange, take: null }
  const door = await Door.open({
    hook: {
      longest: () => longest,
      callsPerSecond,
      bodyWithinMs,
      enter: bytes => bounds.tryEnter(bytes),
      meet: () => ({ type: 'unproved' }),
      judge,
    },
  })
  ends.push(() => door.close())
  const call = (body = 'signed', from = '192.0.2.1') =>
    fetch(`${door.origin}/hooks/posts`, { method: 'POST', body, headers: { 'x-forwarded-for': from } })
  return { door, call, bounds }
}

type Hanging = { socket: Socket; said: string; closed: boolean }

/** Announces the longest body there may be, and sends a byte of it. */
function hangOn({ origin }: Door): Hanging {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  const hanging: Hanging = { socket, said: '', closed: false }
  socket.on('error', () => {})
  socket.on('data', data => {
    hanging.said += String(data)
  })
  socket.on('close', () => {
    hanging.closed = true
  })
  socket.write(`POST /hooks/posts HTTP/1.1\r\nHost: muster\r\nContent-Length: ${longest}\r\n\r\n{`)
  ends.push(() => socket.destroy())
  return hanging
}

test('[CH27] what is announced and does not come takes no room: a signed call is taken, and who pulls goes on', async () => {
  const { door, call, bounds } = await doorWith({ bounds: new Bounds({ count: 5, bytes: 1_000 }) })
  const strangers = Array.from({ length: 130 }, () => hangOn(door))
  await until('all of them to be there', () => strangers.every(({ socket }) => socket.bytesWritten > 0))
  for (let count = 0; count < 20; count++) expect((await call()).status).toBe(202)
  expect(bounds.held).toEqual({ count: 0, bytes: 0, waiting: 0 })
  expect(strangers.filter(({ closed }) => closed)).toEqual([])
})

test('[CH27] a body that does not come in time is not waited for', async () => {
  const { door, call } = await doorWith({ bodyWithinMs: 50 })
  const stranger = hangOn(door)
  await until('the stranger to be turned out', () => stranger.closed)
  expect(stranger.said).toMatch(/^HTTP\/1\.1 408 [\s\S]+Nothing of this call was kept/)
  expect((await call()).status).toBe(202)
})

test('[CH27] however bodies end, the doorstep is empty afterwards', async () => {
  const { call, door } = await doorWith({ bodyWithinMs: 50 })
  const long = 'x'.repeat(longest)
  for (let count = 0; count < 20; count++) {
    const broken = hangOn(door)
    const [unproved, tooLong] = await Promise.all([call(long), call(`${long}x`)])
    expect([unproved.status, tooLong.status]).toEqual([401, 413])
    await until('the stranger to be turned out', () => broken.closed)
  }
})

test('[CH61] a proved call for which there is no room is told when to come again, and one that proves nothing takes none', async () => {
  const { call, bounds } = await doorWith({ bounds: new Bounds({ count: 1, bytes: 1_000 }) })
  const leave = await bounds.enter(1)
  const refused = await call()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect((await call('unsigned')).status).toBe(401)
  leave()
  expect((await call()).status).toBe(202)
  expect(bounds.held).toEqual({ count: 0, bytes: 0, waiting: 0 })
})

test('[CH27] a stranger who calls without end stops no other network', async () => {
  const { call } = await doorWith({ callsPerSecond: 3 })
  const statuses = await Promise.all(Array.from({ length: 30 }, () => call('unsigned', '203.0.113.7')))
  const refused = statuses.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]?.headers.get('retry-after')).toBe('1')
  expect((await call('signed', '192.0.2.1')).status).toBe(202)
})

test('[CH27] what is proved is counted for its channel, from wherever it comes', async () => {
  const { call } = await doorWith({ callsPerSecond: 3 })
  const statuses = await Promise.all(Array.from({ length: 30 }, (_, index) => call('signed', `192.0.2.${index}`)))
  expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([202, 429]))
})

test('[CH27] no network has more of the doorstep than its part, and all of them no more than there is', () => {
  const doorstep = new Doorstep({ all: 100, one: 40 })
  expect([doorstep.take('one', 30), doorstep.take('one', 11), doorstep.take('one', 10)]).toEqual([true, false, true])
  expect([doorstep.take('two', 40), doorstep.take('three', 21), doorstep.take('three', 20)]).toEqual([
    true,
    false,
    true,
  ])
  doorstep.giveBack('one', 40)
  expect([doorstep.take('four', 40), doorstep.take('three', 1)]).toEqual([true, false])
})
