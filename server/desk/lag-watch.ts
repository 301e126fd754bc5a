import type { ChannelHealth, ChannelRecord } from '@muster/shared/channel.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { lagObjectiveOf } from '@muster/shared/lag-objective.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { type Currents, isBehind, isSpokenOf, type Look } from '../domain/lag.ts'
import { incidentFor } from '../domain/matching.ts'
import type { Desk } from './desk.ts'
import { all } from './picture.ts'

type Line = { state: ChannelHealth['state']; currentAt: number | null }
type Surroundings = {
  desk: Desk
  /** How this node's own line of a channel is doing; null where it has none. */
  lineOf: (channelId: string) => Line | null
}
type Feeding = { channel: ChannelRecord; incidentId: string; look: Look }

/**
 * Tells the incident that a channel feeds when nothing has been read of it for too long, and when it has caught up. A node
 * in trouble with a channel says so in the company's room, and the others say how they are doing: while any of them is
 * connected nothing is behind. While all are well nobody writes anything.
 */
export class LagWatch {
  readonly #surroundings: Surroundings
  /** Incidents that were looked at since this began: what another node left behind is put right once. */
  readonly #met = new Set<string>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** To be called every two seconds. */
  async look(): Promise<void> {
    const { store } = this.#surroundings.desk
    const open = await all<Incident>(store, company.room, company.openIncidents)
    if (open.length === 0) return
    const now = await store.now()
    const channels = await all<ChannelRecord>(store, company.room, company.channels)
    const feeding = channels.flatMap(channel => {
      const incidentId = channel.enabled ? incidentFor(channel, open) : null
      const isOpen = open.some(({ id }) => id === incidentId)
      return incidentId !== null && isOpen ? [{ channel, incidentId, look: this.#look(channel, now) }] : []
    })
    const currents = await this.#putTogether(feeding, now)
    for (const each of feeding) await this.#judge(each, currents, now)
    for (const { id } of open) this.#met.add(id)
  }

  #look(channel: ChannelRecord, now: number): Look {
    const line = this.#surroundings.lineOf(channel.id)
    const currentAt = line?.currentAt ?? null
    const connected = line?.state === 'receiving'
    const late = currentAt !== null && now - currentAt > lagObjectiveOf(channel)
    return { currentAt, connected, fine: connected && !late }
  }

  async #putTogether(feeding: readonly Feeding[], now: number): Promise<Currents> {
    const { desk } = this.#surroundings
    const known = await this.#currents()
    const spokenOf = Object.values(known).some(current => isSpokenOf(current, now))
    if (!spokenOf && feeding.every(({ look }) => look.fine)) return {}
    const seen = Object.fromEntries(feeding.map(({ channel, look }) => [channel.id, look]))
    await desk.handle(company.room, { id: crypto.randomUUID(), type: 'channels/current', seen }, muster)
    return this.#currents()
  }

  async #currents(): Promise<Currents> {
    const { records } = await this.#surroundings.desk.store.read(company.room, [company.currents])
    return (records[0]?.value ?? {}) as Currents
  }

  async #judge({ channel, incidentId }: Feeding, currents: Currents, now: number): Promise<void> {
    const { id: channelId, name } = channel
    const current = currents[channelId]
    if (current === undefined && this.#met.has(incidentId)) return
    const lagging = current !== undefined && isBehind(current, lagObjectiveOf(channel), now)
    const since = current?.currentAt ?? now
    const lag = { id: crypto.randomUUID(), type: 'channel/lag', channelId, name, lagging, since } as const
    await this.#surroundings.desk.handle(incidentId, lag, muster)
  }
}
