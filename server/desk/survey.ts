import type { ChannelRecord, ChannelSettings } from '@muster/shared/channel.ts'
import { type LaneWeather, laneOf } from '@muster/shared/weather.ts'
import type { Channel } from '../channels/channel.ts'
import { type Budget, freeAt, leftIn, newBudget } from '../domain/budget.ts'
import { type Departures, forecast, type Outlet } from '../domain/forecast.ts'
import { company, lists } from '../domain/indexes.ts'
import { type Cost, costAt, isOverCap, type Purse, poolsOf } from '../domain/pool.ts'
import type { Store } from '../store/store.ts'
import { purseOf } from './budgets.ts'
import { mostOfALane } from './delivery.ts'
import { type FailingLane, failingLanes } from './failing-lanes.ts'
import { type AllFunds, readFunds, readPools } from './funds.ts'
import type { Lingering } from './lingering.ts'
import { all } from './picture.ts'
import type { ToldWholes } from './told-wholes.ts'

export type Surveyed = {
  channel: (id: string) => Channel | null
  /** How long one sending by a lane takes, in ms, and how many a reply takes, as it was measured last. */
  sending: (lane: string) => { ms: number; tries: number }
  wholes: ToldWholes
  /** Of which incidents replies may be on their way at that time. */
  lingering: Lingering
}

/** `mostByCost`: how many more its channel's cap pays for. `drawn`: the pools it draws on, as they stood. */
export type Lane = {
  lane: string
  failing: FailingLane | null
  drawn: readonly Drawn[]
  weather: Omit<LaneWeather, 'jammed' | 'failing'>
  departures: Departures | null
  mostByCost: number
}

type Drawn = { pool: string; version: string }

/** How everything that leaves stood at one time, by the store's clock. */
export type Survey = {
  now: number
  records: ChannelRecord[]
  /** Incidents that may have replies on their way. */
  incidentIds: string[]
  lanes: Map<string, Lane[]>
  costs: Map<string, Cost>
}

type Standing = {
  record: ChannelRecord
  visibility: 'public' | 'direct'
  lane: string
  queued: number
  purse: Purse | null
}

/** Looks at every lane of the company's channels: what waits, what limits it, and when what waits will have left. */
export async function survey(store: Store, surveyed: Surveyed): Promise<Survey> {
  const { channel, lingering } = surveyed
  const now = await store.now()
  const [records, incidents] = await Promise.all([
    all<ChannelRecord>(store, company.room, company.channels),
    lingering.delivering(now),
  ])
  const incidentIds = incidents.map(({ id }) => id)
  const standings = (await Promise.all(records.map(record => standingsOf(record, channel, store, incidentIds)))).flat()
  const purses = standings.flatMap(({ purse }) => purse ?? [])
  const channelIds = records.map(({ id }) => id)
  const [funds, failing] = await Promise.all([
    readFunds(store, purses, channelIds),
    failingLanes(
      store,
      standings.map(({ lane }) => lane),
      now,
    ),
  ])
  const { budgets, costs } = funds
  const outlets = standings.flatMap(standing => outletOf(standing, surveyed, budgets, now))
  const departures = forecast(outlets, budgets, now)
  const lanes = Map.groupBy(
    standings.map(standing => laneIn(standing, departures.get(standing.lane) ?? null, { ...funds, failing, now })),
    ({ lane }) => lane.split('/', 1)[0] ?? '',
  )
  return { now, records, incidentIds, lanes, costs }
}

async function standingsOf(
  record: ChannelRecord,
  channelOf: Surveyed['channel'],
  store: Store,
  incidentIds: readonly string[],
): Promise<Standing[]> {
  const channel = channelOf(record.id)
  const usual = visibilitiesOf(record.settings)
  const standings = (['public', 'direct'] as const).map(async visibility => {
    const lane = laneOf(record.id, visibility)
    const counts = await Promise.all(incidentIds.map(id => store.count(id, lists.outboxOf(lane))))
    const queued = counts.reduce((sum, count) => sum + count, 0)
    const purse = channel === null ? null : purseOf(channel, record, { text: '', visibility })
    return { record, visibility, lane, queued, purse }
  })
  return (await Promise.all(standings)).filter(({ visibility, queued }) => queued > 0 || usual.includes(visibility))
}

function visibilitiesOf(settings: ChannelSettings): readonly ('public' | 'direct')[] {
  switch (settings.kind) {
    case 'mail':
    case 'webhook':
      return ['direct']
    case 'mastodon':
      return ['public', 'direct']
    case 'bluesky':
    case 'x':
      return settings.directMessages ? ['public', 'direct'] : ['public']
  }
}

/** What waits, and one more that is handed in now. */
function outletOf(
  { lane, queued, purse }: Standing,
  { sending, wholes }: Surveyed,
  budgets: ReadonlyMap<string, Budget>,
  now: number,
): Outlet[] {
  if (purse === null) return []
  const known = (pool: string) => budgets.get(pool) ?? newBudget
  const limits = purse.limits.map(limit => wholes.of(limit, known(limit.pool), known(purse.words), now))
  // Beyond what waits as well: more may be handed in before the last of them leaves.
  const replies = queued + 1 + Math.ceil(queued / 2)
  return [{ lane, words: purse.words, waiting: queued, replies, limits, ...sending(lane), atOnce: mostOfALane }]
}

type Known = AllFunds & { failing: ReadonlyMap<string, FailingLane> }

/** How much leaves by it and when; where nothing does, why. */
function laneIn(standing: Standing, departures: Departures | null, known: Known): Lane {
  const { record, visibility, lane, queued, purse } = standing
  const shut = { visibility, queued, left: null, resetsAt: null, leavesAt: null }
  if (purse === null) return { ...nowhere, lane, weather: { ...shut, heldBy: 'away' } }
  const cost = known.costs.get(record.id) ?? null
  if (isOverCap(cost, purse, known.now)) {
    return { ...nowhere, lane, weather: { ...shut, left: 0, heldBy: 'cost' } }
  }
  const failing = known.failing.get(lane)
  if (failing === undefined) return openLane({ ...standing, purse }, { departures, cost }, known)
  return { ...nowhere, lane, weather: { ...shut, heldBy: 'failing' }, failing }
}

function openLane(
  { visibility, lane, queued, purse }: Standing & { purse: Purse },
  { departures, cost }: { departures: Departures | null; cost: Cost | null },
  known: AllFunds,
): Lane {
  const { budgets, now } = known
  const pools = [...poolsOf(purse)].map(([pool, limits]) => ({ budget: budgets.get(pool) ?? newBudget, limits }))
  const left = Math.min(...pools.map(({ budget, limits }) => leftIn(budget, limits, now)))
  const resetsAt = Math.max(...pools.map(({ budget, limits }) => freeAt(budget, limits, now)))
  const mostByCost = affordable(purse, cost, now)
  const leavesAt = queued < mostByCost ? (departures?.(queued + 1) ?? null) : null
  const weather = {
    visibility,
    queued,
    left: Number.isFinite(left) ? left : null,
    resetsAt: resetsAt > now ? resetsAt : null,
    leavesAt,
    heldBy: heldBy(left, leavesAt),
  }
  return { lane, failing: null, drawn: drawnOn([...poolsOf(purse).keys()], known), weather, departures, mostByCost }
}

const nowhere = { failing: null, drawn: [], departures: null, mostByCost: 0 }

function drawnOn(pools: readonly string[], { versions }: Pick<AllFunds, 'versions'>): Drawn[] {
  return pools.map(pool => ({ pool, version: versions.get(pool) ?? '' }))
}

/** Whether something was let through one of these pools since, or its network said something. */
export async function isMoved(store: Store, drawn: readonly Drawn[]): Promise<boolean> {
  if (drawn.length === 0) return false
  const { versions } = await readPools(
    store,
    drawn.map(({ pool }) => pool),
  )
  return drawn.some(({ pool, version }) => versions.get(pool) !== version)
}

function heldBy(left: number, leavesAt: number | null): LaneWeather['heldBy'] {
  if (leavesAt === null) return 'cost'
  return left < 1 ? 'limit' : null
}

function affordable({ price, cap }: Purse, cost: Cost | null, now: number): number {
  if (cap === null || price <= 0) return Number.POSITIVE_INFINITY
  return Math.floor((cap - costAt(cost, now).inMonth) / price)
}
