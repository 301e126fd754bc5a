import type { Crowd } from './crowd.ts'
import type { Customers } from './customers.ts'
import { Director } from './director.ts'
import { reviewLeaseOf } from './foundation.ts'
import { command, settle } from './leaders.ts'
import type { Notebook } from './notebook.ts'
import { Pauses } from './pauses.ts'
import type { Random } from './random.ts'
import { longestOn } from './real-networks.ts'
import type { Held, Responder } from './responder.ts'
import { reviews } from './reviewing.ts'
import type { Scenario, Setting } from './run.ts'
import type { Stage } from './stage.ts'
import { Library } from './wordings.ts'

type Players = { crowd: Crowd; customers: Customers; notebook: Notebook; random: Random }

const acknowledgeLimitMs = 30_000
const drainLimitMs = 120_000
/** Replies wait for limits, and networks are asked for some of them for minutes. */
const drainRealLimitMs = 480_000
const storedLimitMs = 180_000
const quietMs = 1_500

/** The surge with everybody in it, and then until nothing is under way any more. */
export async function perform(scenario: Scenario, setting: Setting, players: Players): Promise<void> {
  const { crowd, customers, notebook, random } = players
  const { level, leaseMs, epochEveryMs } = scenario
  const { incidentId, network, cast, say, now } = setting
  const surging = new Pauses()
  const clearing = new Pauses()
  const library = new Library(() => crowd.lead.place.picture?.wordings.values() ?? [], now)
  const known = { ...seen(setting), longest: (channelId: string) => longestOn(setting.real, channelId) }
  const stage = { random: random.fork('stage'), pauses: surging, notebook, leaseMs, library, ...known }
  const director = new Director({
    crowd,
    stage,
    random: random.fork('turns'),
    repliesPerMinute: level.repliesPerMinute,
    fault: (error, about) => say(`${about} failed: ${String(error)}`),
  })
  const office = { incidentId, notebook, random: random.fork('leaders') }
  const commanding = command({
    ...office,
    id: cast.commander.id,
    screen: crowd.commander,
    pauses: surging,
    epochEveryMs,
    library,
    now,
  })
  const settling = settle({ ...office, id: cast.lead.id, screen: crowd.lead, pauses: clearing, network, forMs: 1_000 })
  const reviewing = review(players, { ...stage, ...nobodyElse }, now, clearing, random)
  const turns = director.run()
  const troubling = setting.trouble(surging)
  await customers.run()
  say('The surge is over; what waits leaves, the weather clears and what is under way is finished.')
  network.weather = 'fair'
  notebook.isRushed = true
  surging.end()
  await Promise.all([commanding, turns, troubling])
  await customers.finish(acknowledgeLimitMs)
  if (network.real.length > 0) {
    await stored(crowd, customers, storedLimitMs)
    // It leaves in the weather in which that was foretold.
    await left(crowd, drainRealLimitMs)
    network.weatherOfReal = 'fair'
  }
  await drained(crowd, network.real.length > 0 ? drainRealLimitMs : drainLimitMs)
  clearing.end()
  await Promise.all([settling, reviewing])
  await quiet(crowd, quietMs, leaseMs + 20_000)
}

/** What a writer knows by looking around in the network. */
function seen({ network }: Setting): Pick<Stage, 'shownToAnother'> {
  return {
    shownToAnother: ({ channelId, address }: Held, text: string) =>
      network.shown.some(shown => shown.channelId === channelId && shown.address !== address && shown.text === text),
  }
}

/** Whoever reviews answers alone. */
const nobodyElse = { another: () => null, free: (_: Responder) => {}, waiting: () => null }

/** Everybody who reviews does so until nothing is left to be reviewed. */
async function review(
  { crowd, notebook }: Players,
  stage: Stage,
  now: () => number,
  pauses: Pauses,
  random: Random,
): Promise<void> {
  const reviewLeaseMs = reviewLeaseOf(stage.leaseMs)
  const pending = () =>
    [...(crowd.lead.place.picture?.replies.values() ?? [])].flatMap(({ id, state, notBefore }) =>
      state === 'submitted' && (notBefore ?? 0) <= now() ? [id] : [],
    )
  await Promise.all(
    crowd.reviewers.map(reviewer => {
      const own = random.fork(reviewer.persona.name)
      return reviews(reviewer, { random: own, pauses, notebook, reviewLeaseMs, pending, stage })
    }),
  )
}

/** Resolves when all that customers wrote was read from their networks, or after `limitMs`. */
async function stored({ log }: Crowd, { posts }: Customers, limitMs: number): Promise<void> {
  const arrived = () => log.reduce((count, { type }) => count + Number(type === 'message/arrived'), 0)
  await holdsFor(() => arrived() >= posts.length, 500, limitMs)
}

/** Resolves when no reply waits to leave any more, or after `limitMs`. */
async function left(crowd: Crowd, limitMs: number): Promise<void> {
  await holdsFor(() => crowd.lead.live && !someIn(crowd, ['queued', 'sending']), 1_000, limitMs)
}

const underway = ['submitted', 'in-review', 'queued', 'sending', 'uncertain']

/** Resolves when no reply is under way or uncertain any more, or after `limitMs`. */
async function drained(crowd: Crowd, limitMs: number): Promise<void> {
  await holdsFor(() => crowd.lead.live && !someIn(crowd, underway), 1_000, limitMs)
}

function someIn(crowd: Crowd, states: readonly string[]): boolean {
  return [...(crowd.lead.place.picture?.replies.values() ?? [])].some(({ state }) => states.includes(state))
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
