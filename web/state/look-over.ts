import { beyondFacts } from '@muster/shared/beyond-facts.ts'
import { fold, rangeOf } from '@muster/shared/fold.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { styleIn } from '@muster/shared/style.ts'

export type Ground = { facts: Facts; wordings: readonly string[] }

/** What the gate will say of a text, as far as the text and the guidance tell it: without a request, while somebody writes. */
export function lookOver(text: string, { facts, wordings }: Ground): GateReason[] {
  if (text.trim() === '') return []
  return [...forbidden(text, facts), ...commitments(text, facts, wordings), ...style(text)]
}

function forbidden(text: string, { mustNotSay }: Facts): GateReason[] {
  const folded = fold(text)
  return mustNotSay
    .filter(words => folded.includes(fold(words)))
    .map(words => ({
      rule: 'must-not-say',
      weight: 'stop',
      sentence: '',
      values: { phrase: words },
      ...rangeOf(words, text),
    }))
}

function commitments(text: string, facts: Facts, wordings: readonly string[]): GateReason[] {
  return beyondFacts(text, facts, wordings).map(({ kind, phrase, from, to }) => ({
    rule: 'commitment',
    weight: 'stop',
    sentence: '',
    values: { kind, phrase },
    from,
    to,
  }))
}

function style(text: string): GateReason[] {
  return styleIn(text).map(({ rule, from, to }) => ({
    rule: 'style',
    weight: 'warn',
    sentence: '',
    values: { style: rule, phrase: text.slice(from, to) },
    from,
    to,
  }))
}
