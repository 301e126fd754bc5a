import type { Desk } from '@muster/server/desk/desk.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { actor, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { histories } from '../support/histories.ts'
import { type Shelf, shelves } from '../support/stores.ts'

function answerOf(outcome: Outcome | undefined): Record<string, unknown> {
  if (outcome?.type !== 'done') throw new Error(`expected an answer, not ${JSON.stringify(outcome)}`)
  return outcome.answer
}

const racers = Array.from({ length: 64 }, (_, index) => actor(`Racer${index}`))

describe.each(shelves)('on %s', (_, prepare) => {
  let shelf: Shelf
  let nodes: [Desk, Desk]
  let incidentId: string

  beforeAll(async () => {
    shelf = await prepare()
    nodes = [deskOn(await shelf.open()), deskOn(await shelf.open())]
  })
  beforeEach(async () => {
    const declare = declaring({ policy: { leaseMs: 3_600_000, claimsPerPerson: 100 } })
    incidentId = declare.id
    await nodes[0].handle(incidentId, declare, cora)
    const join = { type: 'incident/join', incidentId } as const
    await Promise.all(racers.map(racer => nodes[0].handle(incidentId, { id: nextId(), ...join }, racer)))
  })
  afterAll(() => shelf.stop())

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

  test('[CL1] [CL7] a thousand who take the next on two nodes share what waits, one each', async () => {
    const customers = await Promise.all(Array.from({ length: 200 }, newCustomer))
    const takers = Array.from({ length: 4 }, () => racers).flat()
    const outcomes = await Promise.all(
      takers.map((racer, index) =>
        nodes[index % 2 === 0 ? 0 : 1].handle(
          incidentId,
          { id: nextId('next'), type: 'conversation/take-next', incidentId },
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
