import type { Spike } from '@muster/shared/proposal.ts'
import { expected, isKnown, nothingKnown, surprise, together, type Usual, withMinute } from './usual.ts'

const minuteMs = 60_000
const slotMs = 5_000
/** What came in the last minutes is judged before it is learnt: a rise must not raise what it is measured by. */
const unlearntMinutes = 6
const keptMs = 12 * minuteMs
/** Somebody who writes twenty times is one person. */
const samePersonMs = 10 * minuteMs
const mostPeople = 100_000

/** A rise is judged over each of these: over one minute to see a steep one at once, over five to see a slow one at all. */
const spans = [
  { minutes: 1, fewest: 14 },
  { minutes: 5, fewest: 22 },
]
const leastTimes = 3
const leastSurprise = 20

/** Somebody wrote by a channel; `at` is when they did, ms. */
export type Sight = { channelId: string; address: string; at: number }

/** What is usual of each channel, to be kept over a restart. */
export type Pace = Readonly<Record<string, Usual>>

/** `watched`: channels whose messages no incident takes. `judged`: those of them of which a rise would be news. */
export type Watched = { watched: ReadonlySet<string>; judged: ReadonlySet<string> }

/** One channel: what is usual, how many wrote lately by slots of five seconds, and since when it is watched. */
class Course {
  usual: Usual
  learntThrough: number
  since: number | null = null
  readonly #slots = new Map<number, number>()

  constructor(usual: Usual, now: number) {
    this.usual = usual
    this.learntThrough = minuteOf(now) - unlearntMinutes
  }

  add(at: number): void {
    const slot = Math.floor(at / slotMs)
    this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + 1)
  }

  /** How many wrote in the last minutes, and in the slot that runs. */
  last(minutes: number, now: number): number {
    const end = Math.floor(now / slotMs)
    return this.#sum(end - (minutes * minuteMs) / slotMs, end)
  }

  /** Learns the minutes that are over for long enough and through which it was watched. */
  learn(now: number): void {
    const last = minuteOf(now) - unlearntMinutes
    for (let minute = this.learntThrough + 1; minute < last; minute++) {
      if (this.since === null || this.since > minute * minuteMs) continue
      const first = (minute * minuteMs) / slotMs
      this.usual = withMinute(this.usual, this.#sum(first, first + minuteMs / slotMs - 1), minute)
    }
    this.learntThrough = Math.max(this.learntThrough, last - 1)
    for (const slot of this.#slots.keys()) if (slot * slotMs < now - keptMs) this.#slots.delete(slot)
  }

  #sum(first: number, last: number): number {
    let sum = 0
    for (let slot = first; slot <= last; slot++) sum += this.#slots.get(slot) ?? 0
    return sum
  }
}

/**
 * Tells a rise in how many people write from the ups and downs of a day: each channel, and all together, against what was
 * usual there in the hour before. It knows no time but what it is told.
 */
export class SpikeWatch {
  readonly #courses = new Map<string, Course>()
  readonly #people = new Map<string, number>()
  readonly #kept: Pace
  #passed: number | null = null

  constructor(kept: Pace) {
    this.#kept = kept
  }

  add({ channelId, address, at }: Sight): void {
    const person = `${channelId} ${address.toLowerCase()}`
    const before = this.#people.get(person)
    this.#people.set(person, Math.max(at, before ?? at))
    if (before !== undefined && at - before < samePersonMs) return
    this.#course(channelId, at).add(at)
  }

  /** Called every few seconds: the rise there is now, or null. A longer silence between two calls teaches nothing. */
  pass(now: number, { watched, judged }: Watched): Spike | null {
    const gap = this.#passed === null || now - this.#passed > minuteMs
    this.#passed = now
    for (const channelId of watched) {
      const course = this.#course(channelId, now)
      course.since = gap ? now : (course.since ?? now)
    }
    for (const [channelId, course] of this.#courses) {
      if (!watched.has(channelId)) course.since = null
      course.learn(now)
    }
    this.#forget(now)
    return this.#judge(now, judged)
  }

  get pace(): Pace {
    return { ...this.#kept, ...Object.fromEntries([...this.#courses].map(([id, { usual }]) => [id, usual])) }
  }

  #course(channelId: string, now: number): Course {
    let course = this.#courses.get(channelId)
    if (course === undefined) {
      course = new Course(this.#kept[channelId] ?? nothingKnown, now)
      this.#courses.set(channelId, course)
    }
    return course
  }

  #judge(now: number, judged: ReadonlySet<string>): Spike | null {
    const known = [...this.#courses].filter(([id, { usual }]) => judged.has(id) && isKnown(usual))
    const risen = known.filter(([, course]) => hasRisen([course], now))
    const all = known.map(([, course]) => course)
    if (risen.length > 0) return spikeOf(risen, now)
    // A rise too small on every channel to be seen there: those count by which more came than usual.
    return hasRisen(all, now)
      ? spikeOf(
          known.filter(([, course]) => isAbove(course, now)),
          now,
        )
      : null
  }

  #forget(now: number): void {
    for (const [person, at] of this.#people) if (now - at >= samePersonMs) this.#people.delete(person)
    if (this.#people.size > mostPeople) this.#people.clear()
  }
}

function hasRisen(courses: readonly Course[], now: number): boolean {
  if (courses.length === 0) return false
  const usual = together(courses.map(each => each.usual))
  return spans.some(({ minutes, fewest }) => {
    const count = courses.reduce((sum, course) => sum + course.last(minutes, now), 0)
    const usually = expected(usual, minutes, minuteOf(now))
    return count >= Math.max(fewest, leastTimes * usually) && surprise(usual, count, usually) >= leastSurprise
  })
}

function isAbove(course: Course, now: number): boolean {
  return spans.some(({ minutes }) => course.last(minutes, now) > expected(course.usual, minutes, minuteOf(now)))
}

function spikeOf(courses: readonly [string, Course][], now: number): Spike {
  return {
    channels: courses.map(([id]) => id).slice(0, 100),
    lastMinute: courses.reduce((sum, [, course]) => sum + course.last(1, now), 0),
    usual: Math.round(courses.reduce((sum, [, { usual }]) => sum + usual.mean, 0) * 100) / 100,
  }
}

function minuteOf(at: number): number {
  return Math.floor(at / minuteMs)
}
