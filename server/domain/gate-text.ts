import { beyondFacts } from '@muster/shared/beyond-facts.ts'
import { blanksIn } from '@muster/shared/blank.ts'
import { whyCommitment } from '@muster/shared/commitment.ts'
import { fold, rangeOf } from '@muster/shared/fold.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { type StyleNote, styleIn, whyStyle } from '@muster/shared/style.ts'
import { stop, warn } from './gate-reason.ts'
import { matchesIn } from './pattern.ts'
import { type Texts, turnedIn, usable } from './texts.ts'

type Ground = { facts: Facts; texts: Texts; now: number }

/** What the words alone give reason to, whoever wrote them. */
export function textReasons(text: string, ground: Ground): GateReason[] {
  if (text.trim() === '') return [stop('empty', 'There is no text to send yet.')]
  return [
    ...blankReasons(text),
    ...wordReasons(text, ground.facts),
    ...patternReasons(text, ground.facts),
    ...wordingReasons(text, ground),
    ...commitmentReasons(text, ground),
    ...styleReasons(text),
  ]
}

function blankReasons(text: string): GateReason[] {
  return blanksIn(text).map(({ name, from, to }) =>
    stop('blank', `Fill in ${text.slice(from, to)} or take it out.`, { blank: name }, { from, to }),
  )
}

function wordReasons(text: string, { mustNotSay }: Facts): GateReason[] {
  const folded = fold(text)
  return mustNotSay
    .filter(words => fold(words) !== '' && folded.includes(fold(words)))
    .map(words => {
      const sentence = `Nobody may say "${words}" in this incident: put it another way.`
      return stop('must-not-say', sentence, { phrase: words }, rangeOf(words, text) ?? {})
    })
}

function patternReasons(text: string, { mustNotMatch }: Facts): GateReason[] {
  return matchesIn(text, mustNotMatch).map(({ phrase, why, range }) =>
    stop('must-not-match', `"${phrase}" may not go out: ${why}. Put it another way.`, { phrase, why }, range ?? {}),
  )
}

/** Yesterday's wording, wherever it was copied from. */
function wordingReasons(text: string, { texts, now }: Ground): GateReason[] {
  return turnedIn(text, texts, now).map(({ title }) =>
    stop('wording', `The wording "${title}" is not current any more: take its sentences out.`, { title }),
  )
}

function commitmentReasons(text: string, { facts, texts, now }: Ground): GateReason[] {
  const wordings = usable(texts, now).map(wording => wording.text)
  return beyondFacts(text, facts, wordings).map(({ kind, phrase, from, to }) =>
    stop(
      'commitment',
      `"${phrase}" is more than the facts say, and ${whyCommitment[kind]}. Leave it out, or say what we may say.`,
      { kind, phrase },
      { from, to },
    ),
  )
}

function styleReasons(text: string): GateReason[] {
  return styleIn(text).map(note => styleReason(note, text))
}

/** A note without a range is about the whole. */
function styleReason({ rule, from, to }: StyleNote, text: string): GateReason {
  if (from === to) return warn('style', `Look at it again: ${whyStyle[rule]}.`, { style: rule })
  const phrase = text.slice(from, Math.min(to, from + 60))
  return warn('style', `"${phrase}": ${whyStyle[rule]}.`, { style: rule, phrase }, { from, to })
}
