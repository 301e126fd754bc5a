import { blanksIn } from '@muster/shared/blank.ts'
import { beyond, type Commitment, whyCommitment } from '@muster/shared/commitment.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { type StyleNote, styleIn, whyStyle } from '@muster/shared/style.ts'
import { fold } from './fold.ts'
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
    .filter(words => folded.includes(fold(words)))
    .map(words =>
      stop('must-not-say', `Nobody may say "${words}" in this incident: put it another way.`, { phrase: words }),
    )
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
  const allowed = [facts.maySay, facts.example, ...usable(texts, now).map(wording => wording.text)]
  return beyond(text, allowed)
    .filter(commitment => !tellsNextUpdate(commitment, text, facts))
    .map(({ kind, phrase, from, to }) =>
      stop(
        'commitment',
        `"${phrase}" is more than the facts say, and ${whyCommitment[kind]}. Leave it out, or say what we may say.`,
        { kind, phrase },
        { from, to },
      ),
    )
}

const updateWords = /update|news|hear from|write again|melden|neuigkeit|stand der dinge/i
const around = 80

/**
 * The time of the next update may be told, by the clock of whoever reads it: the hour differs by where they live, the
 * minutes do not, but for the half and quarter hours of some.
 */
function tellsNextUpdate({ kind, key, from, to }: Commitment, text: string, { nextUpdateAt }: Facts): boolean {
  const minutes = /^at \d\d:(\d\d)$/.exec(key)?.[1]
  if (kind !== 'time' || nextUpdateAt === null || minutes === undefined) return false
  const due = new Date(nextUpdateAt).getUTCMinutes()
  if ((Number(minutes) - due + 60) % 15 !== 0) return false
  return updateWords.test(text.slice(Math.max(0, from - around), to + around))
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
