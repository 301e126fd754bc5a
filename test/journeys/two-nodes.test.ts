import type { Conversation } from '@muster/shared/conversation.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { Screen } from '../support/screen.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

let redis: RedisServer
let one: World
let two: World
let commander: Visitor
let incidentId: string
let ada: Screen
let bert: Screen
let post: Post

beforeAll(async () => {
  redis = await startRedis({ appendonly: true })
  const given = { redisUrl: redis.url, channels: [hookChannel('posts')] }
  one = await World.open(given)
  commander = await one.enter(await one.firstLink())
  two = await World.open(given)
  incidentId = await commander.declare()
  const adaAtOne = await commander.invite('Ada')
  const bertAtTwo = await two.enter(await commander.linkFor('Bert'))
  ada = await Screen.open(adaAtOne, incidentId)
  bert = await Screen.open(bertAtTwo, incidentId)
  for (const screen of [ada, bert]) await screen.command({ id: crypto.randomUUID(), type: 'incident/join', incidentId })
  post = new Post(one.origin, 'posts', hookSecret)
})
afterAll(async () => {
  ada?.close()
  bert?.close()
  await one?.close()
  await two?.close()
  await redis?.stop()
})

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function converge() {
  await until(
    'both screens to end where the log ends',
    async () => {
      const { at, conversations } = await commander.snapshot(incidentId)
      const same = (screen: Screen) =>
        screen.at?.seq === at.seq &&
        screen.at.era === at.era &&
        JSON.stringify([...screen.conversations.values()].sort(byId)) === JSON.stringify(conversations.sort(byId))
      return same(ada) && same(bert)
    },
    20_000,
  )
}
const byId = (a: Conversation, b: Conversation) => (a.id < b.id ? -1 : 1)

test('[RT2] [CL1] a claim made on one node is on the screens of the other within 200 ms', async () => {
  const claim = (screen: Screen) =>
    screen.command({ id: crypto.randomUUID(), type: 'conversation/take-next', incidentId, topics: [] })
  const delays: number[] = []
  for (let round = 0; round < 21; round++) {
    await post.send({ id: `round-${round}`, address: `customer-${round}@example.com`, text: 'It is down!' })
    const before = performance.now()
    const outcome = await claim(ada)
    if (outcome.type !== 'done') throw new Error(JSON.stringify(outcome))
    const conversation = outcome.answer.conversation as Conversation
    const told = await until('the other node to tell the claim', () =>
      bert.entries.find(
        entry =>
          entry.type === 'conversation/claimed' &&
          entry.conversation.id === conversation.id &&
          entry.conversation.fence === conversation.fence,
      ),
    )
    delays.push((told?.seenAt ?? Number.NaN) - before)
    const { id, fence } = conversation
    const release = { type: 'conversation/release', incidentId, conversationId: id, fence } as const
    await ada.command({ id: crypto.randomUUID(), ...release })
    const other = await bert.command({
      id: crypto.randomUUID(),
      type: 'conversation/claim',
      incidentId,
      conversationId: id,
    })
    expect(other).toMatchObject({ type: 'done', answer: { conversation: { fence: fence + 1 } } })
    const theirs = { type: 'conversation/release', incidentId, conversationId: id, fence: fence + 1 } as const
    await bert.command({ id: crypto.randomUUID(), ...theirs })
  }
  console.log(
    `A claim was on the other node's screen after ${median(delays).toFixed(0)} ms (median of ${delays.length}).`,
  )
  expect(median(delays)).toBeLessThan(200)
})

test('[RT9] Redis away for 20 s ends no process, and every screen converges afterwards', async () => {
  await redis.kill('SIGKILL')
  const away = performance.now()
  const lost = await ada.command({ id: 'while-away', type: 'conversation/take-next', incidentId, topics: [] })
  expect(lost).toMatchObject({ type: 'unavailable' })
  expect((await post.send({ id: 'while-away', address: 'lou@example.com', text: 'Hello?' })).status).toBe(503)
  ada.socket.emit('presence', { incidentId, viewing: null, typing: true })
  const seconds = Number(process.env.MUSTER_AWAY_SECONDS ?? 20)
  await until('the time to pass', () => performance.now() - away > seconds * 1_000, (seconds + 5) * 1_000)
  expect([one.lives, two.lives]).toEqual([true, true])
  await redis.restart()
  await until(
    'messages to be taken again',
    async () => (await post.send({ id: 'while-away', address: 'lou@example.com', text: 'Hello?' })).status === 202,
    30_000,
  )
  await until('a command to be taken again', async () => {
    const again = await ada.command({ id: 'while-away', type: 'conversation/take-next', incidentId, topics: [] })
    return again.type === 'done'
  })
  await converge()
  expect([one.lives, two.lives]).toEqual([true, true])
})

test('[RT7] people of a killed node are gone from the other screens within two seconds', async () => {
  ada.socket.emit('presence', { incidentId, viewing: null, typing: true })
  await until('Ada to be present on the other node', () => bert.present.get('ada')?.typing)
  await one.kill()
  const killed = performance.now()
  await until('Ada to be gone', () => !bert.present.has('ada'), 5_000)
  const after = performance.now() - killed
  console.log(`The killed node's people were gone after ${after.toFixed(0)} ms.`)
  expect(after).toBeLessThan(2_000)
  await one.start()
  await until('Ada to be back', () => bert.present.has('ada') || ada.socket.connected, 20_000)
  await converge()
})
