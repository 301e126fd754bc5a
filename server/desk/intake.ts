import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Arrival, Received } from '../channels/channel.ts'
import { acknowledgementsPerHour } from '../domain/acknowledgement.ts'
import type { Sighting, WaitingArrival } from '../domain/company.ts'
import { muster } from '../domain/decision.ts'
import { fingerprint } from '../domain/fingerprint.ts'
import { company } from '../domain/indexes.ts'
import { incidentFor, incidentsFor } from '../domain/matching.ts'
import { messageIdOf } from '../domain/message.ts'
import { takeBounce } from './bounce.ts'
import { closeMessage } from './closing.ts'
import type { Desk } from './desk.ts'
import { Forgetting } from './forgetting.ts'
import { goingOnIn } from './going-on.ts'
import { Faulty, known } from './known.ts'
import { all } from './picture.ts'
import { setAside, setAsideUnread } from './set-aside.ts'
import { Triage } from './triage.ts'
import { writtenAs } from './written.ts'

const anHour = 3_600_000
/** So many of what came before an incident are brought into it at a time. */
const pouredAtOnce = 500

type Seen = Omit<WaitingArrival, 'arrivedAt'>
type Brought = Seen & { arrivedAt: number | null }
type Origin = Pick<ChannelRecord, 'id' | 'incidentId'> & Partial<Pick<ChannelRecord, 'settings'>>

/**
 * From a channel into the room of an incident, once. The company's room says first, and for ever, which incident a message
 * belongs to; then the incident stores it. Whatever dies in between, the message is seen again and goes the same way.
 */
export class Intake {
  readonly #desk: Desk
  readonly #forgetting: Forgetting
  readonly #triage: Triage
  #open: Promise<Incident[]> | null = null

  /** `languageOf`: in which language a text is written, ISO 639-1; null where that cannot be told. */
  constructor(desk: Desk, languageOf: (text: string) => string | null = () => null) {
    this.#desk = desk
    this.#forgetting = new Forgetting(desk)
    this.#triage = new Triage(desk.store, languageOf)
  }

  /**
   * Resolves when it is stored, in an incident or in quarantine; throws `StoreUnavailable` when that is not known, and may
   * then be given again. What Muster itself fails at is set aside: the next one must not wait for it.
   */
  async take(channel: Origin, received: Received): Promise<void> {
    try {
      await this.takeIn(channel, received)
    } catch (error) {
      if (!(error instanceof Faulty) || received.type === 'unreadable') throw error
      await setAside(this.#desk, channel.id, received, error)
    }
  }

  /** As `take`, but throws `Faulty` where Muster fails at it. */
  async takeIn(channel: Origin, received: Received): Promise<void> {
    switch (received.type) {
      case 'unreadable':
        return setAsideUnread(this.#desk, channel.id, received.unreadable)
      case 'arrival':
        return this.#store(channel, received.arrival, null)
      case 'edited':
        return this.#store(channel, received.arrival, received.at)
      case 'deleted':
        return this.#forgetting.message(channel.id, received.externalId, received.at)
      case 'closed':
        return closeMessage(this.#desk, channel.id, received)
      case 'account-gone':
        return this.#forgetting.account(channel.id, received.address, received.at)
      case 'bounced':
        return takeBounce(this.#desk, received)
    }
  }

  async #store(channel: Origin, arrival: Arrival, editedAt: number | null): Promise<void> {
    const messageId = messageIdOf(channel.id, arrival.externalId)
    const wanted = await this.#wantedBy(channel, arrival)
    const seen = { messageId, channelId: channel.id, arrival, editedAt }
    await this.#bring(channel, { ...seen, arrivedAt: null }, wanted)
  }

  /**
   * Into the incident it belongs to. One that was resolved by then, whoever knows it already, takes it no more: then into
   * another that is open. Whether it waits for one.
   */
  async #bring(channel: Origin, seen: Brought, wanted: string | null): Promise<boolean> {
    const over = new Set<string>()
    let incidentId = await this.#sight(seen, wanted, null)
    while (incidentId !== null && !over.has(incidentId)) {
      if (await this.#arrive(channel, incidentId, seen)) return false
      over.add(incidentId)
      const open = await this.#openIncidents()
      const next = incidentFor(
        channel,
        open.filter(({ id }) => !over.has(id)),
      )
      incidentId = await this.#sight(seen, next, incidentId)
    }
    return over.size > 0
  }

  /** The newest, but where whoever wrote goes on in another. */
  async #wantedBy(channel: Origin, arrival: Arrival): Promise<string | null> {
    const takers = incidentsFor(channel, await this.#openIncidents())
    const [newest = null] = takers
    if (takers.length < 2) return newest
    return (await goingOnIn(this.#desk.store, takers, channel.id, arrival)) ?? newest
  }

  /** Leaves nothing behind of what was taken away. `now` by this process's clock, ms. */
  rinse(now: number): Promise<void> {
    this.#triage.sweep()
    return this.#forgetting.rinse(now)
  }

  /** Brings what came while no incident was open, and is younger than an hour, into those that are open now. Safe to do again. */
  async pour(now: number): Promise<void> {
    const { store } = this.#desk
    let after = { score: now - anHour, key: '' }
    for (;;) {
      const page = await store.list(company.room, company.unclaimedArrivals, { after, limit: pouredAtOnce })
      const last = page.at(-1)
      if (last === undefined) return
      await this.#pourPage(page.map(({ stored }) => stored.value as WaitingArrival))
      after = { score: last.score, key: last.key }
    }
  }

  /** All at once, in their order: a surge has brought thousands by the time somebody declares. */
  async #pourPage(page: readonly WaitingArrival[]): Promise<void> {
    const channels = await all<ChannelRecord>(this.#desk.store, company.room, company.channels)
    const open = await this.#openIncidents()
    const poured = page.flatMap(kept => {
      const channel = channels.find(({ id }) => id === kept.channelId) ?? { id: kept.channelId, incidentId: null }
      const wanted = incidentFor(channel, open)
      return wanted === null ? [] : [this.#pourOrSetAside(channel, wanted, kept)]
    })
    for (const result of await Promise.allSettled(poured)) if (result.status === 'rejected') throw result.reason
  }

  /** What Muster fails at keeps nothing else out. */
  async #pourOrSetAside(channel: Origin, wanted: string, kept: WaitingArrival): Promise<void> {
    try {
      await this.#pourInto(channel, wanted, kept)
    } catch (error) {
      if (!(error instanceof Faulty)) throw error
      await setAside(this.#desk, kept.channelId, writtenAs(kept), error)
      await this.#poured(kept.messageId)
    }
  }

  async #pourInto(channel: Origin, wanted: string, kept: WaitingArrival): Promise<void> {
    const { messageId } = kept
    const waits = await this.#bring(channel, kept, wanted)
    if (!waits) await this.#poured(messageId)
  }

  async #poured(messageId: string): Promise<void> {
    const poured = { id: `poured-${messageId}`, type: 'message/poured', messageId } as const
    known(await this.#desk.handle(company.room, poured, muster))
  }

  async #sight(seen: Seen, wanted: string | null, insteadOf: string | null): Promise<string | null> {
    const { messageId, channelId, arrival, editedAt = null } = seen
    const again = insteadOf === null ? '' : `-not-${insteadOf}`
    const id = `@s-${messageId}-${wanted ?? ''}${editedAt === null ? '' : `-${editedAt}`}${again}`
    const what = { messageId, channelId, arrival, editedAt, incidentId: wanted, insteadOf }
    const sight = { id, type: 'message/sight', ...what } as const
    const outcome = known(await this.#desk.handle(company.room, sight, muster))
    return (outcome.answer as Sighting).incidentId
  }

  /** Whether it is there now: what was made for one incident alone stays there, whatever became of that. */
  async #arrive(
    { incidentId: only, settings }: Origin,
    incidentId: string,
    { messageId, channelId, arrival, arrivedAt, editedAt = null }: Brought,
  ): Promise<boolean> {
    // What was changed never stays the first of the group it was in.
    const own = editedAt === null ? messageId : fingerprint(messageId, `${editedAt}`)
    const triaged = await this.#triage.of(incidentId, arrival, own)
    const acknowledgements = acknowledgementsPerHour(settings)
    const come = { channelId, arrival, arrivedAt, ...triaged, acknowledgements, whileOpen: only === null }
    // No identifier holds an "@": nobody can use up the id of a message that is still to come.
    const command =
      editedAt === null
        ? ({ id: `@a-${messageId}`, type: 'message/arrive', ...come } as const)
        : ({ id: `@e-${messageId}-${editedAt}`, type: 'message/edit', ...come, at: editedAt } as const)
    const { answer } = known(await this.#desk.handle(incidentId, command, muster))
    return answer.isOver !== true
  }

  /** Arrivals of one turn of the loop share one look. */
  #openIncidents(): Promise<Incident[]> {
    this.#open ??= all<Incident>(this.#desk.store, company.room, company.openIncidents).finally(() => {
      this.#open = null
    })
    return this.#open
  }
}
