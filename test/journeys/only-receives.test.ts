import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

const reviews = hookChannel('reviews', null)
// Nobody listens there: a reply that is sent before the change is known is tried again after it.
const chat = hookChannel('chat', `http://127.0.0.1:${await freePort()}/`)
const closed = { why: 'only-receives', otherWay: { how: 'where-written' } }

let world: World
let commander: Visitor
let incidentId: string

beforeAll(async () => {
  world = await World.open({ channels: [reviews, chat] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare()
  await commander.do({ type: 'incident/join', incidentId })
})
afterAll(() => world?.close())

async function written(channelId: string, address: string) {
  await new Post(world.origin, channelId, hookSecret).send({ id: address, address, text: 'When is it back?' })
  const { conversations } = await commander.snapshot(incidentId)
  const found = conversations.find(({ human }) => human.address === address)
  if (found === undefined) throw new Error(`nothing of ${address} was stored`)
  return found
}

const takeNext = () => commander.ask({ type: 'conversation/take-next', incidentId, topics: [] } as never)

test('[CH26] [MC17] what only comes in is handed to nobody and asked of nobody: it says why, and the other way', async () => {
  const { id } = await written('reviews', 'lou@example.com')
  expect((await commander.conversation(incidentId, id)).conversation).toMatchObject({ closed, replyTo: null })
  expect(await takeNext()).toMatchObject({ type: 'refused' })
  const claimed = await commander.do({ type: 'conversation/claim', incidentId, conversationId: id })
  expect(claimed).toMatchObject({ conversation: { fence: 1 } })
  const submit = { type: 'reply/submit', fence: 1, epoch: 1, text: 'We are on it.', through: 1 } as const
  expect(await commander.ask({ ...submit, incidentId, conversationId: id } as never)).toMatchObject({
    type: 'refused',
    refusal: { code: 'cannot-answer', closed },
  })
  await commander.do({ type: 'conversation/settle', incidentId, conversationId: id, through: 1, how: 'elsewhere' })
})

test('[CH26] [DL22] a reply whose address was taken out meanwhile returns, and its customer is handed out no more', async () => {
  await written('chat', 'kim@example.com')
  const { conversation } = (await takeNext().then(outcome => 'answer' in outcome && outcome.answer)) as {
    conversation: { id: string; fence: number; closed: null }
  }
  expect(conversation).toMatchObject({ fence: 1, closed: null })
  const submit = { type: 'reply/submit', fence: 1, epoch: 1, text: 'We are on it.', through: 1 } as const
  await commander.do({ ...submit, incidentId, conversationId: conversation.id })
  const { settings, ...channel } = chat.channel
  const deaf = { ...channel, settings: { ...settings, replyUrl: null } }
  await commander.do({ type: 'channel/save', channel: deaf, secrets: {} })
  const detail = () => commander.conversation(incidentId, conversation.id)
  const found = await until(
    'the reply to come back',
    async () => {
      const now = await detail()
      return now.replies.some(({ state }) => state === 'held' || state === 'failed') && now
    },
    30_000,
  )
  expect(found && found.conversation).toMatchObject({ closed, replyTo: null })
  expect(found && found.replies).toMatchObject([{ reasons: [{ rule: 'closed', closed }] }])
  await commander.do({ type: 'conversation/release', incidentId, conversationId: conversation.id, fence: 1 })
  expect(await takeNext()).toMatchObject({ type: 'refused' })
})
