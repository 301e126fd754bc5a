import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { IncidentSeries } from '@muster/shared/figures.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHookReceiver } from '../support/hook-receiver.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { recount } from '../support/recount.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

describe.each(['sqlite', 'redis'])('on %s', kind => {
  let redis: RedisServer | null = null
  let receiver: Awaited<ReturnType<typeof startHookReceiver>>
  let world: World
  let commander: Visitor
  let incidentId: string

  beforeAll(async () => {
    receiver = await startHookReceiver()
    if (kind === 'redis') redis = await startRedis({ appendonly: true })
    world = await World.open({
      channels: [hookChannel('posts', receiver.url)],
      ...(redis !== null && { redisUrl: redis.url }),
    })
    commander = await world.enter(await world.firstLink())
    incidentId = await commander.declare()
  })
  afterAll(async () => {
    await world?.close()
    await redis?.stop()
    await receiver?.stop()
  })

  const series = () => commander.get<IncidentSeries>(`/api/incidents/${incidentId}/series`)

  async function entriesUpTo({ era, seq }: IncidentSeries['at']): Promise<Entry[]> {
    const found: Entry[] = []
    while (found.length < seq) {
      const query = `?era=${era}&seq=${found.length}`
      const { entries } = await commander.get<{ entries: Entry[] }>(`/api/incidents/${incidentId}/entries${query}`)
      found.push(...entries)
    }
    return found.slice(0, seq)
  }

  async function expectRecounted(): Promise<IncidentSeries> {
    const { at, asOf, ...figures } = await series()
    expect(figures).toEqual(recount(await entriesUpTo(at), asOf, 60))
    return { at, asOf, ...figures }
  }

  /** Takes the next, and answers it or lets it go. */
  async function work(person: Visitor, answers: boolean): Promise<void> {
    const { conversation } = await person.do({ type: 'conversation/take-next', incidentId, topics: [] } as never)
    const { id: conversationId, fence, messages } = conversation as Conversation
    const about = { incidentId, conversationId, fence }
    if (!answers) return void (await person.do({ type: 'conversation/release', ...about } as never))
    const reply = { type: 'reply/submit', ...about, epoch: 1, text: 'We are on it.', through: messages }
    await person.do(reply as never)
  }

  const sumOf = ({ minutes }: IncidentSeries, name: 'arrivals' | 'replies') =>
    minutes.reduce((sum, minute) => sum + minute[name], 0)

  test('[IN20] while customers write and people answer, the figures equal a recount from the entries', async () => {
    const post = new Post(world.origin, 'posts', hookSecret)
    const people = await Promise.all(['Ada', 'Bert', 'Cid'].map(name => commander.invite(name)))
    for (const person of people) await person.do({ type: 'incident/join', incidentId } as never)
    const write = (number: number) =>
      post.send({ id: `post-${number}`, address: `customer-${number % 40}@example.com`, text: 'It is down!' })
    await Promise.all(Array.from({ length: 60 }, (_, number) => write(number)))
    const working = people.map(async (person, index) => {
      for (let turn = 0; turn < 8; turn++) await work(person, (turn + index) % 3 > 0)
    })
    while (receiver.posts.length < 10) await expectRecounted()
    await Promise.all(working)
    await until('every reply to be sent', async () => sumOf(await series(), 'replies') === 16, 20_000)
    const last = await expectRecounted()
    expect(sumOf(last, 'arrivals')).toBe(60)
    expect(last.firstReplies.count).toBe(16)
    expect(last.minutes.at(-1)).toMatchObject({ backlog: 24, others: 3 - (last.minutes.at(-1)?.answering ?? 0) })
  })

  test('[IN20] when the incident is resolved its figures stand still', async () => {
    await commander.do({ type: 'incident/resolve', incidentId } as never)
    await until(
      'the end to be told',
      async () => (await entriesUpTo((await series()).at)).at(-1)?.type === 'incident/resolved',
    )
    const { at: _, asOf, ...ended } = await expectRecounted()
    const later = await until('a later look', async () => {
      const look = await series()
      return look.asOf > asOf ? look : null
    })
    expect(later).toMatchObject(ended)
  })
})
