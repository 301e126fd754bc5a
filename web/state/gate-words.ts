import type { GateReason } from '@muster/shared/refusal.ts'
import { isKey, say } from './words.ts'

/** In this person's language by its rule; the server's own sentence only for a rule this screen does not know. */
export function gateSentence({ rule, sentence, values }: GateReason): string {
  if (rule === 'alike') return say('gate.alike', { count: Number(values.count ?? 1) })
  const kind = values.kind ?? values.style
  const key = kind === undefined ? `gate.${rule}` : `gate.${rule}-${kind}`
  if (isKey(key)) return say(key, values)
  return sentence === '' ? say('gate.lookAgain') : sentence
}
