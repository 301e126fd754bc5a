import type { Outgoing, Sent } from '@muster/server/channels/channel.ts'
import { Acknowledging } from '@muster/server/desk/acknowledging.ts'
import type { Restraint } from '@muster/server/desk/budgets.ts'
import { Lingering } from '@muster/server/desk/lingering.ts'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { histories } from '../support/histories.ts'
import { Ledger, LimitedNetwork } from '../support/limited-network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'

const minute = 60_000
const hour = 60 * minute
const mail = { visibility: 'direct', acknowledgeable: true } as const

/** Some time goes by, some write, some are answered; replies and acknowledgements leave at once or one after another. */
type Step = { ms: number; more: number; answered: number; atOnce: boolean }

const steps = fc.record({
  ms: fc.integer({ min: 0, max: 20 * minute }),
  more: fc.integer({ min: 0, max: 3 }),
  answered: fc.integer({ min: 0, max: 4 }),
  atOnce: fc.boolean(),
}) satisfies fc.Arbitrary<Step>

/** A mailbox whose provider counts replies and acknowledgements alike, within an hour. */
class Mailbox extends LimitedNetwork {
  readonly acknowledged: string[] = []
  /** Hears how many it sent within the last hour, with this one. */
  whenAcknowledged = (_sent: number) => {}

  async acknowledge(outgoing: Outgoing): Promise<Sent> {
    const sent = await this.send(outgoing)
    if (sent.type !== 'sent') return sent
    this.acknowledged.push(outgoing.key)
    const now = this.shownAt.get(outgoing.key) ?? 0
    this.whenAcknowledged([...this.shownAt.values()].filter(at => at > now - hour).length)
    return sent
  }

  get replies(): string[] {
    return this.visible.map(({ key }) => key).filter(key => !this.acknowledged.includes(key))
  }
}

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  /** A mailbox that may send so many an hour, and two nodes that acknowledge. `given`: what its provider says of that. */
  async function scene(most: number, given: { documented?: []; tells?: 'when' } = {}, restraint: Restraint = {}) {
    pier = await Pier.open(await shelf.open())
    const enforced = [{ most, perMs: hour, pool: nextId('mailbox') }]
    const settings = { ledger: new Ledger(), clock: () => pier.now, enforced, ...given }
    const mailbox = pier.add(new Mailbox(nextId('mail'), settings))
    pier.restraints.set(mailbox.id, restraint)
    const logged: unknown[] = []
    const nodes = [pier.desk, pier.deskOn(pier.desk.store)].map(
      desk =>
        new Acknowledging({
          desk,
          lingering: new Lingering(desk.store),
          channel: id => pier.networks.get(id) ?? null,
          restraint: id => pier.restraints.get(id) ?? {},
          log: (_level, _message, { reason }) => logged.push(reason),
          fault: error => {
            throw error
          },
          everyMs: hour,
        }),
    )
    const acknowledge = () => Promise.all(nodes.map(node => node.send()))
    pier.worker()
    return { mailbox, logged, acknowledge }
  }

  test('[CH25] while more wait than half of the limit none is acknowledged, and replies have all of it', async () => {
    const { mailbox, logged, acknowledge } = await scene(12)
    const waiting = await Promise.all(Array.from({ length: 20 }, () => pier.write(mailbox, mail)))
    await acknowledge()
    expect(mailbox.acknowledged).toEqual([])
    expect(logged).toEqual(waiting.map(() => 'replies need what the mailbox may still send'))
    for (const conversationId of waiting) await pier.answer(conversationId)
    await pier.work()
    expect(mailbox.replies).toHaveLength(12)
    await pier.wait(2 * hour)
    await acknowledge()
    // What was given up stays so.
    expect([mailbox.replies.length, mailbox.acknowledged.length, mailbox.refusals]).toEqual([20, 0, 0])
  })

  test.each(['its provider', 'a commander'])(
    '[CH25] [CH18] while there is room everybody is acknowledged within half of what %s allows, and no reply waits',
    async who => {
      const pace = { most: 20, perMs: hour }
      const { mailbox, acknowledge } = who === 'its provider' ? await scene(20) : await scene(1_000, {}, { pace })
      for (let customer = 1; customer <= 15; customer++) {
        const conversationId = await pier.write(mailbox, mail)
        await acknowledge()
        await pier.answer(conversationId)
        await pier.work()
        expect(mailbox.replies).toHaveLength(customer)
      }
      expect(mailbox.acknowledged).toHaveLength(5)
      await pier.answer(await pier.write(mailbox, mail))
      await pier.work()
      expect([mailbox.replies.length, mailbox.refusals]).toEqual([15, 0])
    },
  )

  test('[CH25] [CH16] what a provider refuses to an acknowledgement holds back replies until it takes more, and it is given up', async () => {
    const { mailbox, logged, acknowledge } = await scene(1, { documented: [], tells: 'when' })
    await pier.answer(await pier.write(mailbox, mail))
    await pier.work()
    const conversationId = await pier.write(mailbox, mail)
    await acknowledge()
    expect([mailbox.acknowledged.length, mailbox.refusals]).toEqual([0, 1])
    expect(logged.at(-1)).toBe('the mailbox may send no more for now')
    await pier.answer(conversationId)
    for (let tenth = 0; tenth < 6; tenth++) await pier.wait(9 * minute)
    await acknowledge()
    expect([mailbox.replies.length, mailbox.refusals]).toEqual([1, 1])
    await pier.wait(9 * minute)
    expect([mailbox.replies.length, mailbox.refusals]).toEqual([2, 1])
  })

  test('[CH25] whatever comes when, what was sent within an hour and what is owed fit into half of the limit whenever one is acknowledged', async () => {
    const play = async (most: number, turns: readonly Step[]) => {
      const { mailbox, acknowledge } = await scene(most)
      const waiting: string[] = []
      let written = 0
      const needed: number[] = []
      mailbox.whenAcknowledged = sent => {
        needed.push(sent + written - mailbox.replies.length)
      }
      for (const { ms, more, answered, atOnce } of turns) {
        pier.now += ms
        written += more
        for (let count = 0; count < more; count++) waiting.push(await pier.write(mailbox, mail))
        for (const conversationId of waiting.splice(0, answered)) await pier.answer(conversationId)
        const acknowledging = acknowledge()
        if (!atOnce) await acknowledging
        await Promise.all([acknowledging, pier.work()])
      }
      expect(mailbox.refusals).toBe(0)
      expect(Math.max(0, ...needed)).toBeLessThanOrEqual(most / 2)
      await pier.close()
      return mailbox.acknowledged.length
    }
    let acknowledged = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 16 }), fc.array(steps, { maxLength: 25 }), async (most, drawn) => {
        acknowledged += await play(most, drawn)
      }),
      histories(10),
    )
    expect(acknowledged).toBeGreaterThan(0)
  })
})
