import { type Context, change, type Decision, type View } from './decision.ts'
import { company } from './indexes.ts'

/** A reply and its incident. */
export type Whose = { incidentId: string; replyId: string }

/** Tries of a lane in a row that its channel put off, for other reasons than a limit, with none taken since; times in ms. */
export type Failing = {
  tries: number
  /** When the first of them was put off, and the last. */
  since: number
  lastAt: number
  /** When the next one is due. */
  nextAt: number
  /** Whose they were: the last ones, each once, the newest at the end. */
  whose: readonly Whose[]
}

/** A lane that was failing took something again at that time. */
export type Recovered = { at: number }

/** Fewer, or all of them within so long, may be a stumble. */
const fewest = 3
const stumbleMs = 3_000
/** One reply may fare worse than the others that leave by its lane; so many do not. */
const several = 3
/** Where nothing was tried for so long after it was due, nothing is known any more. */
const overdueMs = 60_000

/** What came of a try. `againAfterMs`: for how long it was put off; null where its network took it. */
export type LaneTried = { id: string; type: 'lane/tried'; lane: string; againAfterMs: number | null } & Whose

export function laneTried(command: LaneTried, view: View, { now }: Context): Decision {
  const { lane, incidentId, replyId, againAfterMs } = command
  const key = company.failing(lane)
  const former = view.get<Failing>(key)
  if (againAfterMs === null) return former === null ? { type: 'unchanged', answer: {} } : taken(lane, former, view, now)
  const known = former === null || isForgotten(former, now) ? { tries: 0, since: now, nextAt: now, whose: [] } : former
  const others = known.whose.filter(one => one.replyId !== replyId || one.incidentId !== incidentId)
  const failing: Failing = {
    tries: known.tries + 1,
    since: known.since,
    lastAt: now,
    nextAt: Math.max(known.nextAt, now + againAfterMs),
    whose: [...others, { incidentId, replyId }].slice(-several),
  }
  return change([{ key, value: failing }], [])
}

function taken(lane: string, former: Failing, view: View, now: number): Decision {
  const over = { key: company.failing(lane), value: null }
  if (!isFailing(former, now)) return change([over], [])
  const key = company.recovered(lane)
  view.get(key)
  return change([over, { key, value: { at: now } satisfies Recovered }], [])
}

/** Nothing leaves by it, as far as anybody can tell. */
export function isFailing(failing: Failing, now: number): boolean {
  const { tries, since, lastAt } = failing
  return tries >= fewest && lastAt - since >= stumbleMs && !isForgotten(failing, now)
}

export function failsForSeveral({ whose }: Failing): boolean {
  return whose.length >= several
}

function isForgotten({ nextAt }: Failing, now: number): boolean {
  return now > nextAt + overdueMs
}
