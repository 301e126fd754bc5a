export type LevelName = 'normal' | 'hard' | 'extreme'

/** How much comes in, how much goes out, and how many people take part. */
export type Level = {
  name: LevelName
  /** Messages a second outside of bursts. */
  perSecond: number
  /** Messages a second in a burst; bursts begin every `everyMs` and last `forMs`. */
  burst: { perSecond: number; everyMs: number; forMs: number } | null
  repliesPerMinute: number
  people: number
  /** How many screens keep a whole picture, to be compared in the end; the others keep their place alone. */
  wholeScreens: number
}

/** Normal: a large product's outage of 2015. Hard: an airline's storm. Extreme: a network's that everybody uses. */
export const levels: Record<LevelName, Level> = {
  normal: { name: 'normal', perSecond: 1, burst: null, repliesPerMinute: 10, people: 50, wholeScreens: 50 },
  hard: {
    name: 'hard',
    perSecond: 5,
    burst: { perSecond: 25, everyMs: 30_000, forMs: 3_000 },
    repliesPerMinute: 60,
    people: 300,
    wholeScreens: 300,
  },
  extreme: {
    name: 'extreme',
    perSecond: 60,
    burst: { perSecond: 250, everyMs: 30_000, forMs: 3_000 },
    repliesPerMinute: 300,
    people: 1_000,
    wholeScreens: 50,
  },
}

/** Messages a second at a moment, `at` in ms since the surge began. The first burst comes after half its period. */
export function rateAt({ perSecond, burst }: Level, at: number): number {
  if (burst === null) return perSecond
  const phase = (at + burst.everyMs / 2) % burst.everyMs
  return phase < burst.forMs ? burst.perSecond : perSecond
}
