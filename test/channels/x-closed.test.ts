import type { XSettings } from '@muster/shared/channel.ts'
import { expect, test } from 'vitest'
import { setbackSaying } from '../support/setback.ts'
import { until } from '../support/until.ts'
import { problem } from '../support/x-exchange.ts'
import type { Post } from '../support/x-world.ts'
import { answeredBy, openX, receiving, replyTo, startX } from './x-bench.ts'

type Situation = [
  what: string,
  words: string,
  given: (ours: Post) => Partial<Post>,
  why: string | null,
  plan?: XSettings['plan'],
]

const situations: Situation[] = [
  ['names the account', 'down @ACME?', () => ({}), null],
  ['answers the account', 'outage', ours => ({ replyTo: ours }), null],
  ['quotes the account', 'outage', ours => ({ quotes: ours }), null],
  ['only holds a word', 'an outage', () => ({}), 'not-summoned'],
  ['names one that is called nearly so', 'outage @acmecorp', () => ({}), 'not-summoned'],
  ['only holds a word, with the enterprise plan', 'an outage', () => ({}), null, 'enterprise'],
  ['lets only some answer', 'an outage', () => ({ replySettings: 'following' }), 'replies-off', 'enterprise'],
  [
    'lets only whom it names answer, and names the account',
    '@acme outage',
    () => ({ replySettings: 'mentionedUsers' }),
    null,
  ],
]

test.each(situations)('[CH56] a post that %s', async (_, words, given, why, plan = 'self-serve') => {
  const api = await startX({ plan })
  const ours = api.world.write(api.account, 'We are back.')
  const { channel } = openX(api, { settings: { plan, search: { words: ['outage', 'down'] } } })
  await api.write('kim', words, given(ours))
  const desk = await receiving(channel)
  const [arrival] = await desk.arrived(1)
  expect(arrival?.closed?.why ?? null).toBe(why)
  if (why === 'not-summoned') {
    const sentence = expect.stringContaining(arrival?.link ?? 'its link')
    expect(arrival?.closed?.otherWay).toEqual({ how: 'by-hand', account: '@acme', sentence })
  }
})

test('[CH56] a post that is shown to followers only is not answered in public', async () => {
  const api = await startX()
  api.world.person('kim', { followersOnly: true })
  await api.write('kim', '@acme why?')
  const desk = await receiving(openX(api).channel)
  const [arrival] = await desk.arrived(1)
  expect(arrival).toMatchObject({ visibility: 'followers', closed: { why: 'protected' } })
})

const refusals: [what: string, change: Partial<Post>, why: string][] = [
  ['does not name the account any more', { text: 'why?' }, 'not-summoned'],
  ['lets only some answer', { text: 'why?', replySettings: 'following' }, 'replies-off'],
]

test.each(refusals)(
  '[CH56] a reply is refused for good, and its post closed, where the post %s',
  async (_, change, why) => {
    const api = await startX()
    const post = Object.assign(api.world.write(api.world.person('kim'), '@acme why?'), change)
    expect(await openX(api).channel.send(replyTo(answeredBy(post)), AbortSignal.timeout(5_000))).toMatchObject({
      type: 'refused',
      again: false,
      closed: { why },
    })
  },
)

test.each([
  ['You can only reply to or quote posts where you are mentioned or are the author.', 'not-summoned'],
  ['You have been blocked from the author of this tweet.', 'blocked'],
  ['You are not permitted to perform this action.', null],
  ['Your account is suspended and is not permitted to access this feature.', null],
] as const)('[CH56] X’s words “%s”', async (words, why) => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  api.interfere = ({ method, path }) => (method === 'POST' && path === '/2/tweets' ? problem(403, words) : null)
  const sent = await openX(api).channel.send(replyTo(answeredBy(post)), AbortSignal.timeout(5_000))
  expect(sent).toMatchObject({ type: 'refused', again: false, setback: setbackSaying(words.slice(0, 20)) })
  expect(sent.type === 'refused' ? (sent.closed?.why ?? null) : '').toBe(why)
})

test('[CH56] who takes no direct messages any more is closed', async () => {
  const api = await startX()
  const anchor = { kind: 'direct', participant: '999' }
  const answering = { externalId: 'direct-1', visibility: 'direct', anchor, address: '@kim' } as const
  const { channel } = openX(api)
  expect(await channel.send(replyTo(answering), AbortSignal.timeout(5_000))).toMatchObject({
    type: 'refused',
    again: false,
    closed: { why: 'no-direct' },
  })
  await until('it was asked once', () => api.asked.length === 1)
})
