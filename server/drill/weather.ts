import type { Random } from './random.ts'

/** What a network does with one delivery. `shown` says whether its customer then sees the reply. */
export type Fate =
  | { type: 'answer'; status: number; shown: boolean; retryAfter: number | null; afterMs: number }
  /** The connection ends without an answer. */
  | { type: 'cut'; shown: boolean; afterMs: number }
  /** No answer ever comes. */
  | { type: 'silence'; shown: boolean }

/**
 * `rough` is worse than an outage's hour, so that a short drill meets everything; in `fair` weather everything is taken,
 * so that what is under way can be finished.
 */
export type Weather = 'rough' | 'fair'

const rough = {
  taken: 660,
  slow: 60,
  busy: 40,
  limited: 40,
  broken: 60,
  refused: 20,
  cut: 30,
  'taken, then cut': 50,
  'taken, then silence': 40,
} as const

export function fateOf(weather: Weather, random: Random): Fate {
  if (weather === 'fair') return answer(200, true, random.between(5, 50))
  switch (random.weighted(rough)) {
    case 'taken':
      return answer(200, true, random.between(5, 150))
    case 'slow':
      return answer(200, true, random.between(500, 3_000))
    case 'busy':
      return answer(503, false, random.between(5, 50), 1 + random.below(3))
    case 'limited':
      return answer(429, false, random.between(5, 50), 1 + random.below(3))
    case 'broken':
      return answer(500, random.chance(0.5), random.between(5, 150))
    case 'refused':
      return answer(422, false, random.between(5, 50))
    case 'cut':
      return { type: 'cut', shown: false, afterMs: random.between(0, 50) }
    case 'taken, then cut':
      return { type: 'cut', shown: true, afterMs: random.between(0, 50) }
    case 'taken, then silence':
      return { type: 'silence', shown: true }
  }
}

function answer(status: number, shown: boolean, afterMs: number, retryAfter: number | null = null): Fate {
  return { type: 'answer', status, shown, retryAfter, afterMs }
}
