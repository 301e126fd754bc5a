/**
 * How many people usually write by a channel in a minute, as learnt so far: the last half hour weighs most. `hours`: the
 * most that was usual at each hour of a day (UTC), fading from day to day, so that a shop that opens at nine is no surge.
 */
export type Usual = { minutes: number; mean: number; variance: number; hours: readonly number[] }

export const nothingKnown: Usual = { minutes: 0, mean: 0, variance: 0, hours: Array.from({ length: 24 }, () => 0) }

/** After so many minutes what came in one of them weighs little. */
const memoryMinutes = 30
/** Before so many nobody knows what is usual. */
const grownMinutes = 20
/** Never reckoned quieter than one in twenty minutes: where hardly anybody writes, two people are no rise. */
const quietest = 0.05
/** People come more unevenly than by pure chance: by this at least, and what is more uneven than that counts as that. */
const leastUneven = 1.5
const mostUneven = 4

/** So much of an hour's busiest is left a day later, and so much of that counts: no two days are alike. */
const leftNextDay = 0.8
const hourCounts = 0.6

/** `minute`: since 1970. */
export function withMinute(usual: Usual, count: number, minute: number): Usual {
  const minutes = usual.minutes + 1
  const weight = 1 / Math.min(minutes, memoryMinutes)
  const off = count - usual.mean
  const mean = usual.mean + weight * off
  const hour = hourOf(minute)
  const left = (usual.hours[hour] ?? 0) * leftNextDay ** (1 / 60)
  return {
    minutes,
    mean,
    variance: (1 - weight) * (usual.variance + weight * off * off),
    hours: usual.hours.with(hour, Math.round(Math.max(left, mean) * 1_000) / 1_000),
  }
}

function hourOf(minute: number): number {
  return Math.floor(minute / 60) % 24
}

export function isKnown({ minutes }: Usual): boolean {
  return minutes >= grownMinutes
}

/** What is usual of several channels together. */
export function together(usuals: readonly Usual[]): Usual {
  return {
    minutes: Math.min(...usuals.map(({ minutes }) => minutes)),
    mean: usuals.reduce((sum, { mean }) => sum + mean, 0),
    variance: usuals.reduce((sum, { variance }) => sum + variance, 0),
    hours: nothingKnown.hours.map((_, hour) => usuals.reduce((sum, { hours }) => sum + (hours[hour] ?? 0), 0)),
  }
}

/**
 * How many to expect in the last so many minutes at the most: what was learnt from few minutes may be off, and an hour
 * that is usually busier may have begun a little early.
 */
export function expected({ minutes, mean, hours }: Usual, span: number, minute: number): number {
  const doubt = Math.sqrt(mean / Math.min(Math.max(minutes, 1), memoryMinutes))
  const busiest = Math.max(hours[hourOf(minute)] ?? 0, hours[hourOf(minute + 60)] ?? 0)
  return Math.max(mean + doubt, hourCounts * busiest, quietest) * span
}

/**
 * How unlikely it is by chance that at least so many come where at most `usually` are expected, as the negative logarithm of
 * a bound: 0 is nothing special, 10 happens once in twenty thousand times.
 */
export function surprise(usual: Usual, count: number, usually: number): number {
  if (count <= usually) return 0
  const unevenness = Math.min(Math.max(usual.variance / Math.max(usual.mean, quietest), leastUneven), mostUneven)
  return (count * Math.log(count / usually) - count + usually) / unevenness
}
