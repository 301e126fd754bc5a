import type { ReplyMark } from '@muster/shared/entry.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { closedWords } from './closed-words.ts'
import { isKey, say } from './words.ts'

/** In this person's language by its rule; the server's own sentence only for a rule this screen does not know. */
export function gateSentence({ rule, sentence, values, closed }: GateReason): string {
  if (closed !== undefined) return closedWords(closed)
  if (rule === 'alike') return say('gate.alike', { count: Number(values.count ?? 1) })
  const kind = values.kind ?? values.style
  const key = kind === undefined ? `gate.${rule}` : `gate.${rule}-${kind}`
  if (isKey(key)) return say(key, values)
  return sentence === '' ? say('gate.lookAgain') : sentence
}

/** Why a reply came back: what was found here in this person's language, what its network said as it said it. */
export function backSentence({ reason, reasons }: Pick<ReplyMark, 'reason' | 'reasons'>): string | null {
  return reasons.length === 0 ? reason : reasons.map(gateSentence).join(' ')
}
