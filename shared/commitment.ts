import { clausesOf, type Finder, type Found } from './clause.ts'
import { causesIn } from './commitment-cause.ts'
import { dataIn } from './commitment-data.ts'
import { extentsIn } from './commitment-extent.ts'
import { moneyIn } from './commitment-money.ts'
import { promisesIn } from './commitment-promise.ts'
import { timesIn } from './commitment-time.ts'
import { foldedOf, plainOf } from './folded.ts'

export type CommitmentKind = 'time' | 'money' | 'cause' | 'data' | 'promise' | 'extent'

/** A thing the company would be held to: the words as written, where they stand, and what they mean in any words. */
export type Commitment = { kind: CommitmentKind; phrase: string; from: number; to: number; key: string }

/** Why a reply may not say it of its own: the end of "this is held back because …". */
export const whyCommitment: Record<CommitmentKind, string> = {
  time: 'a customer plans by a time we name, and holds us to it',
  money: 'money that is offered is owed',
  cause: 'a cause named before it is proved is held against us',
  data: 'what is said of their data has consequences in law',
  promise: 'nobody can promise what is not in their hand',
  extent: 'a number of those affected is quoted, and rarely the last one',
}

const finders: [kind: CommitmentKind, find: Finder][] = [
  ['promise', promisesIn],
  ['data', dataIn],
  ['money', moneyIn],
  ['extent', extentsIn],
  ['cause', causesIn],
  ['time', timesIn],
]

/** What a text commits to, in its order; none overlaps another. */
export function commitmentsIn(text: string): Commitment[] {
  const folded = foldedOf(text)
  const found = clausesOf(folded.text)
    .filter(({ question }) => !question)
    .flatMap(clause =>
      finders.flatMap(([kind, find]) =>
        find(clause).map(({ from, to, key }) => ({
          kind,
          key,
          ...folded.rangeOf(clause.from + from, clause.from + to),
        })),
      ),
    )
  const ordered = found.sort((one, other) => one.from - other.from || other.to - one.to)
  const apart: Commitment[] = []
  for (const one of ordered) {
    if (one.from >= (apart.at(-1)?.to ?? 0)) apart.push({ ...one, phrase: text.slice(one.from, one.to) })
  }
  return apart
}

/**
 * What a text commits to beyond what the allowed texts do. A zone of time may be left out. What an allowed text says word for
 * word is allowed too, wherever that text does not deny it and means nothing else by it: "no data was lost" does not allow
 * "data was lost".
 */
export function beyond(text: string, allowed: readonly string[]): Commitment[] {
  const said = commitmentsIn(text)
  if (said.length === 0) return said
  const made = new Set(allowed.flatMap(commitmentsIn).flatMap(({ kind, key }) => [kind + key, kind + zoneless(key)]))
  const words = allowed.map(statedIn).join('\n')
  return said.filter(({ kind, key, phrase }) => !made.has(kind + key) && !standsIn(plainOf(phrase), words))
}

function zoneless(key: string): string {
  return key.replace(/^(at \d\d:\d\d) .*$/, '$1')
}

/** The words of a text that are stated and are no commitment: these were compared by what they mean. */
function statedIn(text: string): string {
  const folded = foldedOf(text).text
  return clausesOf(folded)
    .filter(({ question, unsure }) => !question && !unsure)
    .map(clause =>
      finders
        .flatMap(([, find]) => find(clause))
        .reduce(without, clause.text)
        .replace(denied, '\n'),
    )
    .join('\n')
}

function without(text: string, { from, to }: Found): string {
  return text.slice(0, from) + '\n'.repeat(to - from) + text.slice(to)
}

const denied = /(?:\b(?:not|no|never|cannot|without|nicht|kein[a-z]{0,2}|nie|ohne)\b|n't\b).*$/

/** Whole words alone: "in 2 h" does not stand in "in 2 hours", nor "5 pm" in "15 pm". */
function standsIn(phrase: string, words: string): boolean {
  if (!words.includes(phrase)) return false
  const escaped = phrase.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(words)
}
