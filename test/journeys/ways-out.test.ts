import type { TimelinePage } from '@muster/shared/moment.ts'
import { afterEach, expect, test } from 'vitest'
import { startHookReceiver } from '../support/hook-receiver.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

const deaf = hookChannel('reviews', null)
const closed = { why: 'only-receives', otherWay: { how: 'where-written' } }

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** An incident to which one customer wrote by a channel that only receives. */
async function stage(kind: 'sqlite' | 'redis') {
  const receiver = await startHookReceiver()
  ends.push(() => receiver.stop())
  const redis = kind === 'redis' ? await startRedis() : null
  if (redis !== null) ends.push(() => redis.stop())
  const world = await World.open(redis === null ? {} : { redisUrl: redis.url })
  ends.push(() => world.close())
  const commander = await world.enter(await world.firstLink())
  await commander.do({ type: 'channel/save', channel: deaf.channel, secrets: deaf.secrets })
  const incidentId = await commander.declare()
  await commander.do({ type: 'incident/join', incidentId })
  const conversationId = await until('a customer to wait', async () => {
    await new Post(world.origin, 'reviews', hookSecret).send({
      id: 'review-1',
      address: 'lou@example.com',
      text: 'Why?',
    })
    return (await commander.snapshot(incidentId)).conversations[0]?.id
  })
  return { world, receiver, commander, incidentId, conversationId: String(conversationId) }
}

async function setAddress(commander: Visitor, replyUrl: string | null): Promise<void> {
  const { settings, ...channel } = deaf.channel
  await commander.do({
    type: 'channel/save',
    channel: { ...channel, settings: { ...settings, replyUrl } },
    secrets: {},
  })
}

test.each(['sqlite', 'redis'] as const)(
  '[CH28] on %s: what came while a channel only received is answered once it has an address, though the server dies in between; and back',
  async kind => {
    const { world, receiver, commander, incidentId, conversationId } = await stage(kind)
    const takeNext = () => commander.ask({ type: 'conversation/take-next', incidentId, topics: [] } as never)
    const detail = () => commander.conversation(incidentId, conversationId)
    const moments = async () =>
      (await commander.get<TimelinePage>(`/api/incidents/${incidentId}/timeline`)).moments.length
    const becomes = (what: 'open' | 'closed') =>
      until(`it to be ${what}`, async () => ((await detail()).conversation.closed === null) === (what === 'open'))
    expect((await detail()).conversation).toMatchObject({ closed, replyTo: null })
    expect(await takeNext()).toMatchObject({ type: 'refused', refusal: { code: 'nothing-waiting' } })
    const before = await moments()
    await setAddress(commander, receiver.url)
    await world.kill()
    await world.start()
    await becomes('open')
    expect((await detail()).messages).toMatchObject([{ closed: null }])
    await setAddress(commander, null)
    await becomes('closed')
    expect(await takeNext()).toMatchObject({ type: 'refused', refusal: { code: 'nothing-waiting' } })
    await setAddress(commander, receiver.url)
    await becomes('open')
    expect(await takeNext()).toMatchObject({ type: 'done', answer: { conversation: { id: conversationId, fence: 1 } } })
    const submit = { type: 'reply/submit', fence: 1, epoch: 1, text: 'We are on it.', through: 1 } as const
    await commander.do({ ...submit, incidentId, conversationId })
    await until('the reply to be posted', () => receiver.posts.length > 0)
    expect(JSON.parse(receiver.posts[0]?.body ?? '')).toMatchObject({ text: 'We are on it.', inReplyTo: 'review-1' })
    expect(await moments()).toBe(before)
  },
)
