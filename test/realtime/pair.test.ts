import { openRedisStore } from '@muster/server/store/redis.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { IncidentCommand } from '@muster/shared/command.ts'
import type { PairMessage } from '@muster/shared/protocol.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { type RedisServer, redisInstalled, startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { Node, type Person } from './stage.ts'
import { Witness } from './witness.ts'

describe.runIf(redisInstalled)('what two on one claim tell each other', () => {
  let redis: RedisServer
  const stores: Store[] = []
  let here: Node
  let there: Node
  let people: Record<'ada' | 'ben' | 'cleo' | 'dora', Person>
  let incidentId: string
  const open: Witness[] = []

  beforeAll(async () => {
    redis = await startRedis()
    for (let count = 0; count < 2; count++) stores.push(await openRedisStore({ url: redis.url }))
    const [one, two] = stores as [Store, Store]
    here = await Node.open(one, { redisUrl: redis.url })
    there = await Node.open(two, { redisUrl: redis.url })
    const names = ['Ada', 'Ben', 'Cleo', 'Dora']
    const [ada, ben, cleo, dora] = (await Promise.all(names.map(name => here.signIn(name)))) as [
      Person,
      Person,
      Person,
      Person,
    ]
    people = { ada, ben, cleo, dora }
    incidentId = await here.declare()
    for (const person of Object.values(people)) await act(person, { type: 'incident/join' })
  })
  afterEach(() => {
    for (const witness of open.splice(0)) witness.close()
  })
  afterAll(async () => {
    await Promise.all([here.close(), there.close()])
    await Promise.all(stores.map(store => store.close()))
    await redis.stop()
  })

  async function act({ id, name }: Person, command: object): Promise<Record<string, unknown>> {
    const actor = { id, name, team: 'Support', role: 'responder' as const, incidentId: null }
    const outcome = await here.ask(actor, { id: nextId(), incidentId, ...command } as IncidentCommand)
    if (outcome.type !== 'done') throw new Error(`${JSON.stringify(command)} was answered ${JSON.stringify(outcome)}`)
    return outcome.answer
  }

  /** Ada takes somebody, and Ben sits down beside her. */
  async function pair(): Promise<{ conversationId: string; fence: number }> {
    await here.arrive(incidentId, 1)
    const { conversation } = await act(people.ada, { type: 'conversation/take-next', topics: [] })
    const { id, fence } = conversation as { id: string; fence: number }
    const place = { conversationId: id, fence }
    await act(people.ada, { type: 'pair/ask', ...place })
    await act(people.ben, { type: 'pair/join', ...place })
    return place
  }

  type Heard = PairMessage & { from: string }
  type Desk = { heard: Heard[]; say: (kind: PairMessage['kind'], payload: string, place?: object) => void }

  async function desk(node: Node, person: Person, place: { conversationId: string; fence: number }): Promise<Desk> {
    const witness = await Witness.open(node, person, incidentId)
    open.push(witness)
    const heard: Heard[] = []
    witness.socket.on('pair', message => void heard.push(message))
    const say: Desk['say'] = (kind, payload, other = place) =>
      void witness.socket.emit('pair', { incidentId, ...place, ...other, kind, payload })
    say('ask', 'AAAA')
    return { heard, say }
  }

  const payloads = ({ heard }: Desk) => heard.map(({ payload }) => payload)
  const letGo = (place: object) => act(people.ada, { type: 'conversation/release', ...place })

  /** Whatever was said before by either is decided once what they say now has come through, in both directions. */
  async function settled(...[one, other]: [Desk, Desk]): Promise<void> {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const mark = Buffer.from(crypto.randomUUID()).toString('base64')
      let looks = 0
      await until('a mark to come through', () => {
        // No more than a screen may say. The other may not have opened the draft yet.
        if (looks++ % 20 === 0) from.say('here', mark)
        return payloads(to).includes(mark)
      })
    }
  }

  test('[PR3] what one writes reaches the other on the other node, and their own other screens, and nobody else', async () => {
    const place = await pair()
    const [ada, again, ben] = [
      await desk(here, people.ada, place),
      await desk(there, people.ada, place),
      await desk(there, people.ben, place),
    ]
    const [cleo, dora] = [await desk(here, people.cleo, place), await desk(there, people.dora, place)]
    const top = await here.store.top(incidentId)
    await settled(ada, ben)
    await settled(again, ben)
    ada.say('tell', 'SGVsbG8=')
    await until('Ben to hear it', () => payloads(ben).includes('SGVsbG8='))
    await until('her other screen to hear it', () => payloads(again).includes('SGVsbG8='))
    expect(ben.heard.find(({ payload }) => payload === 'SGVsbG8=')).toEqual({
      incidentId,
      ...place,
      kind: 'tell',
      payload: 'SGVsbG8=',
      from: 'ada',
    })
    expect(payloads(ada)).not.toContain('SGVsbG8=')
    expect([cleo.heard, dora.heard]).toEqual([[], []])
    expect([ada, again, ben].flatMap(({ heard }) => heard).filter(({ from }) => from === 'cleo')).toEqual([])
    expect(await here.store.top(incidentId)).toEqual(top)
    await letGo(place)
  })

  test('[PR3] [PR6] a third person, an old fence, a pair that ended and a lapsed claim pass nothing', async () => {
    const place = await pair()
    const [ada, ben, cleo] = [
      await desk(here, people.ada, place),
      await desk(there, people.ben, place),
      await desk(here, people.cleo, place),
    ]
    await settled(ada, ben)
    cleo.say('tell', 'Q2xlbw==')
    ben.say('tell', 'b2xk', { fence: place.fence + 1 })
    await settled(ada, ben)
    await act(people.ben, { type: 'pair/leave', ...place })
    for (const each of [ada, ben]) each.say('tell', 'YWZ0ZXI=')
    await act(people.ada, { type: 'conversation/hand-over', ...place, personId: 'cleo' })
    const now = { ...place, fence: place.fence + 1 }
    await act(people.cleo, { type: 'pair/ask', ...now })
    await act(people.dora, { type: 'pair/join', ...now })
    const [newHolder, newPartner] = [await desk(here, people.cleo, now), await desk(there, people.dora, now)]
    for (const each of [ada, ben]) each.say('tell', 'b2xk')
    for (const each of [ada, ben]) each.say('tell', 'b2xk', now)
    await settled(newHolder, newPartner)
    for (const each of [ada, ben, cleo, newHolder, newPartner]) {
      expect(payloads(each).filter(payload => ['Q2xlbw==', 'b2xk', 'YWZ0ZXI='].includes(payload))).toEqual([])
    }
    await act(people.cleo, { type: 'conversation/release', ...now })
  })

  test('[PR3] what is too large, no base64, or more than one screen may pass does not pass, and the next is served', async () => {
    const place = await pair()
    const [ada, ben] = [await desk(here, people.ada, place), await desk(there, people.ben, place)]
    await settled(ada, ben)
    const before = ben.heard.length
    ada.say('tell', 'A'.repeat(48_001))
    ada.say('tell', 'not base64!')
    await settled(ada, ben)
    expect(
      payloads(ben)
        .slice(before)
        .filter(payload => payload.length > 48),
    ).toEqual([])
    const whole = 'B'.repeat(48_000)
    for (let count = 0; count < 12; count++) ada.say('tell', whole)
    await until('too much to be noticed', () =>
      here.seen.some(seen => seen.type === 'unpassed' && seen.reason === 'too much'),
    )
    await settled(ada, ben)
    const passed = payloads(ben).filter(payload => payload === whole).length
    expect(passed).toBeGreaterThan(2)
    expect(passed).toBeLessThan(8)
    await letGo(place)
  })

  test('[PR3] a screen that does not watch the incident passes nothing', async () => {
    const place = await pair()
    const [ada, ben] = [await desk(here, people.ada, place), await desk(there, people.ben, place)]
    await settled(ada, ben)
    const elsewhere = await Witness.open(here, people.ada, await here.declare())
    open.push(elsewhere)
    elsewhere.socket.emit('pair', { incidentId, ...place, kind: 'tell', payload: 'ZWxzZQ==' })
    await settled(ada, ben)
    expect(payloads(ben)).not.toContain('ZWxzZQ==')
    await letGo(place)
  })
})
