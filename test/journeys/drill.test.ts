import type { Conversation } from '@muster/shared/conversation.ts'
import type { ChannelView } from '@muster/shared/endpoint.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let commander: Visitor

beforeAll(async () => {
  world = await World.open({ channels: [hookChannel('forum')] })
  commander = await world.enter(await world.firstLink())
})

afterAll(() => world.close())

const drillId = 'drill-one'
const start = { id: drillId, type: 'drill/start' as const, level: 'hard' as const, minutes: 10, seed: 4 }

async function channelIds(): Promise<string[]> {
  const { channels } = await commander.get<{ channels: ChannelView[] }>('/api/channels')
  return channels.map(({ id }) => id).toSorted()
}

async function waiting(incidentId: string): Promise<Conversation[]> {
  return (await commander.snapshot(incidentId)).conversations
}

test('[OP4] a drill inside a running server brings customers, takes their answers, and meets nobody else', async () => {
  expect(await commander.do(start)).toEqual({ incidentId: drillId })
  expect(await commander.do(start)).toEqual({ incidentId: drillId })
  const { incident } = await commander.snapshot(drillId)
  expect(incident).toMatchObject({ drill: true, state: 'open', title: expect.stringContaining('Drill') })
  expect(await channelIds()).toEqual([...incident.channels, 'forum'].toSorted())
  await until('customers write', async () => (await waiting(drillId)).length >= 5)
  const answer = await new Post(world.origin, 'forum', hookSecret).send({
    id: 'real',
    address: 'kim',
    text: 'Real trouble',
  })
  expect(answer.status).toBe(202)

  const eva = await commander.invite('Eva')
  await eva.do({ type: 'incident/join', incidentId: drillId })
  await eva.do({ type: 'reply/submit', ...(await claimed(eva)), epoch: 1, text: 'We are on it.' })
  await until(
    'the customer has the answer',
    async () => (await waiting(drillId)).some(({ replies }) => replies > 0),
    30_000,
  )
  expect((await waiting(drillId)).filter(({ human }) => human.channelId === 'forum')).toEqual([])

  expect(await commander.do({ type: 'drill/stop', incidentId: drillId })).toEqual({ incidentId: drillId })
  expect((await commander.snapshot(drillId)).incident.state).toBe('resolved')
  expect(await channelIds()).toEqual(['forum'])
})

/** The next conversation of the network that answers for sure in the end, whatever its weather. */
async function claimed(
  who: Visitor,
): Promise<{ incidentId: string; conversationId: string; fence: number; through: number }> {
  const steady = await until('a customer of the steady network', async () =>
    (await waiting(drillId)).find(({ human }) => human.channelId.endsWith('steady')),
  )
  const { conversation } = await who.do({ type: 'conversation/claim', incidentId: drillId, conversationId: steady?.id })
  const { id, fence, messages } = conversation as Conversation
  return { incidentId: drillId, conversationId: id, fence, through: messages }
}

test('[OP4] only a drill is stopped as a drill', async () => {
  const incidentId = await commander.declare()
  await expect(commander.do({ type: 'drill/stop', incidentId })).rejects.toThrow('not-found')
  expect((await commander.snapshot(incidentId)).incident.state).toBe('open')
  await commander.do({ type: 'incident/resolve', incidentId })
})

test('[OP4] [OP3] a drill ends with its server, and one whose server died is stopped afterwards', async () => {
  await commander.do({ ...start, id: 'drill-two' })
  await until('customers write', async () => (await waiting('drill-two')).length > 0)
  expect(await world.kill('SIGTERM')).toBe(0)
  await world.start()
  expect((await commander.snapshot('drill-two')).incident.state).toBe('resolved')
  expect(await channelIds()).toEqual(['forum'])

  await commander.do({ ...start, id: 'drill-three' })
  await world.kill('SIGKILL')
  await world.start()
  expect((await commander.snapshot('drill-three')).incident.state).toBe('open')
  await commander.do({ type: 'drill/stop', incidentId: 'drill-three' })
  expect((await commander.snapshot('drill-three')).incident.state).toBe('resolved')
  expect(await channelIds()).toEqual(['forum'])
})
