import type { Delivery } from '@muster/server/desk/delivery.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lena, nextId } from '../support/builders.ts'
import { FaultyNetwork } from '../support/faulty-network.ts'
import { histories } from '../support/histories.ts'
import { Life } from '../support/mortal.ts'
import { Pier } from '../support/pier.ts'
import { type Shelf, shelves } from '../support/stores.ts'

/** In each history so many replies. The full proof, MUSTER_HISTORIES=250, sends 6,000 on each store. */
const replies = 8
const leaseMs = 31_000
const mostTurns = 200

type History = { seed: number; lives: { last: number; asksLast: boolean; beside: boolean }[] }

const history = fc.record({
  seed: fc.integer(),
  lives: fc.array(fc.record({ last: fc.integer({ min: 1, max: 160 }), asksLast: fc.boolean(), beside: fc.boolean() }), {
    maxLength: 12,
  }),
})

/** Numbers from 0 up to 1, the same for one seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe.each(shelves)('on %s', (_, prepare) => {
  let shelf: Shelf
  let pier: Pier
  const tally = { sent: 0, failed: 0, uncertain: 0 }
  beforeAll(async () => {
    shelf = await prepare()
    pier = await Pier.open(await shelf.open())
  })
  afterAll(async () => {
    await pier.close()
    await shelf.stop()
  })

  /** Workers come and die while the network fails in every way. */
  async function storm({ lives }: History, beside: Delivery): Promise<void> {
    for (const { last, asksLast, beside: two } of lives) {
      const life = new Life(last, asksLast)
      const dying = pier.dying(life)
      dying.wake()
      const outcome = await Promise.race([dying.idle().then(() => 'idle'), life.died.then(() => 'dead')])
      if (two) await pier.work(beside)
      pier.now += outcome === 'dead' ? leaseMs : 5_000
    }
  }

  /** One that lives on, and a lead who looks at the network once it cannot be found out otherwise. */
  async function settle(ids: readonly string[], network: FaultyNetwork, worker: Delivery): Promise<Reply[]> {
    network.fair = true
    const doubted = new Set<string>()
    for (let turn = 0; turn < mostTurns; turn++) {
      await pier.work(worker)
      const found = await Promise.all(ids.map(id => pier.reply(id)))
      const open = found.filter(({ state }) => state !== 'sent' && state !== 'failed')
      if (open.length === 0) {
        tally.uncertain += doubted.size
        return found
      }
      for (const reply of open) if (reply.state === 'uncertain') await look(reply, network, doubted)
      pier.now += 30_000
    }
    throw new Error('not every reply was settled')
  }

  async function look(
    reply: Reply & { state: 'uncertain' },
    network: FaultyNetwork,
    doubted: Set<string>,
  ): Promise<void> {
    doubted.add(reply.id)
    const { incidentId } = pier
    // What a network may still tell of is left to it.
    if (reply.lookAt !== null || pier.now - reply.since < 60_000) return
    const arrived = network.shown(reply.id) > 0
    const command = { id: nextId(), type: 'reply/settle', incidentId, replyId: reply.id, arrived } as const
    await pier.desk.handle(incidentId, command, lena)
  }

  const conversationOf = async ({ conversationId }: Reply) => {
    const { records } = await pier.desk.store.read(pier.incidentId, [`conversation/${conversationId}`])
    return records[0]?.value as Conversation
  }

  test.each(['native', 'search', 'none'] as const)(
    '[DL7] [DL24] whatever a network that is %s does and whenever a worker dies, each reply is seen once or comes back',
    async idempotency => {
      const { numRuns, seed: given } = histories(idempotency === 'search' ? 12 : 6)
      await fc.assert(
        fc.asyncProperty(history, async plan => {
          const random = chanceOf(plan.seed)
          const network = new FaultyNetwork(nextId('network'), { idempotency, clock: () => pier.now, random })
          pier.networks.clear()
          pier.add(network)
          const beside = pier.worker()
          const ids = await pier.several(network, replies)
          await storm(plan, beside)
          for (const reply of await settle(ids, network, beside)) {
            const conversation = await conversationOf(reply)
            expect(network.shown(reply.id), JSON.stringify(reply)).toBe(reply.state === 'sent' ? 1 : 0)
            expect(conversation.waitingSince === null).toBe(reply.state === 'sent')
            expect(conversation.replies).toBe(reply.state === 'sent' ? 1 : 0)
            tally[reply.state === 'sent' ? 'sent' : 'failed'] += 1
          }
        }),
        { numRuns, ...(given !== undefined && { seed: given }) },
      )
      expect(tally.sent).toBeGreaterThan(tally.failed)
    },
    3_600_000,
  )
})
