import type { Conflict } from '@muster/shared/conflict.ts'
import type { Issue } from '@muster/shared/issue.ts'
import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import type { Wanted } from '@muster/shared/wanted.ts'
import { about, moment } from './ages.ts'
import { closedWords } from './closed-words.ts'
import { isolated } from './plain.ts'
import { secretWords } from './secret-words.ts'
import { isKey, type Key, say, type Values } from './words.ts'

/** A mailbox has both, with the same fields. */
const servers = ['imap', 'smtp']

/** `mustNotSay.3` is the fourth line of "What nobody may say", `imap.host` the "Server (IMAP)". */
function fieldName(field: string): string {
  const parts = field.split('.')
  const name = parts.map(part => `field.${part}`).findLast(isKey)
  const server = parts.find(part => servers.includes(part))
  const said = name === undefined ? field : say(name)
  const shown =
    name === undefined || server === undefined
      ? said
      : say('field.ofServer', { field: said, server: server.toUpperCase() })
  const line = Number(parts.at(-1))
  return Number.isInteger(line) && parts.length > 1 ? say('field.line', { field: shown, number: line + 1 }) : shown
}

export function issuesSentence(issues: readonly Issue[]): string {
  return issues
    .map(({ field, expected, wanted }) =>
      say('issue.sentence', { field: fieldName(field), expected: wantedWords(wanted) ?? expected }),
    )
    .join(' ')
}

/** What was expected of a field, without a full stop; null where a sentence alone tells. */
export function wantedWords(wanted: Wanted | null | undefined): string | null {
  return wanted ? known(`wanted.${wanted.code}`, shown(wanted.values)) : null
}

/** By its code where that tells all; what a sentence alone tells stays as the server said it. */
export function refusalSentence(refusal: Refusal): string {
  const holder = 'holder' in refusal ? (refusal.holder?.name ?? '') : ''
  if (refusal.code === 'not-handed-over') return say(`notHandedOver.${refusal.why}`, { name: refusal.name ?? '' })
  if (refusal.code === 'cannot-answer') return say('refusal.cannot-answer', { closed: closedWords(refusal.closed) })
  if (refusal.code === 'pipe-slowed') return pipeSentence(refusal)
  if (refusal.code === 'conflict') return conflictSentence(refusal)
  if (refusal.code === 'not-found') return known(`notFound.${refusal.what}`) ?? refusal.sentence
  const toSomebody = (refusal.code === 'claim-lost' || refusal.code === 'review-lost') && holder !== ''
  const key = `refusal.${refusal.code}${toSomebody ? '-to' : ''}`
  const waitingSince = 'waitingSince' in refusal ? moment(refusal.waitingSince, Date.now()) : ''
  const wait = 'waitMs' in refusal ? about(refusal.waitMs) : ''
  return isKey(key) ? say(key, { holder, waitingSince, wait }) : refusal.sentence
}

function conflictSentence({ why, values, sentence }: Conflict): string {
  const secrets = 'secrets' in values && { secrets: secretWords(String(values.secrets).split(', ')) }
  return known(`conflict.${why}`, { ...shown(values), ...secrets }) ?? sentence
}

/** Names are read in whichever direction; only what is counted is a number. */
function shown(values: Values): Values {
  const each = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? isolated(value) : value,
  ])
  return Object.fromEntries(each)
}

/** Null where a server names what these screens have no words for yet. */
function known(key: Key, values: Values = {}): string | null {
  return isKey(key) ? say(key, values) : null
}

function pipeSentence({ why, leavesAt, sentence }: Extract<Refusal, { code: 'pipe-slowed' }>): string {
  if (why !== 'full') return say(`refusal.pipe-slowed-${why}`)
  return leavesAt === null
    ? sentence
    : say('refusal.pipe-slowed-full', { wait: about(Math.max(0, leavesAt - Date.now())) })
}

/** The sentence for a person; null when it was done. */
export function outcomeSentence(outcome: Outcome): string | null {
  if (outcome.type === 'done') return null
  if (outcome.type === 'refused') return refusalSentence(outcome.refusal)
  if (outcome.type === 'invalid') return issuesSentence(outcome.issues)
  const { sentence, reference, faulty } = outcome
  // Of these screens, not of a server.
  return reference === '' ? sentence : failureSentence(reference, faulty === true)
}

/** `faulty`: Muster failed at it; else something it needs was away. */
export function failureSentence(reference: string, faulty: boolean): string {
  return say(faulty ? 'trouble.faulty' : 'trouble.unavailable', { reference })
}
