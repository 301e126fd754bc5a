/** How many people usually write by a channel in a minute, as learnt so far: the last hour weighs most. */
export type Usual = { minutes: number; mean: number; variance: number }

export const nothingKnown: Usual = { minutes: 0, mean: 0, variance: 0 }

/** After so many minutes what came in one of them weighs little. */
const memoryMinutes = 30
/** Before so many nobody knows what is usual. */
const grownMinutes = 20
/** Never reckoned quieter than one in twenty minutes: where hardly anybody writes, two people are no rise. */
const quietest = 0.05
/** People come more unevenly than by pure chance: by this at least, and what is more uneven than that counts as that. */
const leastUneven = 1.5
const mostUneven = 4

export function withMinute(usual: Usual, count: number): Usual {
  const minutes = usual.minutes + 1
  const weight = 1 / Math.min(minutes, memoryMinutes)
  const off = count - usual.mean
  return {
    minutes,
    mean: usual.mean + weight * off,
    variance: (1 - weight) * (usual.variance + weight * off * off),
  }
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
  }
}

/** How many to expect in so many minutes at the most: what was learnt from few minutes may be off. */
export function expected({ minutes, mean }: Usual, span: number): number {
  const doubt = Math.sqrt(mean / Math.min(Math.max(minutes, 1), memoryMinutes))
  return Math.max(mean + doubt, quietest) * span
}

/**
 * How unlikely it is by chance that at least so many come in so many minutes, as the negative logarithm of a bound: 0 is
 * nothing special, 10 happens once in twenty thousand times.
 */
export function surprise(usual: Usual, count: number, span: number): number {
  const usually = expected(usual, span)
  if (count <= usually) return 0
  const unevenness = Math.min(Math.max(usual.variance / Math.max(usual.mean, quietest), leastUneven), mostUneven)
  return (count * Math.log(count / usually) - count + usually) / unevenness
}
