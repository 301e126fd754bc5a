import { parseArgs } from 'node:util'
import { type LevelName, levels } from './level.ts'
import type { StoreName } from './temporary.ts'

export type Wish = {
  level: LevelName
  minutes: number
  seed: number
  store: StoreName
  /** Where the report goes as JSON; null for nowhere. */
  json: string | null
  /** Seconds between two kills of the server, on average; null for none. */
  killEverySeconds: number | null
  epochEverySeconds: number
  leaseSeconds: number
  /** Other numbers than the level's; null for those. */
  people: number | null
  repliesPerMinute: number | null
  /**
   * Which share of the people came to help and are new to it. A quarter where nothing is said: most of those who answer
   * do so for a living, and a drill of two minutes meets what newcomers do all the same.
   */
  newcomers: number
  /** How many review; null for one for every ten newcomers. */
  reviewers: number | null
  /** Networks played as they are: with their protocols, faults and limits, or with their limits alone; null for neither. */
  chaos: 'channels' | 'limits' | null
}

export const usage = `drill [--level normal|hard|extreme] [--minutes N] [--seed S] [--store sqlite|redis] [--json FILE]
      [--kill-every SECONDS] [--epoch-every SECONDS] [--lease SECONDS] [--people N] [--replies PER-MINUTE]
      [--newcomers SHARE] [--reviewers N] [--chaos channels|limits]

  --people N         who answers; newcomers are among them, reviewers are not
  --newcomers SHARE  from 0 to 1, of the people: from elsewhere in the company, every reply reviewed at first (0.25)
  --reviewers N      who reads what newcomers write (one for every ten)
  --chaos channels   half of the customers live on Mastodon and X, played with their protocols, faults and limits;
                     new guidance, which sends back all that waits, then comes every 60 s instead of 20
  --chaos limits     the same, but that these two keep their limits and are well otherwise

  20 newcomers and 2 reviewers, nobody else: --people 20 --newcomers 1 --reviewers 2`

/** Reads the command line; a complaint says in a sentence what is wrong with it. */
export function wishOf(parameters: readonly string[]): Wish | { complaint: string } {
  try {
    const { values } = parseArgs({
      args: [...parameters],
      options: {
        level: { type: 'string', default: 'normal' },
        minutes: { type: 'string', default: '2' },
        seed: { type: 'string' },
        store: { type: 'string', default: 'sqlite' },
        json: { type: 'string' },
        'kill-every': { type: 'string' },
        'epoch-every': { type: 'string' },
        lease: { type: 'string', default: '8' },
        people: { type: 'string' },
        replies: { type: 'string' },
        newcomers: { type: 'string', default: '0.25' },
        reviewers: { type: 'string' },
        chaos: { type: 'string' },
      },
    })
    return {
      level: oneOf('level', values.level, Object.keys(levels) as LevelName[]),
      minutes: number('minutes', values.minutes, 0.05, 1_440),
      seed:
        values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : whole('seed', values.seed, 0, 2 ** 53 - 1),
      store: oneOf('store', values.store, ['sqlite', 'redis']),
      json: values.json ?? null,
      killEverySeconds:
        values['kill-every'] === undefined ? null : number('kill-every', values['kill-every'], 0.5, 3_600),
      epochEverySeconds: number('epoch-every', values['epoch-every'] ?? (values.chaos ? '60' : '20'), 1, 3_600),
      leaseSeconds: number('lease', values.lease, 5, 3_600),
      people: values.people === undefined ? null : whole('people', values.people, 2, 10_000),
      repliesPerMinute: values.replies === undefined ? null : number('replies', values.replies, 1, 60_000),
      newcomers: number('newcomers', values.newcomers, 0, 1),
      reviewers: values.reviewers === undefined ? null : whole('reviewers', values.reviewers, 0, 1_000),
      chaos: values.chaos === undefined ? null : oneOf('chaos', values.chaos, ['channels', 'limits'] as const),
    }
  } catch (error) {
    return { complaint: `${error instanceof Error ? error.message : String(error)}\n\n${usage}` }
  }
}

function oneOf<T extends string>(name: string, given: string, known: readonly T[]): T {
  const found = known.find(one => one === given)
  if (found === undefined) throw new Error(`--${name} is "${given}"; it can be ${known.join(', ')}.`)
  return found
}

function number(name: string, given: string, low: number, high: number): number {
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (value >= low && value <= high) return value
  throw new Error(`--${name} is "${given}"; it must be a number from ${low} to ${high}.`)
}

function whole(name: string, given: string, low: number, high: number): number {
  const value = number(name, given, low, high)
  if (Number.isInteger(value)) return value
  throw new Error(`--${name} is "${given}"; it must be a whole number.`)
}
