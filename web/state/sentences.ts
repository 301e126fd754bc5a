import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import { about, moment } from './ages.ts'
import { closedWords } from './closed-words.ts'
import { isKey, say } from './words.ts'

type Issue = { field: string; expected: string }

/** `mustNotSay.3` is the fourth line of "What nobody may say". */
function fieldName(field: string): string {
  const parts = field.split('.')
  const name = parts.map(part => `field.${part}`).findLast(isKey)
  const shown = name === undefined ? field : say(name)
  const line = Number(parts.at(-1))
  return Number.isInteger(line) && parts.length > 1 ? say('field.line', { field: shown, number: line + 1 }) : shown
}

export function issuesSentence(issues: readonly Issue[]): string {
  return issues.map(({ field, expected }) => say('issue.sentence', { field: fieldName(field), expected })).join(' ')
}

/** By its code where that tells all; what a sentence alone tells stays as the server said it. */
export function refusalSentence(refusal: Refusal): string {
  const holder = 'holder' in refusal ? (refusal.holder?.name ?? '') : ''
  if (refusal.code === 'not-handed-over') return say(`notHandedOver.${refusal.why}`, { name: refusal.name ?? '' })
  if (refusal.code === 'cannot-answer') return say('refusal.cannot-answer', { closed: closedWords(refusal.closed) })
  if (refusal.code === 'pipe-full') return pipeSentence(refusal.leavesAt)
  const toSomebody = (refusal.code === 'claim-lost' || refusal.code === 'review-lost') && holder !== ''
  const key = `refusal.${refusal.code}${toSomebody ? '-to' : ''}`
  const waitingSince = 'waitingSince' in refusal ? moment(refusal.waitingSince, Date.now()) : ''
  const wait = 'waitMs' in refusal ? about(refusal.waitMs) : ''
  return isKey(key) ? say(key, { holder, waitingSince, wait }) : refusal.sentence
}

function pipeSentence(leavesAt: number | null): string {
  if (leavesAt === null) return say('refusal.pipe-full-unknown')
  return say('refusal.pipe-full', { wait: about(Math.max(0, leavesAt - Date.now())) })
}

/** The sentence for a person; null when it was done. */
export function outcomeSentence(outcome: Outcome): string | null {
  if (outcome.type === 'done') return null
  if (outcome.type === 'refused') return refusalSentence(outcome.refusal)
  if (outcome.type === 'invalid') return issuesSentence(outcome.issues)
  const { sentence, reference } = outcome
  return reference === '' ? sentence : say('trouble.referred', { sentence, reference })
}
