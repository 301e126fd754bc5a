import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { problem } from '../support/x-exchange.ts'
import { Desk, MemoryPlace, owedOf, surroundingsOf } from './workbench.ts'
import { openX, receiving, startX } from './x-bench.ts'

const hourMs = 3_600_000

function textsOf(desk: Desk): string[] {
  return [...new Set(desk.arrivals.map(({ text }) => text))].toSorted()
}

test('[CH50] who wrote is asked for where X does not send it along', async () => {
  const api = await startX()
  const { channel } = openX(api, { settings: { directMessages: false } })
  const desk = await receiving(channel)
  await until('the stream is open', () => api.activity.size === 1)
  api.world.person('kim', { name: 'Kim' })
  const post = api.world.write(api.world.person('kim'), 'hey @acme')
  const payload = {
    id: post.id,
    author_id: post.author.id,
    text: post.text,
    entities: { mentions: [{ start: 4, end: 9, username: 'acme' }] },
  }
  await api.tell('post.mention.create', payload)
  await api.tell('post.mention.create', { ...payload, id: api.world.newId(), author_id: '7' })
  const arrivals = await desk.arrived(2)
  expect(arrivals.map(({ from }) => from.address).toSorted()).toEqual(['7', '@kim'])
})

test('[CH50] words are looked for by rules of ours alone, and what only holds them is closed', async () => {
  const api = await startX()
  api.arrangements.rules.push(
    { id: '1', value: '(cats)', tag: 'others' },
    { id: '2', value: '(old)', tag: 'muster/x-acme' },
  )
  const words = [
    'acme down',
    'card "declined"',
    ...Array.from({ length: 45 }, (_, at) => `a longer phrase of ours number ${at}`),
  ]
  const { channel } = openX(api, { settings: { search: { words } } })
  const desk = await receiving(channel)
  await until('both streams are open', () => api.activity.size === 1 && api.searched.size === 1)
  const rules = api.arrangements.rules.map(({ value, tag }) => `${tag}: ${value}`)
  expect(rules[0]).toBe('others: (cats)')
  expect(rules.length).toBeGreaterThan(2)
  expect(rules[1]).toMatch(/^muster\/x-acme: \("acme down" OR "card {2}declined" OR .* -is:retweet -from:acme$/)
  expect(rules.every(rule => rule.length < 1_024 + 20)).toBe(true)
  await api.write('kim', 'Is Acme down again?')
  await api.write('lee', 'I like cats')
  const [arrival] = await desk.arrived(1)
  expect(arrival).toMatchObject({ text: 'Is Acme down again?', closed: { why: 'not-summoned' } })
  expect(textsOf(desk)).toEqual(['Is Acme down again?'])
})

test('[CH66] at its cap no words are looked for, by no road, and what names the account comes in; then they are again', async () => {
  const api = await startX()
  let mayCost = true
  const given = { settings: { search: { words: ['outage'] } }, surroundings: { mayCost: async () => mayCost } }
  const { channel } = openX(api, { ...given, pace: { capMs: 20 } })
  const place = new MemoryPlace()
  const desk = await receiving(channel, place)
  await until('the streams are open', () => api.activity.size === 1 && api.searched.size === 1)
  mayCost = false
  await until('it says so', () => channel.health().complaint?.code === 'words-paused')
  await until('their stream is closed', () => api.searched.size === 0)
  api.isMute = true
  await api.write('kim', 'an outage')
  await api.write('lee', '@acme an outage?')
  const written = Date.now()
  api.activity.drop()
  await until('all is read', () => Number(place.saved?.posts) >= written)
  expect(textsOf(desk)).toEqual(['@acme an outage?'])
  await until('the other stream is open again', () => api.activity.size === 1)
  expect([api.searched.size, channel.health().state]).toEqual([0, 'receiving'])
  api.isMute = false
  mayCost = true
  await until('the words are heard again', () => api.searched.size === 1)
  await until('nothing is wrong', () => channel.health().complaint === null)
  await api.write('ann', 'another outage')
  await until('it is heard', () => textsOf(desk).includes('another outage'))
})

test('[CH52] all that was written while the stream was away arrives, on every page, and nothing but that', async () => {
  const api = await startX()
  const ours = api.world.write(api.account, 'We are back.')
  const { channel } = openX(api, { settings: { search: { words: ['outage'] } } })
  const desk = await receiving(channel)
  await until('the streams are open', () => api.activity.size === 1 && api.searched.size === 1)
  api.isMute = true
  const written = ['an outage', 'only quoted']
  await api.write('lee', 'an outage')
  await api.write('ann', 'only quoted', { quotes: ours })
  for (let number = 0; number < 250; number++) {
    written.push(`@acme ${number}`, `direct ${number}`)
    await api.write(`kim${number % 7}`, `@acme ${number}`)
    await api.writeDirectly(`kim${number % 7}`, `direct ${number}`)
  }
  await api.write('zoe', 'about the weather')
  api.activity.drop()
  await until('all of it', () => textsOf(desk).length >= written.length)
  const quoted = `only quoted https://twitter.com/acme/status/${ours.id}`
  expect(textsOf(desk)).toEqual(written.map(text => (text === 'only quoted' ? quoted : text)).toSorted())
  expect(desk.arrivals).toHaveLength(written.length)
})

test('[CH52] of a long time without a stream all is searched for, what was written in the middle of it too', async () => {
  const api = await startX()
  const ours = api.world.write(api.account, 'We are back.')
  const place = new MemoryPlace()
  const { channel } = openX(api, {
    settings: { directMessages: false, search: { words: ['outage'] } },
    pace: { catchUpCalledMs: 10, overlapMs: 0 },
  })
  const desk = await receiving(channel, place)
  await until('the streams are open', () => api.activity.size === 1 && api.searched.size === 1)
  api.interfere = ({ path }) => (path.endsWith('/stream') ? problem(503, 'Over capacity') : null)
  api.activity.drop()
  api.searched.drop()
  const looks = async (count: number) => {
    const before = place.saves
    await until(`${count} looks`, () => place.saves >= before + count)
  }
  await looks(3)
  await api.write('lee', 'an outage')
  await api.write('ann', 'only quoted', { quotes: ours })
  await looks(3)
  api.interfere = () => null
  await until('all of it', () => desk.arrivals.length === 2)
})

test('[CH52] more than X shows of mentions is searched for', async () => {
  const api = await startX()
  api.reading.lists.mostMentions = 800
  const kim = api.world.person('kim')
  for (let number = 0; number < 850; number++) api.world.write(kim, `@acme ${number}`)
  const { channel } = openX(api, { settings: { directMessages: false } })
  const desk = await receiving(channel)
  await until('all of it', () => textsOf(desk).length === 850)
})

test('[CH52] the place moves only when all is stored, and reading goes on from it after a start', async () => {
  const api = await startX()
  const place = new MemoryPlace()
  let isAway = true
  const desk = new Desk(async () => {
    if (isAway) throw new Error('the store is away')
  })
  const first = openX(api, { settings: { directMessages: false } }).channel
  await api.write('kim', '@acme one')
  const stop = new AbortController()
  const ended = first.receive(desk.take, place, stop.signal)
  await until('it complains', () => first.health().complaint?.code === 'unread')
  expect([place.saved, first.health().state, first.health().currentAt]).toEqual([null, 'away', null])
  isAway = false
  await until('it is stored', () => desk.arrivals.length === 1)
  await until('the place is saved', () => place.saved !== null)
  stop.abort()
  await ended
  expect(first.health()).toEqual({ state: 'off', complaint: null, currentAt: null })
  await api.write('kim', '@acme two')
  const again = await receiving(openX(api, { settings: { directMessages: false } }).channel, place)
  await until('what came in between', () => textsOf(again).includes('@acme two'))
})

test('[CH52] what the stream brought and was not taken is read again', async () => {
  const api = await startX()
  let refusals = 0
  const desk = new Desk(async received => {
    if (received.type === 'arrival' && received.arrival.text === '@acme no' && refusals++ < 2) throw new Error('away')
  })
  await receiving(openX(api, { settings: { directMessages: false } }).channel, new MemoryPlace(), desk)
  await until('the stream is open', () => api.activity.size === 1)
  await api.write('kim', '@acme no')
  await until('it was taken', () => textsOf(desk).includes('@acme no'))
  expect(refusals).toBeGreaterThan(1)
})

test('[CH52] direct messages that may not be read for a while keep no post from being read', async () => {
  const api = await startX()
  let isLimited = true
  api.interfere = ({ path }) => (isLimited && path === '/2/dm_events' ? problem(429, 'Too Many Requests') : null)
  await api.writeDirectly('kim', 'one')
  await api.write('kim', '@acme two')
  const place = new MemoryPlace()
  const { channel } = openX(api, { pace: { catchUpStreamMs: 10, catchUpDirectMs: 10 } })
  const desk = await receiving(channel, place)
  await until('the post', () => textsOf(desk).includes('@acme two'))
  expect(channel.health()).toMatchObject({ state: 'receiving', complaint: null })
  isLimited = false
  await until('the direct message', () => textsOf(desk).includes('one'))
})

test('[CH52] a place older than X searches back is no reason to read nothing', async () => {
  const api = await startX()
  const place = new MemoryPlace()
  const longAgo = Date.now() - 30 * 24 * hourMs
  place.saved = { posts: longAgo, directs: longAgo }
  await api.write('kim', '@acme one')
  const desk = await receiving(openX(api, { settings: { search: { words: ['acme'] } } }).channel, place)
  await until('it', () => textsOf(desk).includes('@acme one'))
})

test('[CH52] currentAt is the sign of life of a stream that is open, and else when all was read', async () => {
  const api = await startX()
  let now = Date.UTC(2026, 10, 23, 10)
  const { channel } = openX(api, { surroundings: { clock: () => now } })
  await receiving(channel)
  await until('the stream is open', () => api.activity.size === 1)
  const readAt = now
  now += 5_000
  await until('a sign of life', () => channel.health().currentAt === now)
  api.interfere = ({ path }) => (path === '/2/oauth2/token' ? null : problem(503, 'Over capacity'))
  api.activity.drop()
  await until('it is lost', () => channel.health().state === 'away')
  now += 60_000
  expect(channel.health().currentAt).toBe(readAt)
})

test('[CH52] posts are asked for as the guides of X say, where its OpenAPI file’s names are not taken', async () => {
  const api = await startX({ wording: 'guides' })
  await api.write('kim', '@acme one')
  const desk = await receiving(openX(api, { settings: { directMessages: false } }).channel)
  await until('it', () => textsOf(desk).includes('@acme one'))
})

test('[CH53] a stream that says nothing, breaks off or is ended is opened again', async () => {
  const api = await startX()
  const { channel, logged } = openX(api, { pace: { silenceMs: 200 } })
  const desk = await receiving(channel)
  const opened = () => api.asked.filter(line => line === 'GET /2/activity/stream').length
  const openedAgain = async (count: number, text: string) => {
    await until(`opened ${count} times`, () => opened() >= count && api.activity.size === 1)
    await api.write('kim', text)
    await until(text, () => textsOf(desk).includes(text))
  }
  await openedAgain(1, '@acme first')
  api.activity.isDead = true
  await until('given up', () => opened() >= 2)
  api.activity.isDead = false
  await openedAgain(2, '@acme second')
  const before = opened()
  api.activity.drop(null, true)
  await openedAgain(before + 1, '@acme third')
  api.activity.drop({ errors: [{ title: 'operational-disconnect', detail: 'disconnected for operational reasons' }] })
  await openedAgain(before + 2, '@acme fourth')
  expect(logged.join('\n')).toContain('disconnected for operational reasons')
  expect(channel.health()).toMatchObject({ state: 'receiving', complaint: null })
})

test.each([
  [503, 10],
  [429, 20],
] as const)('[CH53] a stream that is refused with %i is tried again later and later', async (status, firstMs) => {
  const api = await startX()
  const tries: number[] = []
  api.interfere = ({ path }) => {
    if (path !== '/2/activity/stream' || tries.length >= 4) return null
    tries.push(performance.now())
    return problem(status, 'Not now')
  }
  const { channel } = openX(api)
  await receiving(channel)
  await until('it is open', () => api.activity.size === 1)
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0))
  expect(pauses[0]).toBeGreaterThanOrEqual(firstMs - 1)
  expect(pauses[1]).toBeGreaterThanOrEqual(2 * firstMs - 1)
})

test('[CH53] where X allows no more connections that is said, mentions are read all the same, and its turn comes', async () => {
  const api = await startX()
  const others = [openX(api), openX(api)]
  for (const { channel } of others) await receiving(channel)
  await until('both are open', () => api.activity.size === 2)
  const { channel } = openX(api, { pace: { catchUpCalledMs: 10 } })
  const stop = new AbortController()
  const desk = new Desk()
  const ended = channel.receive(desk.take, new MemoryPlace(), stop.signal)
  await until('it is said', () => channel.health().complaint?.sentence.includes('no more connections'))
  expect(channel.health().complaint).toMatchObject({ code: 'seldom', trouble: 'held', said: null })
  api.isMute = true
  await api.write('kim', '@acme one')
  await until('it is read', () => textsOf(desk).includes('@acme one'))
  api.isMute = false
  await others[0]?.channel.close()
  api.activity.drop()
  stop.abort()
  await ended
})

test('[CH54] an edit is the message it was, under its first id, and is told once', async () => {
  const api = await startX()
  const { channel } = openX(api)
  const desk = await receiving(channel)
  await until('the stream is open', () => api.activity.size === 1)
  api.repeats = 2
  const post = await api.write('kim', '@acme helo')
  const edited = await api.edit(post, '@acme hello')
  await until('the edit', () => desk.taken.some(({ type }) => type === 'edited'))
  expect(desk.taken).toMatchObject([
    { type: 'arrival', arrival: { externalId: post.id, text: '@acme helo' } },
    {
      type: 'edited',
      arrival: { externalId: post.id, text: '@acme hello', anchor: { post: edited.id } },
      at: edited.at,
    },
  ])
})

test('[CH63] what waits since before it listened is looked at again when it would have been, and found gone', async () => {
  const api = await startX()
  let now = Date.now()
  const given = { pace: { reviewMs: 10 }, surroundings: { clock: () => now }, settings: { directMessages: false } }
  const first = await receiving(openX(api, given).channel)
  await until('the stream is open', () => api.activity.size === 1)
  const [gone] = [await api.write('kim', '@acme never mind'), await api.write('lee', '@acme help')]
  const arrivals = await first.arrived(2)
  await first.stop()
  const place = new MemoryPlace()
  place.waiting = arrivals.map(owedOf)
  api.world.remove(gone)
  now += 2 * hourMs
  const lookUps = () => api.asked.filter(line => line === 'GET /2/tweets').length
  const before = lookUps()
  const later = await receiving(openX(api, given).channel, place)
  await until('it has looked what waits', () => place.asked > 0)
  expect(lookUps()).toBe(before)
  now += 6 * hourMs
  await until('its end', () => later.taken.some(({ type }) => type === 'deleted'))
  expect(later.taken.filter(({ type }) => type === 'deleted')).toEqual([
    { type: 'deleted', externalId: gone.id, at: now },
  ])
  expect(lookUps()).toBe(before + 1)
})

test('[CH54] what was changed, taken away or hidden without a word is found when it is looked at again, and not too often', async () => {
  const api = await startX()
  let now = Date.now()
  const { channel } = openX(api, {
    pace: { reviewMs: 10 },
    surroundings: { clock: () => now },
    settings: { directMessages: false },
  })
  const desk = await receiving(channel)
  await until('the stream is open', () => api.activity.size === 1)
  const posts = []
  for (const text of ['changed', 'gone', 'hidden', 'left']) posts.push(await api.write(text, `@acme ${text}`))
  const [changed, gone] = posts
  await desk.arrived(4)
  if (changed === undefined || gone === undefined) throw new Error('nothing was written')
  const edited = api.world.edit(changed, '@acme has changed')
  api.world.unlisted.add(edited.id)
  api.world.remove(gone)
  api.world.person('hidden', { followersOnly: true })
  const lookUps = () => api.asked.filter(line => line === 'GET /2/tweets').length
  expect(lookUps()).toBe(0)
  now += hourMs + 60_000
  await until('all three', () => desk.taken.length >= 7)
  const later = desk.taken.slice(4)
  expect(later.filter(({ type }) => type === 'deleted')).toEqual([
    { type: 'deleted', externalId: gone.id, at: now },
    { type: 'deleted', externalId: posts[2]?.id, at: now },
  ])
  expect(later.find(({ type }) => type === 'edited')).toMatchObject({
    arrival: { externalId: changed.id, text: '@acme has changed', anchor: { post: edited.id } },
  })
  const before = lookUps()
  now += 2 * hourMs
  await api.write('kim', '@acme another')
  await until('it', () => textsOf(desk).includes('@acme another'))
  expect(lookUps()).toBe(before)
  now += 5 * hourMs
  await until('looked at again', () => lookUps() > before)
})

test('[CH58] each thing that is read is counted once a day', async () => {
  const api = await startX()
  const spent: [number, string][] = []
  const { surroundings } = surroundingsOf()
  const spend = (microDollars: number, what: string) => void spent.push([microDollars, what])
  const { channel } = openX(api, { surroundings: { ...surroundings, spend } })
  const desk = await receiving(channel)
  await until('the stream is open', () => api.activity.size === 1)
  api.repeats = 2
  await api.write('kim', '@acme one')
  await api.writeDirectly('kim', 'two')
  await desk.arrived(2)
  api.activity.drop()
  await until('read again', () => api.asked.filter(line => line === 'GET /2/dm_events').length >= 2)
  expect(spent.toSorted(([one], [other]) => one - other)).toEqual([
    [5_000, 'read on X: post'],
    [10_000, 'read on X: direct'],
  ])
})

test('[CH58] what is looked at again is counted once a day too, and what is gone is not', async () => {
  let now = Date.UTC(2026, 10, 23, 10)
  const api = await startX({ clock: () => now })
  const spent: number[] = []
  const { channel } = openX(api, {
    pace: { reviewMs: 10 },
    surroundings: { clock: () => now, spend: microDollars => void spent.push(microDollars) },
    settings: { directMessages: false },
  })
  const desk = await receiving(channel)
  await until('the stream is open', () => api.activity.size === 1)
  const posts = [await api.write('kim', '@acme never mind'), await api.write('lee', '@acme helo')] as const
  await desk.arrived(2)
  expect(spent.splice(0)).toEqual([5_000, 5_000])
  api.world.remove(posts[0])
  api.world.edit(posts[1], '@acme help')
  now += 7 * hourMs
  await until('both are looked at again', () => desk.taken.some(({ type }) => type === 'edited'))
  expect(desk.taken.map(({ type }) => type)).toContain('deleted')
  expect(spent).toEqual([5_000])
  now += 8 * hourMs
  await until('the next day counts', () => spent.length > 1)
  now += 24 * hourMs
  await until('so does the one after', () => spent.length > 2)
  expect(spent).toEqual([5_000, 5_000, 5_000])
})
