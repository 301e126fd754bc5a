import type { LevelName } from './levels.ts'

type Thresholds = Record<string, string[]>

const never = ['count==0']
const happened = ['count>0']

/** How long people and networks may wait, ms. k6 shares the machine with the server, so this is a bound, not a boast. */
const patience: Record<LevelName, { storing: number; claiming: number; telling: number; sending: number }> = {
  normal: { storing: 500, claiming: 750, telling: 1_000, sending: 2_500 },
  hard: { storing: 1_000, claiming: 1_500, telling: 2_000, sending: 4_000 },
}

/** How a script's durations are summed up. */
export const trends = ['med', 'p(95)', 'p(99)', 'max']

/** What `inbound-storm` promises. A metric nobody counted passes "never", hence the lines that must have happened. */
export function stormThresholds(level: LevelName, planned: number): Thresholds {
  return {
    lost: never,
    duplicates: never,
    smuggled: never,
    unexpected: never,
    accepted: happened,
    refused: happened,
    audits: ['count==1'],
    storing_ms: [`p(95)<${patience[level].storing}`],
    dropped_iterations: [`count<=${Math.ceil(planned / 100)}`],
  }
}

/** What `responder-shift` promises. */
export function shiftThresholds(level: LevelName): Thresholds {
  const { claiming, telling, sending } = patience[level]
  return {
    gaps: never,
    repeats: never,
    double_claims: never,
    double_replies: never,
    unsent: never,
    unexpected: never,
    turned_away: never,
    claims: happened,
    replies: happened,
    audits: ['count==1'],
    claiming_ms: [`p(99)<${claiming}`],
    telling_ms: [`p(95)<${telling}`],
    sending_ms: [`p(95)<${sending}`],
  }
}
