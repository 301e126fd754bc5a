import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeMastodon } from '../support/mastodon-fake.ts'
import { kim, type Written } from '../support/mastodon-payloads.ts'
import { until } from '../support/until.ts'
import { openMastodon, type pace } from './mastodon-bench.ts'
import { Desk, MemoryPlace, owedOf } from './workbench.ts'

let server: FakeMastodon
let desk: Desk
let place: MemoryPlace
const opened: { close(): Promise<void> }[] = []

beforeEach(async () => {
  server = await new FakeMastodon().start()
  desk = new Desk()
  place = new MemoryPlace()
})
afterEach(async () => {
  await desk.stop()
  await Promise.all(opened.splice(0).map(channel => channel.close()))
  await server.stop()
})

async function receiving(impatience: Partial<typeof pace> = {}, { streaming = true } = {}) {
  const { channel, logged } = openMastodon(server.url, impatience)
  opened.push(channel)
  await desk.receive(channel, place)
  if (streaming) await until('the stream', () => server.streamsOpened > 0)
  return { channel, logged }
}

const texts = () => desk.arrivals.map(({ text }) => text.replace('@acme ', ''))
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index))
const writeEach = (all: readonly string[]) => all.map(text => server.write({ text: `@acme ${text}` }))

test('[CH40] an account is read for the first time from an hour ago, over as many pages as that takes', async () => {
  server.write({ text: '@acme too old', createdAt: minutesAgo(61) })
  writeEach(numbers(1, 200))
  await receiving()
  await desk.arrived(200)
  expect(texts()).toEqual(numbers(1, 200))
})

test('[CH40] what the stream announces is read from the notifications, once, though it tells everything twice', async () => {
  server.tellsEach = 2
  await receiving()
  writeEach(numbers(1, 30))
  await desk.arrived(30)
  writeEach(['31'])
  await desk.arrived(31)
  expect(texts()).toEqual(numbers(1, 31))
})

test('[CH40] an announcement alone, of something else or of nothing, brings nothing', async () => {
  await receiving()
  server.tell('notification', '{"broken')
  server.tell('update', '{}')
  server.tell('no such event', '')
  writeEach(['1'])
  await desk.arrived(1)
  expect(texts()).toEqual(['1'])
})

test('[CH40] what came while the stream was lost is there when it is open again', async () => {
  await receiving()
  writeEach(['1'])
  await desk.arrived(1)
  server.tellsEach = 0
  server.dropStreams()
  writeEach(['2', '3'])
  await desk.arrived(3)
  expect(texts()).toEqual(['1', '2', '3'])
})

test('[CH40] private posts of strangers, which the stream holds back, come with the next look', async () => {
  await receiving({ pollMs: 20 })
  server.write({ text: '@acme psst', visibility: 'direct', filtered: true })
  const [arrival] = await desk.arrived(1)
  expect(arrival).toMatchObject({ text: '@acme psst', visibility: 'direct' })
})

test('[CH40] one that is numbered before another and stored after it is found by the review', async () => {
  await receiving({ pollMs: 20, reviewMs: 20 })
  writeEach(['1', '3'])
  await desk.arrived(2)
  server.write({ text: '@acme 2', late: true })
  await desk.arrived(3)
  expect(texts().toSorted()).toEqual(['1', '2', '3'])
})

test('[CH40] the review finds it also where more came since than one page shows', async () => {
  await receiving({ pollMs: 20, reviewMs: 300 })
  writeEach(['1', '3'])
  await desk.arrived(2)
  server.write({ text: '@acme 2', late: true })
  writeEach(numbers(4, 150))
  await desk.arrived(150)
  expect(texts().toSorted()).toEqual(numbers(1, 150).toSorted())
})

test('[CH40] a channel that starts again goes on where it was, and nothing comes twice', async () => {
  await receiving()
  writeEach(numbers(1, 3))
  await desk.arrived(3)
  await until('the place', () => place.saved?.newest === '26')
  await desk.stop()
  writeEach(numbers(4, 180))
  desk = new Desk()
  await receiving()
  await desk.arrived(177)
  expect(texts()).toEqual(numbers(4, 180))
})

test('[CH40] another account than the one that was read before starts anew', async () => {
  place.saved = { account: 'another@elsewhere.test', newest: '999999', since: Date.now() }
  writeEach(['1'])
  await receiving()
  await desk.arrived(1)
  expect(place.saved).toMatchObject({ newest: '22' })
})

test('[CH40] a page that is too long is read in smaller ones', async () => {
  const long = 'x'.repeat(200_000)
  for (let count = 0; count < 30; count++) server.write({ text: `@acme ${count} ${long}` })
  await receiving({ askLimitMs: 10_000 })
  await desk.arrived(30)
  expect(desk.arrivals.map(({ text, whole }) => `${text.split(' ')[1]} ${whole}`)).toEqual(
    numbers(0, 29).map(number => `${number} false`),
  )
})

test('[CH1] what could not be stored is read again, with all after it', async () => {
  let failures = 3
  desk = new Desk(async received => {
    if (received.type === 'arrival' && received.arrival.text === '@acme 2' && failures-- > 0) throw new Error('away')
  })
  await receiving()
  writeEach(numbers(1, 3))
  await until('all three', () => new Set(texts()).size === 3)
  expect(texts().filter(text => text === '1')).toHaveLength(1)
})

test('[CH41] an edit and a delete that the stream tells are told, and not lost with a store that is away', async () => {
  let failures = 2
  desk = new Desk(async received => {
    if (received.type === 'deleted' && failures-- > 0) throw new Error('away')
  })
  await receiving()
  const [first, second] = writeEach(['1', '2'])
  await desk.arrived(2)
  if (first === undefined || second === undefined) throw new Error('not written')
  server.edit(first, '@acme changed', true)
  server.remove(second, true)
  await until('both', () => desk.taken.length === 4)
  const [edited, deleted] = desk.taken.slice(2)
  expect(edited).toMatchObject({ type: 'edited', arrival: { externalId: first.id, text: '@acme changed' } })
  expect(edited?.type === 'edited' && edited.at).toBe(Date.parse(first.editedAt ?? ''))
  expect(deleted).toMatchObject({ type: 'deleted', externalId: second.id })
})

test('[CH41] an edit of a post that names somebody else is not ours', async () => {
  await receiving()
  server.tell('status.update', JSON.stringify({ id: '1', mentions: [{ id: 'other', acct: 'other' }] }))
  writeEach(['1'])
  await desk.arrived(1)
  expect(desk.taken.map(({ type }) => type)).toEqual(['arrival'])
})

test('[CH41] a review finds what the stream did not tell: an edit, a delete, an account that is gone', async () => {
  await receiving({ pollMs: 20, reviewMs: 20 })
  server.tellsEach = 0
  const lee = { ...kim, acct: 'lee@gone.test' }
  const written = [...writeEach(['1', '2']), server.write({ text: '@acme 3', by: lee })]
  await desk.arrived(3)
  const [first, second, third] = written
  if (first === undefined || second === undefined || third === undefined) throw new Error('not written')
  server.edit(first, '@acme changed', false)
  server.remove(second, false)
  server.remove(third, false)
  await until('all three', () => desk.taken.length === 6)
  expect(desk.taken.slice(3)).toMatchObject([
    { type: 'edited', arrival: { text: '@acme changed' } },
    { type: 'deleted', externalId: second.id },
    { type: 'account-gone', address: '@lee@gone.test' },
  ])
})

test('[CH41] what was changed while the channel was off is told when it is on again', async () => {
  await receiving()
  const old = server.write({ text: '@acme old', createdAt: minutesAgo(30) })
  writeEach(['1'])
  await until('the place', () => place.saved?.newest === '24')
  await desk.stop()
  server.edit(old, '@acme changed', false)
  desk = new Desk()
  await receiving({ pollMs: 20, reviewMs: 20 })
  await until('the edit', () => desk.taken.some(({ type }) => type === 'edited'))
  expect(desk.taken.filter(({ type }) => type === 'edited')).toMatchObject([{ arrival: { text: '@acme changed' } }])
})

test('[CH63] of what waits since before it listened it finds what was taken away, some at a time and each once', async () => {
  await receiving()
  const lee = { ...kim, acct: 'lee@gone.test' }
  const [changed, removed, ...others] = writeEach(numbers(1, 24))
  const left = server.write({ text: '@acme 25', by: lee })
  await desk.arrived(25)
  await desk.stop()
  if (changed === undefined || removed === undefined) throw new Error('not written')
  place.waiting = desk.arrivals.map(owedOf)
  server.edit(changed, '@acme changed', false)
  for (const post of [removed, left]) server.remove(post, false)
  desk = new Desk()
  const before = server.asked.length
  const looks = () => server.asked.slice(before).filter(({ path }) => path.startsWith('/api/v1/statuses/'))
  await receiving({ reviewMs: 300_000 })
  await until('the first of them', () => desk.taken.length === 2)
  expect(looks()).toHaveLength(10)
  await desk.stop()
  desk = new Desk()
  await receiving({ pollMs: 20, reviewMs: 40 })
  await until('all of them', () => desk.taken.some(({ type }) => type === 'account-gone'))
  const told = desk.taken.filter(({ type }) => type !== 'arrival')
  expect(told).toContainEqual({ type: 'deleted', externalId: removed.id, at: expect.any(Number) })
  expect(told).toContainEqual({ type: 'account-gone', address: '@lee@gone.test', at: expect.any(Number) })
  expect(told.find(({ type }) => type === 'edited')).toMatchObject({ arrival: { text: '@acme changed' } })
  expect(told.filter(({ type }) => type === 'deleted')).toHaveLength(1)
  expect(others.length + 3).toBe(looks().length - 10)
})

test('[CH63] a post that its server will not show keeps no other from being read, and is looked at again', async () => {
  await receiving()
  const [hidden, removed] = writeEach(['1', '2'])
  await desk.arrived(2)
  await desk.stop()
  if (hidden === undefined || removed === undefined) throw new Error('not written')
  place.waiting = desk.arrivals.map(owedOf)
  for (const post of [hidden, removed]) server.remove(post, false)
  const answers = [
    { status: 403, body: '{"error":"This action is not allowed"}' },
    { status: 500, body: '' },
    { status: 200, body: '[]' },
    { status: 200, body: `{"content":"${'long'.repeat(1_100_000)}"}` },
  ]
  server.instead = (path, response) => {
    const answer = path === `/api/v1/statuses/${hidden.id}` ? answers.shift() : undefined
    if (answer !== undefined) response.writeHead(answer.status).end(answer.body)
    return answer !== undefined
  }
  desk = new Desk()
  const { logged } = await receiving({ pollMs: 20, reviewMs: 40 })
  await until('both', () => desk.taken.filter(({ type }) => type === 'deleted').length === 2)
  expect(desk.taken.flatMap(each => (each.type === 'deleted' ? [each.externalId] : []))).toEqual([
    removed.id,
    hidden.id,
  ])
  expect(logged.join()).not.toContain('mastodon away')
})

/** From now on its server ends so many looks at this post without an answer. */
function breaksAt({ id }: Written, times: number) {
  let left = times
  server.instead = (path, response) => {
    if (left === 0 || path !== `/api/v1/statuses/${id}`) return false
    left--
    response.socket?.destroy()
    return true
  }
}
const deletions = () => desk.taken.flatMap(each => (each.type === 'deleted' ? [each.externalId] : []))

test('[CH83] a look-up that fails takes back nothing of what a review found, and what is left is found by the next', async () => {
  await receiving({ pollMs: 20, reviewMs: 20 })
  const [removed, changed, last] = writeEach(['1', '2', '3'])
  await desk.arrived(3)
  if (removed === undefined || changed === undefined || last === undefined) throw new Error('not written')
  server.tellsEach = 0
  breaksAt(last, 1)
  for (const post of [removed, last]) server.remove(post, false)
  server.edit(changed, '@acme changed', false)
  server.write({ text: '@acme late', late: true })
  await until('both deletions', () => deletions().length === 2)
  expect(deletions()).toEqual([removed.id, last.id])
  expect(texts()).toEqual(['1', '2', '3', 'late'])
  const [edited, ...more] = desk.taken.filter(({ type }) => type === 'edited')
  expect(edited).toMatchObject({ arrival: { text: '@acme changed' } })
  expect(more).toEqual([])
})

test('[CH83] a look-up that always fails keeps no other deletion from being found', async () => {
  await receiving({ pollMs: 20, reviewMs: 20 })
  const [first, second] = writeEach(['1', '2'])
  await desk.arrived(2)
  if (first === undefined || second === undefined) throw new Error('not written')
  server.tellsEach = 0
  breaksAt(first, Number.POSITIVE_INFINITY)
  for (const post of [first, second]) server.remove(post, false)
  await until('the other deletion', () => deletions().length > 0)
  expect(deletions()).toEqual([second.id])
})

test('[CH83] [CH63] a look-up that always fails takes back nothing of what was found of those that wait', async () => {
  await receiving()
  const [removed, last] = writeEach(['1', '2'])
  await desk.arrived(2)
  await desk.stop()
  if (removed === undefined || last === undefined) throw new Error('not written')
  place.waiting = desk.arrivals.map(owedOf)
  breaksAt(last, Number.POSITIVE_INFINITY)
  for (const post of [removed, last]) server.remove(post, false)
  desk = new Desk()
  const { channel } = openMastodon(server.url)
  opened.push(channel)
  const end = new AbortController()
  const receives = channel.receive(desk.take, place, end.signal)
  await until('the deletion', () => deletions().length > 0)
  end.abort()
  await receives
  expect(new Set(deletions())).toEqual(new Set([removed.id]))
})

test('[CH41] a notification that was dismissed is no deleted post', async () => {
  await receiving({ pollMs: 20, reviewMs: 20 })
  const [first] = writeEach(['1'])
  await desk.arrived(1)
  if (first === undefined) throw new Error('not written')
  server.book.remove(first)
  server.instead = (path, response) => {
    if (path !== `/api/v1/statuses/${first.id}`) return false
    response.writeHead(200).end('{"id":"1"}')
    return true
  }
  await until('the look', () => server.asked.some(({ path }) => path === `/api/v1/statuses/${first.id}`))
  writeEach(['2'])
  await desk.arrived(2)
  expect(desk.taken.map(({ type }) => type)).toEqual(['arrival', 'arrival'])
})

test('[CH42] an entry in another shape is set aside with what came, and the next is taken', async () => {
  server.broken.push({ id: '23', type: 'mention', created_at: 'x', status: { id: '77', content: 5 } }, 'nothing', null)
  writeEach(['1'])
  const { channel } = await receiving()
  await desk.arrived(1)
  expect(desk.unreadables.map(({ externalId }) => externalId)).toContain('77')
  expect(desk.unreadables).toHaveLength(3)
  const [unreadable] = desk.unreadables.filter(({ externalId }) => externalId === '77')
  expect(JSON.parse(Buffer.from(unreadable?.raw ?? []).toString())).toEqual(server.broken[0])
  expect(await channel.reread(unreadable?.raw ?? Buffer.from(''), '77')).toMatchObject({ type: 'unreadable' })
})

test('[CH49] a stream that shows no sign of life is opened again', async () => {
  server.answersPing = false
  await receiving({ silenceMs: 60 })
  await until('another stream', () => server.streamsOpened > 2)
  server.answersPing = true
  const before = server.streamsOpened
  writeEach(['1'])
  await desk.arrived(1)
  expect(server.streamsOpened - before).toBeLessThan(3)
})

test('[CH49] [CH60] a server that goes away is known to be away when its stream ends, not at the next look', async () => {
  const { channel } = await receiving({ pollMs: 600_000, pollAloneMs: 600_000 })
  const looks: number[] = []
  await until('it to rest', () => {
    const { currentAt } = channel.health()
    return currentAt !== null && looks.push(currentAt) > 50 && looks.at(-50) === currentAt
  })
  server.instead = (_path, response) => {
    response.writeHead(502).end()
    return true
  }
  server.streamsOpen = false
  server.dropStreams()
  await until('away', () => channel.health().state === 'away')
})

test('[CH49] without a stream the notifications are looked at by themselves', async () => {
  server.streamsOpen = false
  const { channel } = await receiving({}, { streaming: false })
  writeEach(['1', '2'])
  await desk.arrived(2)
  expect(texts()).toEqual(['1', '2'])
  expect(channel.health()).toMatchObject({ state: 'receiving', complaint: null })
})

test('[CH49] it is current as of its last look, and not while its server is away', async () => {
  const { channel } = await receiving({ pollMs: 10 })
  const before = Date.now()
  const current = await until(
    'a later look',
    () => (channel.health().currentAt ?? 0) >= before && channel.health().currentAt,
  )
  server.instead = (_path, response) => {
    response.writeHead(502).end('<html>Bad gateway</html>')
    return true
  }
  await until('away', () => channel.health().state === 'away')
  const { complaint, currentAt } = channel.health()
  expect(complaint).toMatchObject({ code: 'unread', trouble: 'status', status: 502, said: null })
  expect(complaint?.sentence).toMatch(
    /^Nothing of 127\.0\.0\.1:\d+ could be read since .* UTC: .*status 502\. It waits there, and is tried again by itself\.$/,
  )
  expect(currentAt).toBeGreaterThanOrEqual(Number(current))
  server.instead = null
  writeEach(['1'])
  await desk.arrived(1)
  await until('it receives', () => channel.health().state === 'receiving')
})

test('[CH46] a server that wants no more is left alone until the time it names', async () => {
  await receiving({ pollMs: 10 })
  let refusals = 0
  server.instead = (path, response) => {
    if (path !== '/api/v1/notifications' || refusals > 0) return false
    refusals++
    const resets = new Date(Date.now() + 300).toISOString()
    response
      .writeHead(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': resets })
      .end('{"error":"Too many requests"}')
    return true
  }
  await until('a refusal', () => refusals === 1)
  const asked = server.asked.length
  const refusedAt = performance.now()
  writeEach(['1'])
  await desk.arrived(1)
  expect(performance.now() - refusedAt).toBeGreaterThan(250)
  expect(server.asked.slice(asked).map(({ path }) => path)[0]).toBe('/api/v2/instance')
})
