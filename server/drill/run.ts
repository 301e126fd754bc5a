import { compareScreens } from './comparison.ts'
import { type Cast, Crowd } from './crowd.ts'
import { Customers } from './customers.ts'
import { Director } from './director.ts'
import { usualWeights } from './episodes.ts'
import { command, settle } from './leaders.ts'
import type { Level } from './level.ts'
import type { Account, Network } from './network.ts'
import { Notebook } from './notebook.ts'
import type { Observations } from './observation.ts'
import { Pauses } from './pauses.ts'
import { Random } from './random.ts'
import { readConversations, readSnapshot } from './reading.ts'
import { type NetworkName, Surge } from './surge.ts'

export type Scenario = { level: Level; ms: number; seed: number; leaseMs: number; epochEveryMs: number }

export type Setting = {
  url: string
  incidentId: string
  cast: Cast
  network: Network
  accounts: Readonly<Record<NetworkName, Account>>
  now: () => number
  /** Hears how far it is. */
  say: (sentence: string) => void
  /** Troubles the server until the pauses are over, and leaves it running. */
  trouble: (pauses: Pauses) => Promise<void>
  /** Called when all is quiet, before everything is read: the last chance to end the server and start it again. */
  beforeReading: () => Promise<void>
}

export type Told = {
  observations: Observations
  episodes: Readonly<Record<string, number>>
  connections: number
  resets: number
  observerResets: number
}

const acknowledgeLimitMs = 30_000
const drainLimitMs = 120_000
const quietMs = 1_500

/**
 * One drill from the first screen to the last reading:
 *
 *     everybody opens a screen ─▶ the surge: customers write, people answer, leaders lead, trouble comes
 *       ─▶ the weather clears: what is under way is finished ─▶ quiet ─▶ screens are compared, everything is read
 */
export async function run(scenario: Scenario, setting: Setting): Promise<Told> {
  const { level, ms, seed } = scenario
  const { network, say } = setting
  const random = new Random(seed)
  const notebook = new Notebook()
  const crowd = new Crowd({ ...setting, level, notebook })
  try {
    say(`${crowd.seats.length} people open their screens.`)
    await crowd.open()
    const guidance = crowd.observer.facts
    const surge = new Surge(level, ms, seed)
    const customers = new Customers({ ...setting, surge, random: random.fork('customers') })
    network.onShown = shown => customers.answered(shown)
    say(`The surge begins: ${ms / 60_000} minutes at level ${level.name}, seed ${seed}.`)
    await perform(scenario, setting, { crowd, customers, notebook, random })
    await setting.beforeReading()
    await crowd.untilLive(30_000)
    say('All is quiet; everything is read and compared.')
    const reader = { ...setting, token: setting.cast.observer.token }
    const screens = await compareScreens(crowd, () => readSnapshot(reader))
    const read = await readConversations(
      reader,
      (await readSnapshot(reader)).conversations.map(({ id }) => id),
    )
    const { grants, submissions, temptations, claimMs, refusals, episodes } = notebook
    const seen = { grants, submissions, temptations, claimMs, refusals, screens, read, guidance }
    return {
      observations: { ...seen, posts: customers.posts, shown: network.shown, log: crowd.log, sights: crowd.sights },
      episodes,
      connections: crowd.total('connections'),
      resets: crowd.total('resets'),
      observerResets: crowd.observer.counts.resets - 1,
    }
  } finally {
    crowd.close()
  }
}

type Players = { crowd: Crowd; customers: Customers; notebook: Notebook; random: Random }

async function perform(scenario: Scenario, setting: Setting, players: Players): Promise<void> {
  const { crowd, customers, notebook, random } = players
  const { level, leaseMs, epochEveryMs } = scenario
  const { incidentId, network, cast, say } = setting
  const surging = new Pauses()
  const clearing = new Pauses()
  const fault = (error: unknown, about: string) => say(`${about} failed: ${String(error)}`)
  const stage = { random: random.fork('stage'), pauses: surging, notebook, leaseMs }
  const { repliesPerMinute } = level
  const director = new Director({
    crowd,
    stage,
    random: random.fork('turns'),
    repliesPerMinute,
    weights: usualWeights,
    fault,
  })
  const office = { incidentId, notebook, random: random.fork('leaders') }
  const commanding = command({
    ...office,
    id: cast.commander.id,
    screen: crowd.commander,
    pauses: surging,
    epochEveryMs,
  })
  const settling = settle({ ...office, id: cast.lead.id, screen: crowd.lead, pauses: clearing, network, forMs: 1_000 })
  const turns = director.run()
  const troubling = setting.trouble(surging)
  await customers.run()
  say('The surge is over; the weather clears and what is under way is finished.')
  network.weather = 'fair'
  surging.end()
  await Promise.all([commanding, turns, troubling])
  await customers.finish(acknowledgeLimitMs)
  await drained(crowd, drainLimitMs)
  clearing.end()
  await settling
  await quiet(crowd, quietMs, leaseMs + 20_000)
}

/** Resolves when no reply is under way or uncertain any more, or after `limitMs`. */
async function drained(crowd: Crowd, limitMs: number): Promise<void> {
  const underway = () =>
    [...(crowd.lead.place.picture?.replies.values() ?? [])].some(state =>
      ['queued', 'sending', 'uncertain'].includes(state),
    )
  await holdsFor(() => crowd.lead.live && !underway(), 1_000, limitMs)
}

/** Resolves when the observer was told nothing new for `ms`, or after `limitMs`. */
async function quiet(crowd: Crowd, ms: number, limitMs: number): Promise<void> {
  let last = -1
  const unmoved = () => {
    const seq = crowd.observer.place.at?.seq ?? 0
    const same = seq === last
    last = seq
    return same
  }
  await holdsFor(unmoved, ms, limitMs)
}

/** Resolves when a condition has held for `ms`, looked at every 100 ms, or after `limitMs`. */
async function holdsFor(condition: () => boolean, ms: number, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs
  let since = performance.now()
  while (performance.now() < end && performance.now() - since < ms) {
    await new Promise(resolve => setTimeout(resolve, 100))
    if (!condition()) since = performance.now()
  }
}
