import type { ReplyMark } from '@muster/shared/entry.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { closedWords } from './closed-words.ts'
import { setbackSentence } from './setback-words.ts'
import { isKey, say } from './words.ts'

/** In this person's language by its rule; the server's own sentence only for a rule this screen does not know. */
export function gateSentence(reason: GateReason): string {
  const said = sentenceOf(reason)
  return reason.values.where === 'title' ? say('gate.inTitle', { reason: said }) : said
}

function sentenceOf({ rule, sentence, values, closed }: GateReason): string {
  if (closed !== undefined) return closedWords(closed)
  if (rule === 'alike') return say('gate.alike', { count: Number(values.count ?? 1) })
  const kind = values.kind ?? values.style
  const key = kind === undefined ? `gate.${rule}` : `gate.${rule}-${kind}`
  if (isKey(key)) return say(key, values)
  return sentence === '' ? say('gate.lookAgain') : sentence
}

export type Why = Pick<ReplyMark, 'reason' | 'setbacks' | 'reasons'>

/** Why a reply has not left, in this person's language; a reviewer's note as it was written. */
export function backSentence({ reason, setbacks, reasons }: Why): string | null {
  const sentences = [...setbacks.map(setbackSentence), ...reasons.map(gateSentence)]
  return sentences.length === 0 ? reason : sentences.join(' ')
}
