import type { ChannelHealth, ChannelRecord } from '@muster/shared/channel.ts'
import { lagObjectiveOf } from '@muster/shared/channel.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { type ChannelWeather, laneOf, type Pipes } from '@muster/shared/weather.ts'
import { muster } from '../domain/decision.ts'
import { company, keyOf, lists } from '../domain/indexes.ts'
import { costAt } from '../domain/pool.ts'
import type { Desk } from './desk.ts'
import { Overtaking } from './overtaking.ts'
import { all, feeds } from './picture.ts'
import { Rounds } from './rounds.ts'
import { type Lane, type Survey, type Surveyed, survey } from './survey.ts'

export type IncidentWeather = { incidentId: string; at: number; channels: ChannelWeather[] }

type Surroundings = Surveyed & {
  desk: Desk
  health: (record: ChannelRecord) => ChannelHealth
  /** The incidents that somebody on this node looks at, and how they are told. */
  watched: () => readonly string[]
  tell: (weather: IncidentWeather) => void
  fault: (error: unknown, about: string) => void
  /** A look answers all who ask for so long, in ms by this process. */
  sharedMs: number
}

const everyMs = 5_000
/** Even if nothing changed. */
const atLeastEveryMs = 20_000
/** Below this part of an incident's patience nobody need ask whether a lane is to be slowed. */
const nearlyLate = 0.5

/** How channels are doing in both directions, for whoever answers; and what follows from it for who may begin. */
export class Weather {
  readonly #surroundings: Surroundings
  readonly #overtaking = new Overtaking()
  readonly #told = new Map<string, { what: string; at: number }>()
  #last: Survey | null = null
  #lastAt = Number.NEGATIVE_INFINITY
  #surveying: Promise<Survey> | null = null
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
    const found = await this.#survey()
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
    const found = await this.#survey()
    const channels = found.records
      .filter(record => feeds(record, incident))
      .map(record => this.#weatherOf(record, found, jammed))
    return { incidentId, at: found.now, channels }
  }

  /** When a queued reply will have left; null where nobody can tell. */
  async leavesAt(reply: Reply): Promise<number | null> {
    const lane = laneOf(reply.to.channelId, reply.target.visibility)
    const notBefore = 'notBefore' in reply ? reply.notBefore : 0
    const knownIn = (found: Survey) => found.lanes.get(reply.to.channelId)?.find(each => each.lane === lane)
    const found = await this.#survey()
    const place = Math.max(1, await this.#placeOf(reply, lane, found))
    // More were handed in since that look than it knows of.
    const isOld = place > (knownIn(found)?.weather.queued ?? 0) + 1
    if (isOld) this.#lastAt = Number.NEGATIVE_INFINITY
    const fresh = isOld ? await this.#survey() : found
    const known = knownIn(fresh)
    if (!known?.departures) return null
    this.#overtaking.note(lane, reply)
    const waits = known.departures(place) - fresh.now
    const later = place + this.#overtaking.expected(lane, reply, waits)
    return later > known.mostByCost ? null : Math.max(notBefore, known.departures(later))
  }

  /** How many leave up to and with this one. */
  async #placeOf({ urgency }: Reply, lane: string, { incidentIds }: Survey): Promise<number> {
    const { store } = this.#surroundings.desk
    const counts = await Promise.all(incidentIds.map(id => store.count(id, lists.urgentIn(lane), urgency)))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  #survey(): Promise<Survey> {
    const { sharedMs } = this.#surroundings
    if (this.#last !== null && performance.now() - this.#lastAt < sharedMs) return Promise.resolve(this.#last)
    this.#surveying ??= survey(this.#surroundings.desk.store, this.#surroundings)
      .then(found => {
        this.#last = found
        this.#lastAt = performance.now()
        return found
      })
      .finally(() => {
        this.#surveying = null
      })
    return this.#surveying
  }

  async #judge(incident: Incident, found: Survey): Promise<void> {
    const { desk } = this.#surroundings
    const lanes = found.records
      .filter(record => feeds(record, incident))
      .flatMap(({ id, name }) => (found.lanes.get(id) ?? []).map(lane => ({ ...lane, name })))
      .filter(({ weather }) => isLate(weather, found.now + incident.policy.leavingMs * nearlyLate))
      .map(({ lane, name, weather: { leavesAt } }) => ({ lane, name, leavesAt }))
    const { records } = await desk.store.read(incident.id, [keyOf.pipes])
    const former = records[0]?.value as Pipes | undefined
    if (lanes.length === 0 && (former?.jammed.length ?? 0) === 0) return
    await desk.handle(incident.id, { id: crypto.randomUUID(), type: 'pipes/watch', lanes }, muster)
  }

  #weatherOf(record: ChannelRecord, found: Survey, jammed: readonly string[]): ChannelWeather {
    const { state, complaint, lagMs } = this.#surroundings.health(record)
    const lanes = (found.lanes.get(record.id) ?? []).map(each => ({
      ...each.weather,
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

/** By a cap nobody knows when, and that is late; a channel that is away may be back at once. */
function isLate({ leavesAt, heldBy }: Lane['weather'], late: number): boolean {
  return leavesAt === null ? heldBy === 'cost' : leavesAt > late
}

/** What of it changes only when something happened. */
function signOf({ lagMs, objectiveMs, ...channel }: ChannelWeather) {
  const lanes = channel.lanes.map(lane => ({ ...lane, leavesAt: lane.leavesAt === null, resetsAt: null }))
  return { ...channel, lanes, lagging: lagMs !== null && lagMs > objectiveMs }
}
