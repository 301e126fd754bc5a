import type { ChannelHealth, ChannelRecord } from '@muster/shared/channel.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { freshMs, lagObjectiveOf } from '@muster/shared/lag-objective.ts'
import type { ChannelWeather, JamReason, LaneWeather, Pipes } from '@muster/shared/weather.ts'
import { muster } from '../domain/decision.ts'
import { company, keyOf } from '../domain/indexes.ts'
import { costAt } from '../domain/pool.ts'
import type { Desk } from './desk.ts'
import { toldIn } from './failing-lanes.ts'
import type { Outlook } from './outlook.ts'
import { all, feeds } from './picture.ts'
import { Rounds } from './rounds.ts'
import type { Lane, Survey } from './survey.ts'

export type IncidentWeather = { incidentId: string; at: number; channels: ChannelWeather[] }

type Surroundings = {
  desk: Desk
  outlook: Outlook
  health: (record: ChannelRecord) => ChannelHealth
  /** The incidents that somebody on this node looks at, and how they are told. */
  watched: () => readonly string[]
  tell: (weather: IncidentWeather) => void
  fault: (error: unknown, about: string) => void
}

const everyMs = 5_000
/** Even if nothing changed. */
const atLeastEveryMs = 20_000
/** Below this part of an incident's patience nobody need ask whether a lane is to be slowed. */
const nearlyLate = 0.5

/** How channels are doing in both directions, for whoever answers; and what follows from it for who may begin. */
export class Weather {
  readonly #surroundings: Surroundings
  readonly #told = new Map<string, { what: string; at: number }>()
  readonly #rounds: Rounds

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { fault } = surroundings
    this.#rounds = new Rounds({ look: () => this.look(), everyMs, about: 'weather', fault })
  }

  start(): void {
    this.#rounds.start()
  }

  async close(): Promise<void> {
    await this.#rounds.close()
  }

  /** Slows lanes or lets them go, and tells who looks on. */
  async look(): Promise<void> {
    const { desk, watched, tell } = this.#surroundings
    const found = await this.#surroundings.outlook.look()
    for (const incident of await all<Incident>(desk.store, company.room, company.openIncidents)) {
      await this.#judge(incident, found)
    }
    for (const incidentId of watched()) {
      const weather = await this.of(incidentId)
      if (weather !== null && this.#isNew(weather)) tell(weather)
    }
  }

  /** Of the channels that feed an incident; null where there is no such one. */
  async of(incidentId: string): Promise<IncidentWeather | null> {
    const { store } = this.#surroundings.desk
    const { records } = await store.read(incidentId, [keyOf.incident, keyOf.pipes])
    if (!records[0]) return null
    const incident = records[0].value as Incident
    const jammed = ((records[1]?.value ?? { jammed: [] }) as Pipes).jammed.map(({ lane }) => lane)
    const found = await this.#surroundings.outlook.look()
    const channels = found.records
      .filter(record => feeds(record, incident))
      .map(record => this.#weatherOf(record, found, { incidentId, jammed }))
    return { incidentId, at: found.now, channels }
  }

  async #judge(incident: Incident, found: Survey): Promise<void> {
    const { desk } = this.#surroundings
    const lanes = found.records
      .filter(record => feeds(record, incident))
      .flatMap(({ id, name }) => (found.lanes.get(id) ?? []).map(lane => ({ ...lane, name })))
      .filter(lane => isLate(lane, found.now + incident.policy.leavingMs * nearlyLate))
      .map(({ lane, name, weather: { leavesAt, heldBy } }) => ({ lane, name, why: whyLate(heldBy), leavesAt }))
    const { records } = await desk.store.read(incident.id, [keyOf.pipes])
    const former = records[0]?.value as Pipes | undefined
    if (lanes.length === 0 && (former?.jammed.length ?? 0) === 0) return
    await desk.handle(incident.id, { id: crypto.randomUUID(), type: 'pipes/watch', lanes }, muster)
  }

  #weatherOf(
    record: ChannelRecord,
    found: Survey,
    { incidentId, jammed }: { incidentId: string; jammed: readonly string[] },
  ): ChannelWeather {
    const { state, complaint, lagMs } = this.#surroundings.health(record)
    const lanes = (found.lanes.get(record.id) ?? []).map(each => ({
      ...each.weather,
      failing: each.failing && toldIn(incidentId, each.failing),
      jammed: jammed.includes(each.lane),
    }))
    const cost = found.costs.get(record.id)
    const { today, inMonth: month } = costAt(cost ?? null, found.now)
    const cap = record.costCap ?? null
    return {
      channelId: record.id,
      name: record.name,
      state,
      complaint,
      lagMs,
      objectiveMs: lagObjectiveOf(record),
      lanes,
      cost: cost === undefined && cap === null ? null : { today, month, cap },
    }
  }

  /** Something changed, replies are held back, or nothing was told for a while. */
  #isNew({ incidentId, channels }: IncidentWeather): boolean {
    const now = performance.now()
    const what = JSON.stringify(channels.map(signOf))
    const former = this.#told.get(incidentId)
    const held = channels.some(({ lanes }) => lanes.some(({ heldBy }) => heldBy !== null))
    if (!held && former?.what === what && now - former.at < atLeastEveryMs) return false
    this.#told.set(incidentId, { what, at: now })
    return true
  }
}

/** By a cap or a lane that fails for several nobody knows when, and that is late; a channel that is away may be back at once. */
function isLate({ failing, weather: { leavesAt, heldBy } }: Lane, late: number): boolean {
  return leavesAt === null ? heldBy === 'cost' || failing?.forSeveral === true : leavesAt > late
}

function whyLate(heldBy: LaneWeather['heldBy']): JamReason {
  return heldBy === 'cost' || heldBy === 'failing' ? heldBy : 'full'
}

/** What of it changes only when something happened. */
function signOf({ lagMs, objectiveMs, ...channel }: ChannelWeather) {
  const lanes = channel.lanes.map(lane => ({ ...lane, leavesAt: lane.leavesAt === null, resetsAt: null }))
  return {
    ...channel,
    lanes,
    fresh: lagMs === null || lagMs <= freshMs,
    lagging: lagMs !== null && lagMs > objectiveMs,
  }
}
