import { askOf } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { proposalsOf, snapshotOf } from '@muster/server/desk/picture.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { SpikeLookout } from '@muster/server/desk/spike-watch.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { Random } from '@muster/server/drill/random.ts'
import { expect, test } from 'vitest'
import { actor, arrivalOf, cora, declaring, lena, nextId } from '../support/builders.ts'
import { crowd, dayMs, hourMs } from '../support/days.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { withClock } from '../support/turned-clock.ts'

const minute = 60_000
const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const

onEachStore(shelf => {
  let days = 0

  function asking(desk: Desk, intake: Intake) {
    const none = () => Promise.reject(new Error('not part of this'))
    const others = { retryQuarantined: none, invite: none, openJoin: none, startDrill: none, stopDrill: none }
    return askOf(desk, { ...others, incidentDeclared: async () => intake.pour(await desk.store.now()) }, safe)
  }

  /** A channel, two nodes that look out, and hours that pass as fast as they are told. */
  async function setup() {
    // Each test has a day of its own in the one room of the company.
    const began = 1_700_000_000_000 + days++ * dayMs
    const clock = { now: began }
    const store = withClock(await shelf.open(), async () => clock.now)
    const desk = deskOn(store)
    const intake = new Intake(desk)
    const channel = { id: nextId('channel'), name: 'Web', enabled: true, incidentId: null, settings }
    await desk.handle(company.room, sealed(safe, { id: nextId(), type: 'channel/save', channel, secrets: {} }), cora)
    const nodes = [new SpikeLookout(desk), new SpikeLookout(deskOn(store))]
    const write = async (address: string, sentAt: number | null = null, automatic: string | null = null) =>
      intake.take(channel, { type: 'arrival', arrival: arrivalOf({ from: { address, name: '' }, sentAt, automatic }) })
    const pass = async (forMs: number, perMinute: number) => {
      const random = new Random(began + clock.now)
      const end = clock.now + forMs
      const sights = crowd(random, channel.id, { from: clock.now, to: end, most: perMinute })
      for (; clock.now < end; clock.now += 5_000) {
        const due = sights.filter(({ at }) => at > clock.now - 5_000 && at <= clock.now)
        await Promise.all(due.map(({ address }) => write(address)))
        await Promise.all(nodes.map(node => node.look()))
      }
    }
    const proposed = async () => {
      const mine = await proposalsOf(store)
      return mine.filter(({ cause }) => cause.type === 'spike' && cause.spike.channels.includes(channel.id))
    }
    const end = async () => {
      for (const { id } of await proposed()) {
        await desk.handle(company.room, { id: nextId(), type: 'proposal/dismiss', proposalId: id }, lena)
      }
      await desk.handle(company.room, { id: nextId(), type: 'channel/remove', channelId: channel.id }, cora)
      for (const { key } of await store.list(company.room, company.unclaimedArrivals, { after: null, limit: 500 })) {
        const messageId = key.slice(company.arrival('').length)
        await desk.handle(company.room, { id: nextId(), type: 'message/poured', messageId }, cora)
      }
    }
    return { clock, desk, intake, channel, nodes, write, pass, proposed, ask: asking(desk, intake), end }
  }

  test('[IN21] [IN23] [IN24] a quiet hour, then a surge: two nodes propose once within a minute, and what came before is joined', async () => {
    const { clock, desk, channel, pass, proposed, ask, end } = await setup()
    await pass(hourMs, 1)
    expect(await proposed()).toEqual([])
    const surge = clock.now
    await pass(minute, 40)
    const [proposal, ...more] = await proposed()
    expect(more).toEqual([])
    expect((proposal?.madeAt ?? Infinity) - surge).toBeLessThanOrEqual(minute)
    await pass(minute, 40)
    expect(await proposed()).toHaveLength(1)
    const declare = (by = cora) =>
      ask(by, { ...declaring({ channels: [channel.id] }), proposalId: proposal?.id ?? null })
    const outcomes = await Promise.all([declare(), declare(actor('Bo', 'commander'))])
    expect(outcomes.map(({ type }) => type).toSorted()).toEqual(['done', 'refused'])
    const done = outcomes.find(({ type }) => type === 'done')
    const incidentId = done?.type === 'done' ? String(done.answer.incidentId) : ''
    const snapshot = await snapshotOf(desk.store, incidentId)
    expect(snapshot?.conversations.length).toBeGreaterThan(70)
    const { records } = await desk.store.read(company.room, [company.proposal(proposal?.id ?? '')])
    expect(records).toMatchObject([{ value: { state: 'declared', incidentId } }])
    await pass(minute, 40)
    expect(await proposed()).toEqual([])
    await ask(cora, { id: nextId(), type: 'incident/resolve', incidentId })
    // Its last messages are no news.
    await pass(2 * minute, 40)
    expect(await proposed()).toEqual([])
    await end()
  }, 120_000)

  test('[IN22] machines, and what was written hours before it comes, are no rise; what is usual outlives a restart', async () => {
    const { clock, desk, pass, write, proposed, end } = await setup()
    await pass(hourMs / 2, 1)
    await Promise.all(Array.from({ length: 60 }, () => write(nextId('old'), clock.now - 2 * hourMs)))
    await Promise.all(Array.from({ length: 60 }, () => write(nextId('machine'), null, 'It says so.')))
    await pass(minute, 1)
    expect(await proposed()).toEqual([])
    const anew = new SpikeLookout(desk)
    await Promise.all(Array.from({ length: 40 }, () => write(nextId('new'))))
    await anew.look()
    expect(await proposed()).toHaveLength(1)
    await end()
  }, 120_000)

  test('[IN24] a declaration that is refused gives the proposal back', async () => {
    const { desk, channel, pass, write, proposed, ask, end } = await setup()
    await pass(hourMs / 2, 1)
    await Promise.all(Array.from({ length: 40 }, () => write(nextId('new'))))
    await pass(10_000, 1)
    const [proposal] = await proposed()
    const unreadable = { mustNotMatch: [{ pattern: '(', why: 'It never ends.' }], channels: [channel.id] }
    const declare = { ...declaring(unreadable), proposalId: proposal?.id ?? null }
    expect(await ask(cora, declare)).toMatchObject({ type: 'refused' })
    expect(await proposed()).toMatchObject([{ id: proposal?.id, state: 'open' }])
    expect(await snapshotOf(desk.store, declare.id)).toBe(null)
    await end()
  }, 120_000)
})
