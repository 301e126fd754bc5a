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

const kinds = ['sqlite', 'redis'] as const

/** An incident with a channel that only receives. */
async function stage(kind: (typeof kinds)[number]) {
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
  const write = async (id: string) => {
    await new Post(world.origin, 'reviews', hookSecret).send({ id, address: `${id}@example.com`, text: 'Why?' })
    const { conversations } = await commander.snapshot(incidentId)
    return String(conversations.find(({ human }) => human.address === `${id}@example.com`)?.id)
  }
  return { world, receiver, commander, incidentId, write }
}

async function setAddress(commander: Visitor, replyUrl: string | null): Promise<void> {
  const { settings, ...channel } = deaf.channel
  await commander.do({
    type: 'channel/save',
    channel: { ...channel, settings: { ...settings, replyUrl } },
    secrets: {},
  })
}

test.each(kinds)(
  '[CH28] on %s: what came while a channel only received is answered once it has an address, though the server dies in between; and back',
  async kind => {
    const { world, receiver, commander, incidentId, write } = await stage(kind)
    const conversationId = await write('lou')
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
    expect(JSON.parse(receiver.posts[0]?.body ?? '')).toMatchObject({ text: 'We are on it.', inReplyTo: 'lou' })
    expect(await moments()).toBe(before)
  },
)

test.each(kinds)(
  '[DL32] on %s: what a receiver that was down put off leaves with the next reply it takes, before its pause is over',
  async kind => {
    const { receiver, commander, incidentId, write } = await stage(kind)
    receiver.answer = response => response.writeHead(500).end()
    await setAddress(commander, receiver.url)
    const replyTo = async (id: string) => {
      const conversationId = await write(id)
      await until('it to be open', async () => {
        return (await commander.conversation(incidentId, conversationId)).conversation.closed === null
      })
      await commander.do({ type: 'conversation/claim', incidentId, conversationId })
      const submit = { type: 'reply/submit', fence: 1, epoch: 1, text: 'We are on it.', through: 1 } as const
      await commander.do({ ...submit, incidentId, conversationId })
      return async () => (await commander.conversation(incidentId, conversationId)).replies[0]
    }
    const putOff = await Promise.all(['lou', 'max'].map(replyTo))
    // Its channel is failing by then, and the next pauses are some sixteen seconds.
    const waiting = await until(
      'each to be tried four times',
      async () => {
        const replies = await Promise.all(putOff.map(look => look()))
        return replies.every(reply => reply?.state === 'queued' && reply.attempts === 4) && replies
      },
      30_000,
    )
    receiver.answer = response => response.writeHead(204).end()
    await replyTo('kim')
    const sent = await until('all to be sent', async () => {
      const replies = await Promise.all(putOff.map(look => look()))
      return replies.every(reply => reply?.state === 'sent') && replies
    })
    for (const [index, reply] of (sent || []).entries()) {
      const before = (waiting || [])[index]
      const pausedUntil = before?.state === 'queued' ? before.notBefore : 0
      expect(reply?.state === 'sent' ? reply.sentAt : Number.POSITIVE_INFINITY).toBeLessThan(pausedUntil)
      expect(reply?.attempts).toBe(5)
    }
  },
)
