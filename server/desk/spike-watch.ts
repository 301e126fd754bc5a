import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { WaitingArrival } from '../domain/company.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { incidentFor } from '../domain/matching.ts'
import { type Pace, type Sight, SpikeWatch, type Watched } from '../domain/spike.ts'
import type { Listed } from '../store/store.ts'
import type { Desk } from './desk.ts'
import { all } from './picture.ts'

const minuteMs = 60_000
/** How far back the first look reads. */
const firstLookMs = 12 * minuteMs
/** What is committed late may stand before what was read already. */
const overlapMs = 5_000
const pageSize = 500
const mostAtOnce = 5_000
/** Channels whose incident was resolved just now bring its last messages: no news. */
const restMs = 15 * minuteMs
/** What was written longer ago than this and comes only now says nothing of today. */
const oldMs = 60 * minuteMs

/**
 * Looks at what arrives while no incident takes it, and proposes one when more people write than usual. Every node looks
 * for itself, at the same arrivals in the store; the company's room lets one of them propose.
 */
export class SpikeLookout {
  readonly #desk: Desk
  #watch: SpikeWatch | null = null
  #from = 0
  #keptMinute = 0
  /** Keys that were read already, as far back as the overlap. */
  readonly #read = new Map<string, number>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** To be called every few seconds. */
  async look(): Promise<void> {
    const now = await this.#desk.store.now()
    this.#watch ??= await this.#begin(now)
    const watched = await this.#watched(now)
    await this.#readArrivals(this.#watch, now)
    const spike = this.#watch.pass(now, watched)
    if (spike !== null) {
      await this.#desk.handle(company.room, { id: crypto.randomUUID(), type: 'spike/propose', spike }, muster)
    }
    await this.#keep(this.#watch.pace, now)
  }

  async #begin(now: number): Promise<SpikeWatch> {
    const { records } = await this.#desk.store.read(company.room, [company.pace])
    const kept = records[0]?.value as { minute: number; pace: Pace } | undefined
    this.#from = now - firstLookMs
    this.#keptMinute = Math.floor(now / minuteMs)
    return new SpikeWatch(kept?.pace ?? {})
  }

  async #watched(now: number): Promise<Watched> {
    const { store } = this.#desk
    const channels = await all<ChannelRecord>(store, company.room, company.channels)
    const after = { score: now - restMs, key: '' }
    const listed = await store.list(company.room, company.delivering, { after, limit: 1_000 })
    const incidents = listed.map(({ stored }) => stored.value as Incident)
    const watched = channels.filter(
      channel => channel.enabled && channel.incidentId === null && incidentFor(channel, incidents) === null,
    )
    const lately = incidents.map(incident => ({ ...incident, state: 'open' as const }))
    const judged = watched.filter(channel => incidentFor(channel, lately) === null)
    return { watched: new Set(watched.map(idOf)), judged: new Set(judged.map(idOf)) }
  }

  /** A flood is read on at the next look: what was read is enough to see it. */
  async #readArrivals(watch: SpikeWatch, now: number): Promise<void> {
    let after = { score: this.#from, key: '' }
    for (let read = 0; read < mostAtOnce; read += pageSize) {
      const page = await this.#desk.store.list(company.room, company.unclaimedArrivals, { after, limit: pageSize })
      for (const listed of page) this.#add(watch, listed)
      const last = page.at(-1)
      if (last !== undefined) after = { score: last.score, key: last.key }
      if (page.length < pageSize) return this.#readFrom(Math.min(after.score, now) - overlapMs)
    }
    this.#readFrom(after.score)
  }

  #add(watch: SpikeWatch, { key, score, stored }: Listed): void {
    if (this.#read.has(key)) return
    this.#read.set(key, score)
    const sight = sightOf(stored.value as WaitingArrival)
    if (sight !== null) watch.add(sight)
  }

  #readFrom(score: number): void {
    this.#from = Math.max(this.#from, score)
    for (const [key, at] of this.#read) if (at < this.#from) this.#read.delete(key)
  }

  async #keep(pace: Pace, now: number): Promise<void> {
    const minute = Math.floor(now / minuteMs)
    if (minute <= this.#keptMinute) return
    this.#keptMinute = minute
    const keep = { id: `@pace-${minute}`, type: 'pace/keep', minute, pace } as const
    await this.#desk.handle(company.room, keep, muster)
  }
}

/** When somebody wrote, as their network says where that can be; machines do not count. */
function sightOf({ channelId, arrival, arrivedAt }: WaitingArrival): Sight | null {
  if (arrival.automatic !== null) return null
  const at = Math.min(arrival.sentAt ?? arrivedAt, arrivedAt)
  return arrivedAt - at > oldMs ? null : { channelId, address: arrival.from.address, at }
}

function idOf({ id }: ChannelRecord): string {
  return id
}
