import type { Desk } from '@muster/server/desk/desk.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { actor, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { histories } from '../support/histories.ts'
import { onEachStore } from '../support/on-each-store.ts'

function answerOf(outcome: Outcome | undefined): Record<string, unknown> {
  if (outcome?.type !== 'done') throw new Error(`expected an answer, not ${JSON.stringify(outcome)}`)
  return outcome.answer
}

/** What an answer says its asker holds now. */
function grantedBy(outcome: Outcome): Conversation[] {
  if (outcome.type !== 'done') return []
  const { conversation, claimed } = outcome.answer as {
    conversation?: Conversation
    claimed?: { conversation: Conversation }[]
  }
  return conversation === undefined ? (claimed ?? []).map(each => each.conversation) : [conversation]
}

const racers = Array.from({ length: 64 }, (_, index) => actor(`Racer${index}`))

onEachStore(shelf => {
  let nodes: [Desk, Desk]
  let incidentId: string

  beforeAll(async () => {
    nodes = [deskOn(await shelf.open()), deskOn(await shelf.open())]
  })
  beforeEach(newIncident)

  async function newIncident() {
    const declare = declaring({ policy: { leaseMs: 3_600_000, claimsPerPerson: 100 } })
    incidentId = declare.id
    await nodes[0].handle(incidentId, declare, cora)
    const join = { type: 'incident/join', incidentId } as const
    await Promise.all(racers.map(racer => nodes[0].handle(incidentId, { id: nextId(), ...join }, racer)))
  }

  async function newCustomer(): Promise<string> {
    const arrival = arrivalOf({ externalId: nextId('race'), from: { address: nextId('customer'), name: '' } })
    await nodes[0].handle(incidentId, arriving(arrival), muster)
    return messageIdOf('mail', arrival.externalId)
  }

  async function release(conversationId: string, outcomes: readonly (Outcome | undefined)[]) {
    const winner = outcomes.findIndex(outcome => outcome?.type === 'done')
    const fence = (answerOf(outcomes[winner]).conversation as Conversation).fence
    const command = { id: nextId(), type: 'conversation/release', incidentId, conversationId, fence } as const
    await nodes[1].handle(incidentId, command, racers[winner] ?? muster)
  }

  /** Who runs where, whether they know the conversation or take the next, and how often it is raced for again. */
  const race = fc.record({
    places: fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
    rounds: fc.integer({ min: 1, max: 3 }),
    twice: fc.array(fc.nat(63), { maxLength: 8 }),
  })

  test('[CL1] [CL2] [CL9] of 64 who race for one conversation on two nodes exactly one wins', async () => {
    const { numRuns, seed } = histories(120)
    await fc.assert(
      fc.asyncProperty(race, async ({ places, rounds, twice }) => {
        const conversationId = await newCustomer()
        for (let round = 1; round <= rounds; round++) {
          const commands = racers.map(racer => ({
            racer,
            command: { id: nextId('claim'), type: 'conversation/claim', incidentId, conversationId } as const,
          }))
          const give = (index: number) => {
            const { racer, command } = commands[index] as (typeof commands)[number]
            return nodes[places[index] ? 0 : 1].handle(incidentId, command, racer)
          }
          const [outcomes, again] = await Promise.all([
            Promise.all(racers.map((_, index) => give(index))),
            Promise.all(twice.map(give)),
          ])
          const winners = outcomes.filter(({ type }) => type === 'done')
          expect(winners).toHaveLength(1)
          expect(winners[0]).toMatchObject({ answer: { conversation: { fence: round } } })
          expect(again).toEqual(twice.map(index => expect.objectContaining({ type: outcomes[index]?.type })))
          const losers = outcomes.filter(({ type }) => type !== 'done')
          expect(losers.every(loser => loser.type === 'refused' && loser.refusal.code === 'already-claimed')).toBe(true)
          await release(conversationId, outcomes)
        }
      }),
      { numRuns, ...(seed !== undefined && { seed }) },
    )
  }, 3_600_000)

  async function holding(): Promise<number[]> {
    const store = nodes[1].store
    const { records } = await store.read(
      incidentId,
      racers.map(({ id }) => `responder/${id}`),
    )
    return records.map(record => (record?.value as Responder | undefined)?.holding ?? 0)
  }

  test('[CL1] [CL7] [CL14] who claims one, several or the next on two nodes: each conversation is held once', async () => {
    const roads = fc.array(fc.record({ place: fc.boolean(), road: fc.nat(4) }), { minLength: 64, maxLength: 64 })
    const { numRuns, seed } = histories(60)
    await fc.assert(
      fc.asyncProperty(roads, async plans => {
        await newIncident()
        const ids = await Promise.all(Array.from({ length: 3 }, newCustomer))
        const commandFor = (road: number) => {
          const conversationId = ids[road]
          if (conversationId !== undefined) return { type: 'conversation/claim' as const, conversationId }
          if (road === 3) return { type: 'conversation/claim-several' as const, conversationIds: ids }
          return { type: 'conversation/take-next' as const, topics: [] }
        }
        const outcomes = await Promise.all(
          plans.map(({ place, road }, index) => {
            const command = { id: nextId('race'), incidentId, ...commandFor(road) }
            return nodes[place ? 0 : 1].handle(incidentId, command, racers[index] ?? muster)
          }),
        )
        const granted = outcomes.map(grantedBy)
        const held = granted.flat().map(({ id }) => id)
        expect(new Set(held).size).toBe(held.length)
        expect(
          ids.filter((id, index) => plans.some(({ road }) => road === index || road === 3) && !held.includes(id)),
        ).toEqual([])
        expect(await holding()).toEqual(granted.map(({ length }) => length))
      }),
      { numRuns, ...(seed !== undefined && { seed }) },
    )
  }, 3_600_000)

  test('[CL1] [CL16] of many who hand one conversation over while others claim it, one does, once', async () => {
    const targets = fc.array(fc.record({ place: fc.boolean(), to: fc.integer({ min: 1, max: 63 }), by: fc.nat(2) }), {
      minLength: 2,
      maxLength: 24,
    })
    const { numRuns, seed } = histories(60)
    await fc.assert(
      fc.asyncProperty(targets, async plans => {
        await newIncident()
        const conversationId = await newCustomer()
        const about = { incidentId, conversationId }
        const [holder = muster] = racers
        await nodes[0].handle(incidentId, { id: nextId(), type: 'conversation/claim', ...about }, holder)
        const outcomes = await Promise.all(
          plans.map(({ place, to, by }) => {
            const personId = racers[to]?.id ?? ''
            const node = nodes[place ? 0 : 1]
            if (by === 2)
              return node.handle(
                incidentId,
                { id: nextId(), type: 'conversation/claim', ...about },
                racers[to] ?? muster,
              )
            const command = { id: nextId(), type: 'conversation/hand-over' as const, ...about, fence: 1, personId }
            return node.handle(incidentId, command, by === 0 ? holder : cora)
          }),
        )
        const given = plans.filter((plan, index) => plan.by < 2 && outcomes[index]?.type === 'done')
        expect(given).toHaveLength(plans.some(({ by }) => by < 2) ? 1 : 0)
        const { records } = await nodes[1].store.read(incidentId, [`conversation/${conversationId}`])
        const after = records[0]?.value as Conversation
        const now = racers[given[0]?.to ?? 0]
        expect(after).toMatchObject({ fence: 1 + given.length, claim: { holder: { id: now?.id } } })
        expect((await holding()).map((held, index) => [index, held]).filter(([, held]) => held !== 0)).toEqual([
          [given[0]?.to ?? 0, 1],
        ])
      }),
      { numRuns, ...(seed !== undefined && { seed }) },
    )
  }, 3_600_000)

  test('[CL1] [CL7] a thousand who take the next on two nodes share what waits, one each', async () => {
    const customers = await Promise.all(Array.from({ length: 200 }, newCustomer))
    const takers = Array.from({ length: 4 }, () => racers).flat()
    const outcomes = await Promise.all(
      takers.map((racer, index) =>
        nodes[index % 2 === 0 ? 0 : 1].handle(
          incidentId,
          { id: nextId('next'), type: 'conversation/take-next', incidentId, topics: [] },
          racer,
        ),
      ),
    )
    const taken = outcomes.flatMap(outcome =>
      outcome.type === 'done' ? [(outcome.answer.conversation as Conversation).id] : [],
    )
    expect(new Set(taken).size).toBe(taken.length)
    expect(customers.filter(customer => !taken.includes(customer))).toEqual([])
  })
})
