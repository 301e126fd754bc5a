import type { Committed } from './store.ts'
import type { WrittenChange, WrittenPut } from './written-change.ts'

/** How long a command's answer is kept for its sender to ask again, in ms. */
const memoryMs = 48 * 3_600_000

/** The places of the lists among a script's keys, behind those that are `taken`. */
export class KeyPlaces {
  readonly keys: string[] = []
  readonly #places = new Map<string, string>()
  readonly #taken: number
  readonly #keyOf: (list: string) => string

  constructor(taken: number, keyOf: (list: string) => string) {
    this.#taken = taken
    this.#keyOf = keyOf
  }

  placeOf(list: string): string {
    const known = this.#places.get(list)
    if (known !== undefined) return known
    const place = String(this.#taken + this.keys.push(this.#keyOf(list)))
    this.#places.set(list, place)
    return place
  }
}

/** What commit.lua takes after the era. */
export function argumentsOf(changes: readonly WrittenChange[], placeOf: (list: string) => string): string[] {
  return [String(memoryMs), String(changes.length), ...changes.flatMap(change => argumentsOfChange(change, placeOf))]
}

function argumentsOfChange({ commandId, answer, seen, put, tell }: WrittenChange, placeOf: (list: string) => string) {
  const args = [
    commandId,
    answer,
    String(seen.length),
    ...seen.map(([key]) => key),
    ...seen.map(([, version]) => version ?? ''),
    String(put.length),
    ...put.flatMap(each => argumentsOfPut(each, placeOf)),
    String(tell.length),
    ...tell,
  ]
  return [String(args.length), ...args]
}

function argumentsOfPut({ key, value, indexes, formerly }: WrittenPut, placeOf: (list: string) => string): string[] {
  const record = value === null ? '' : `{"value":${value},"indexes":${JSON.stringify(indexes)}}`
  const left = formerly.filter(list => !Object.hasOwn(indexes, list)).map(placeOf)
  const standings = Object.entries(indexes).map(([list, score]) => [placeOf(list), String(score)])
  return [key, record, String(left.length), ...left, String(standings.length), ...standings.flat()]
}

type Judged = ['committed', number] | ['stale'] | ['repeated', string]

/** What commit.lua returns. */
export function outcomesOf(answer: unknown): Committed[] {
  return (answer as Judged[]).map(outcomeOf)
}

function outcomeOf(judged: Judged): Committed {
  switch (judged[0]) {
    case 'committed':
      return { type: 'committed', seq: judged[1] }
    case 'repeated':
      return { type: 'repeated', ...recalled(judged[1]) }
    case 'stale':
      return { type: 'stale' }
  }
}

/** What a command's memory holds: "<seq> <answer as JSON>". */
export function recalled(memory: string): { seq: number; answer: Record<string, unknown> } {
  const space = memory.indexOf(' ')
  return { seq: Number(memory.slice(0, space)), answer: JSON.parse(memory.slice(space)) }
}

/** What TIME answers, in ms. */
export function instantOf([seconds, microseconds]: readonly [string, string]): number {
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
}
