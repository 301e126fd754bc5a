import { afterEach, expect, test } from 'vitest'
import { BlueskyNetwork } from '../support/bluesky-network.ts'
import { until } from '../support/until.ts'
import { type Given, openBluesky, tooManyCalls } from './bluesky-bench.ts'
import { Desk, MemoryPlace, memoryVault, owedOf } from './workbench.ts'

const list = 'app.bsky.notification.listNotifications'
const hour = 3_600_000
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function network(): Promise<BlueskyNetwork> {
  const started = await new BlueskyNetwork().start()
  ends.push(() => started.stop())
  return started
}

async function receiving(from: BlueskyNetwork, given: Given = {}, place = new MemoryPlace(), desk = new Desk()) {
  const opened = openBluesky(from, given)
  ends.push(
    () => opened.channel.close(),
    () => desk.stop(),
  )
  await desk.receive(opened.channel, place)
  return { ...opened, desk, place }
}

const textsOf = (desk: Desk) => desk.arrivals.map(({ text }) => text)

test('[CH30] a mention comes in with who wrote it, where it stands and what a reply to it needs', async () => {
  const net = await network()
  const kim = net.join('kim.example', { displayName: 'Kim Élan', followers: 2_300 })
  const root = net.post(kim, 'Is anybody else stuck?')
  const post = net.mention(kim, '@acme.example why?', { reply: { root, parent: root } })
  const { desk } = await receiving(net)
  const [arrival] = await desk.arrived(1)
  expect(arrival).toEqual({
    externalId: post.uri,
    from: { address: kim.did, name: 'Kim Élan', handle: '@kim.example', reach: 2_300, identity: kim.did },
    subject: null,
    text: '@acme.example why?',
    whole: true,
    visibility: 'public',
    link: `https://bsky.app/profile/${kim.did}/post/${post.uri.split('/').at(-1)}`,
    closed: null,
    anchor: { root: { uri: root.uri, cid: root.cid }, parent: { uri: post.uri, cid: post.cid } },
    sentAt: Date.parse(post.indexedAt),
    answersReply: null,
    automatic: null,
  })
})

test('[CH30] mentions, replies and quotes come in, likes do not, and a post that is two of them comes once', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  for (const reason of ['mention', 'like', 'reply', 'quote']) net.post(kim, reason, { reason })
  net.notice([...net.posts.keys()].at(-1) ?? '', 'reply')
  const { desk } = await receiving(net)
  await desk.arrived(3)
  net.mention(kim, 'last')
  await until('the last', () => textsOf(desk).includes('last'))
  expect(textsOf(desk)).toEqual(['mention', 'reply', 'quote', 'last'])
})

test('[CH30] what came during an outage comes in from the oldest on, over every page, and nothing twice', async () => {
  const net = await network()
  net.pageSize = 7
  const kim = net.join('kim.example')
  net.mention(kim, 'before')
  const { desk, place, channel } = await receiving(net)
  await desk.arrived(1)
  await desk.stop()
  await channel.close()
  for (let number = 0; number < 60; number++) net.mention(kim, `during ${number}`)
  net.scrambled = true
  const again = await receiving(net, {}, place)
  await until('all of it', () => new Set(textsOf(again.desk)).size === 61)
  const during = textsOf(again.desk).filter(text => text !== 'before')
  expect(during).toHaveLength(60)
  // Within a page a scrambled network has no order; from page to page there is one.
  expect(during.slice(0, 4).every(text => Number(text.split(' ')[1]) < 7)).toBe(true)
  expect(Number(during.at(-1)?.split(' ')[1])).toBeGreaterThanOrEqual(53)
})

test('[CH30] what comes while a gap is filled pushes nothing out of sight', async () => {
  const net = await network()
  net.pageSize = 5
  const kim = net.join('kim.example')
  const minute = (text: string, ago: number) =>
    net.notice(net.post(kim, text).uri, 'mention', new Date(Date.now() - ago * 60_000).toISOString())
  for (let number = 0; number < 20; number++) minute(`during ${number}`, 58 - number)
  let more = 0
  net.meet = name => {
    if (name === list && more < 10) net.mention(kim, `meanwhile ${more++}`)
    return null
  }
  const { desk } = await receiving(net)
  await until('all of it', () => new Set(textsOf(desk)).size === 30)
})

test('[CH30] a stop in the middle of a gap goes on where it was', async () => {
  const net = await network()
  net.pageSize = 5
  const kim = net.join('kim.example')
  const place = new MemoryPlace()
  const first = await receiving(net, {}, place)
  await until('a place', () => place.saved !== null || net.calls.includes(list))
  await first.desk.stop()
  for (let number = 0; number < 40; number++) net.mention(kim, `number ${number}`)
  let stored = 0
  const failing = new Desk(async () => {
    if (++stored > 12) throw new Error('The store is away.')
  })
  const second = openBluesky(net)
  const stop = new AbortController()
  const running = second.channel.receive(failing.take, place, stop.signal)
  await until('a failure', () => second.channel.health().complaint?.sentence.includes('The store is away.'))
  stop.abort()
  await running
  const third = await receiving(net, {}, place)
  await until('all of it', () => new Set([...textsOf(failing), ...textsOf(third.desk)]).size === 40)
  expect(failing.arrivals).toHaveLength(12)
})

test('[CH30] what its author dated back is found; what is older than the channel is not', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  const dated = (text: string, agoMs: number) =>
    net.notice(net.post(kim, text).uri, 'mention', new Date(Date.now() - agoMs).toISOString())
  dated('too old', 2 * hour)
  dated('old', hour / 2)
  const { desk } = await receiving(net, { pace: { deepMs: 50 } })
  await desk.arrived(1)
  net.mention(kim, 'now')
  await desk.arrived(2)
  dated('dated back', hour / 3)
  await desk.arrived(3)
  expect(textsOf(desk)).toEqual(['old', 'now', 'dated back'])
})

test('[CH30] what is stored again after a failure comes from where it failed', async () => {
  const net = await network()
  net.mention(net.join('kim.example'), 'hard to store')
  let times = 0
  const desk = new Desk(async () => {
    if (++times < 3) throw new Error('not now')
  })
  const opened = openBluesky(net)
  const stop = new AbortController()
  const running = opened.channel.receive(desk.take, new MemoryPlace(), stop.signal)
  await desk.arrived(1)
  await until('receiving', () => opened.channel.health().state === 'receiving')
  expect([times, opened.channel.health().complaint]).toEqual([3, null])
  stop.abort()
  await running
})

test('[CH30] it knows when it had read everything, and says since when it cannot', async () => {
  const net = await network()
  const { channel } = await receiving(net)
  const before = Date.now()
  await until('a look', () => (channel.health().currentAt ?? 0) >= before)
  net.meet = name => (name === list ? 'reset' : null)
  await until('a complaint', () => channel.health().state === 'away')
  expect(channel.health().complaint?.sentence).toMatch(/^Nothing of @acme\.example could be read since .* UTC/)
  const stuck = channel.health().currentAt
  net.meet = () => null
  await until('receiving', () => channel.health().state === 'receiving')
  await until('a look', () => Number(channel.health().currentAt) > Number(stuck))
})

test('[CH39] a notice that cannot be read is set aside once, the next is taken, and it can be read again later', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  const good = net.mention(kim, 'good')
  const author = { did: kim.did, handle: kim.handle }
  const indexedAt = new Date().toISOString()
  const broken = {
    uri: `at://${kim.did}/app.bsky.feed.post/3jzfcijpj2z2a`,
    cid: good.cid,
    author,
    reason: 'mention',
    indexedAt,
  }
  net.garble({ ...broken, record: { text: 7 } })
  net.garble({ ...broken, uri: 'https://example.com/', record: good.record })
  net.garble({ odd: true })
  const late = net.mention(kim, 'late')
  const { desk, channel } = await receiving(net)
  await desk.arrived(2)
  await until('what is broken', () => desk.unreadables.length === 3)
  const calls = () => net.calls.filter(name => name === list).length
  const seen = calls()
  await until('two more looks', () => calls() > seen + 2)
  expect(desk.unreadables).toHaveLength(3)
  expect(textsOf(desk)).toEqual(['good', 'late'])
  const [first] = desk.unreadables
  expect(await channel.reread(first?.raw ?? Buffer.of(), 'x')).toMatchObject({
    type: 'unreadable',
    unreadable: { externalId: 'x' },
  })
  const mended = Buffer.from(JSON.stringify({ ...broken, record: late.record }))
  expect(await channel.reread(mended, 'x')).toMatchObject({ type: 'arrival', arrival: { text: 'late' } })
  expect(await channel.reread(Buffer.from('{'), 'x')).toMatchObject({ type: 'unreadable' })
})

test('[CH39] an answer that is no answer, or without end, is a complaint and no more', async () => {
  const net = await network()
  const { channel } = await receiving(net)
  const bodies: object[] = [[], { notifications: 7 }, { notifications: 'x'.repeat(5_000_000) }]
  for (const body of bodies) {
    net.meet = name => (name === list ? { status: 200, body } : null)
    await until('a complaint', () => channel.health().state === 'away')
    net.meet = () => null
    await until('receiving', () => channel.health().state === 'receiving')
  }
})

test('[CH34] an account that is gone is followed', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  net.mention(kim, 'first')
  const { desk } = await receiving(net)
  await desk.arrived(1)
  net.leave(kim, 'takendown')
  await until('its end', () => desk.taken.length > 1)
  expect(desk.taken.slice(1)).toMatchObject([{ type: 'account-gone', address: kim.did }])
})

test('[CH63] of what waits since before it listened it is told that its account is gone', async () => {
  const net = await network()
  const [max, sam] = ['max', 'sam'].map(name => net.join(`${name}.example`))
  if (!max || !sam) throw new Error('nobody')
  for (const person of [max, sam]) net.mention(person, `by ${person.handle}`)
  const { desk, place } = await receiving(net)
  await desk.arrived(2)
  await desk.stop()
  place.waiting = desk.arrivals.map(owedOf)
  net.leave(max, 'takendown')
  const later = await receiving(net, {}, place, new Desk())
  const told = () => later.desk.taken.filter(({ type }) => type !== 'arrival')
  await until('it', () => told().length > 0)
  expect(told()).toMatchObject([{ type: 'account-gone', address: max.did }])
})

test('[CH34] [CH87] who blocks the account or rests has deleted nothing: what they wrote is closed, and open once in sight', async () => {
  const net = await network()
  const [kim, lee] = [net.join('kim.example'), net.join('lee.example')]
  const posts = [kim, lee].map(person => net.mention(person, `by ${person.handle}`))
  const { desk, place } = await receiving(net)
  await desk.arrived(2)
  kim.blocks.add(net.own.did)
  net.leave(lee, 'deactivated')
  const looks = () => net.calls.filter(name => name === 'app.bsky.actor.getProfile').length
  await until('several looks', () => looks() > 6)
  const told = desk.taken.flatMap(each => (each.type === 'closed' ? [[each.externalId, each.closed] as const] : []))
  const closed = new Map(told)
  expect([closed.get(posts[0]?.uri ?? '')?.why, closed.get(posts[1]?.uri ?? '')?.why]).toEqual([
    'blocked',
    'account-gone',
  ])
  expect(desk.taken).toHaveLength(4)
  // Whoever follows it after a start knows that it is closed.
  await desk.stop()
  place.waiting = desk.arrivals.map(each => ({ ...owedOf(each), closed: closed.get(each.externalId) ?? null }))
  const later = await receiving(net, {}, place, new Desk())
  await until('another look', () => looks() > 10)
  kim.blocks.clear()
  lee.gone = null
  await until('both', () => later.desk.taken.filter(({ type }) => type === 'edited').length === 2)
  expect(later.desk.taken).toMatchObject([
    { type: 'edited', arrival: { closed: null } },
    { type: 'edited', arrival: { closed: null } },
  ])
})

test('[CH86] why a post is out of sight is asked ever less often, and that it is there again is seen', async () => {
  const net = await network()
  const post = net.mention(net.join('kim.example'), 'here')
  const { desk } = await receiving(net)
  await desk.arrived(1)
  const asked: number[] = []
  let misses = 0
  net.meet = name => {
    if (name.endsWith('getProfile')) asked.push(misses)
    if (!name.endsWith('getPosts')) return null
    misses++
    return { status: 200, body: { posts: [] } }
  }
  await until('many misses', () => misses > 40)
  expect(asked).toEqual([2, 4, 8, 16, 32])
  net.meet = () => null
  net.edit(post, 'here again')
  await until('the edit', () => desk.taken.length === 2)
  expect(desk.taken[1]).toMatchObject({ type: 'edited', arrival: { text: 'here again' } })
})

test('[CH86] however many posts are out of sight, no look asks of more than ten, and each has its turn', async () => {
  const net = await network()
  const people = Array.from({ length: 60 }, (_, number) => net.join(`kim${number}.example`))
  for (const person of people) net.mention(person, 'here')
  const { desk } = await receiving(net)
  await desk.arrived(60)
  const asked = new Set<string | null>()
  let [most, now] = [0, 0]
  net.meet = (name, { query }) => {
    if (name === list) now = 0
    if (name.endsWith('getProfile')) {
      asked.add(query.get('actor'))
      most = Math.max(most, ++now)
    }
    return name.endsWith('getPosts') ? { status: 200, body: { posts: [] } } : null
  }
  await until('everybody', () => asked.size === 60)
  expect(most).toBe(10)
})

test('[CH37] [CH86] a limit that is met as a missing post is asked about is kept, and nothing is taken for gone', async () => {
  const net = await network()
  net.mention(net.join('kim.example'), 'here')
  const { desk, channel } = await receiving(net)
  await desk.arrived(1)
  net.meet = name => {
    if (name.endsWith('getProfile')) return tooManyCalls(1)
    return name.endsWith('getPosts') ? { status: 200, body: { posts: [] } } : null
  }
  await until('the refusal', () => channel.health().state === 'away')
  const calls = net.calls.length
  const began = performance.now()
  net.meet = () => null
  await until('receiving', () => channel.health().state === 'receiving')
  expect(performance.now() - began).toBeGreaterThan(900)
  expect([net.calls[calls], desk.taken.length]).toEqual([list, 1])
})

test('[CH35] what can no longer be answered is told so, and a bot’s post as automatic', async () => {
  const net = await network()
  const open = net.mention(net.join('kim.example'), 'open')
  net.mention(net.join('bot.example', { bot: true }), 'beep')
  const { desk } = await receiving(net)
  const [post, beep] = await desk.arrived(2)
  expect([post?.closed, beep?.automatic]).toEqual([null, expect.stringContaining('bot')])
  open.repliesOff = true
  await until('the change', () => desk.taken.some(({ type }) => type === 'edited'))
  expect(desk.taken.at(-1)).toMatchObject({ type: 'edited', arrival: { text: 'open', closed: { why: 'replies-off' } } })
})

test('[CH36] tokens outlive a restart, are refreshed when they end, and only then is there another sign-in', async () => {
  const net = await network()
  const vault = memoryVault()
  const count = (name: string) => net.calls.filter(call => call === `com.atproto.server.${name}`).length
  const first = await receiving(net, { surroundings: { vault } })
  await first.desk.stop()
  const second = await receiving(net, { surroundings: { vault } })
  expect([count('createSession'), count('refreshSession')]).toEqual([1, 0])
  net.expire()
  await until('a refresh', () => count('refreshSession') === 1)
  net.mention(net.join('kim.example'), 'after')
  await second.desk.arrived(1)
  // Another node finds its tokens expired, and takes those that the first one kept.
  const third = await receiving(net, { surroundings: { vault } })
  await third.desk.arrived(1)
  expect([count('createSession'), count('refreshSession')]).toEqual([1, 1])
  net.meet = name =>
    name.endsWith('refreshSession')
      ? { status: 400, body: { error: 'ExpiredToken', message: 'Token has been revoked' } }
      : null
  net.expire()
  await until('a sign-in', () => count('createSession') > 1)
})

test('[CH36] the server that signs in may say where the account lives', async () => {
  const [front, back] = [await network(), await network()]
  front.host = back.url
  back.mention(back.join('kim.example'), 'there')
  const { desk } = await receiving(front)
  await desk.arrived(1)
  expect(front.calls).toEqual(['com.atproto.server.createSession'])
})

test('[CH36] a password that was refused is not tried again and again, and the screen says what to do', async () => {
  const net = await network()
  const { channel, logged } = openBluesky(net, { password: 'wrong-wrong' })
  const stop = new AbortController()
  const running = channel.receive(async () => {}, new MemoryPlace(), stop.signal)
  await until('some tries', () => logged.length > 5)
  stop.abort()
  expect(net.calls.filter(name => name.endsWith('createSession'))).toHaveLength(1)
  const { complaint } = channel.health()
  expect(complaint).toMatchObject({ code: 'unread', place: '@acme.example', trouble: 'sign-in' })
  expect(complaint?.sentence).toContain('does not accept the handle or the app password')
  await running
})

test.each([
  { status: 'deactivated', sentence: 'The account is deactivated', said: 'Account is deactivated' },
  { status: 'takendown', sentence: 'The account was taken down', said: 'Account has been taken down' },
] as const)(
  '[CH36] an account of ours that is $status says so while its tokens still hold, and is back once it is',
  async given => {
    const net = await network()
    const post = net.mention(net.join('kim.example'), 'before')
    const { channel, desk } = await receiving(net, { pace: { deepMs: 30 } })
    await desk.arrived(1)
    net.leave(net.own, given.status)
    await until('the complaint', () => channel.health().state === 'away')
    expect(channel.health().complaint?.sentence).toContain(given.sentence)
    expect(channel.health().complaint).toMatchObject({
      code: 'unread',
      trouble: 'other',
      said: given.said,
    })
    net.own.gone = null
    await until('receiving', () => channel.health().state === 'receiving')
    net.edit(post, 'after')
    await until('the edit', () => desk.taken.length === 2)
  },
)

test('[CH36] an account of ours that was taken down is signed in to once, and nothing of others is taken for gone', async () => {
  const net = await network()
  net.mention(net.join('kim.example'), 'before')
  const { channel, desk, logged } = await receiving(net)
  await desk.arrived(1)
  net.leave(net.own, 'takendown')
  net.expire()
  await until('several looks', () => logged.length > 5)
  expect(channel.health().complaint?.sentence).toContain('The account was taken down')
  expect(net.calls.filter(name => name.endsWith('createSession'))).toHaveLength(1)
  expect(desk.taken).toHaveLength(1)
})

test('[CH36] that our own account was taken down as it asks why a post is missing says nothing of who wrote that', async () => {
  const net = await network()
  net.mention(net.join('kim.example'), 'before')
  const { channel, desk } = await receiving(net)
  await desk.arrived(1)
  net.meet = name => {
    if (name.endsWith('getPosts')) return { status: 200, body: { posts: [] } }
    const body = { error: 'AccountTakedown', message: 'Account has been taken down' }
    return name.endsWith('getProfile') ? { status: 401, body } : null
  }
  await until('the complaint', () => channel.health().state === 'away')
  expect(channel.health().complaint).toMatchObject({ trouble: 'other', said: 'Account has been taken down' })
  expect(desk.taken).toHaveLength(1)
})

test('[CH36] no password goes in clear to a server that is not listed', async () => {
  const net = await network()
  const { channel } = openBluesky(net, { surroundings: { internalHosts: [] } })
  expect(await channel.probe(null, AbortSignal.timeout(5_000))).toMatchObject([
    { step: 'reach', ok: false, code: 'failed', trouble: 'in-clear', sentence: expect.stringContaining('in clear') },
  ])
  expect(net.calls).toEqual([])
})

test('[CH37] a server that asks to be called less often is called when it said', async () => {
  const net = await network()
  const { channel } = await receiving(net)
  let refusals = 0
  net.meet = name => {
    if (name !== list || refusals > 0) return null
    refusals++
    return {
      status: 429,
      body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
      headers: { 'retry-after': '1' },
    }
  }
  await until('the refusal', () => channel.health().state === 'away')
  const began = performance.now()
  await until('receiving', () => channel.health().state === 'receiving')
  expect(performance.now() - began).toBeGreaterThan(900)
})

test('[CH6] whatever a server says back, no token and no password is in what is logged', async () => {
  const net = await network()
  const { channel, logged } = await receiving(net)
  net.meet = (name, { headers }) =>
    name === list ? { status: 500, body: { error: 'Odd', message: `${headers.authorization} ${net.password}` } } : null
  await until('a complaint', () => channel.health().state === 'away')
  expect(JSON.stringify([logged, channel.health()])).not.toMatch(/access-0|abcd-efgh/)
})
