import type { Outcome } from '@muster/shared/refusal.ts'

type Issue = { field: string; expected: string }

const fields: Record<string, string> = {
  title: 'Title',
  affected: 'What is affected',
  know: 'What we know',
  maySay: 'What we may say',
  mustNotSay: 'What nobody may say',
  nextUpdateAt: 'Next update',
  text: 'Your reply',
  name: 'Name',
  team: 'Team',
  password: 'Password',
  minutes: 'Minutes',
  replyUrl: 'Where replies are posted',
  address: 'Mail address',
  host: 'Server',
  port: 'Port',
  signing: 'Signing secret',
}

/** `mustNotSay.3` is the fourth line of "What nobody may say". */
function fieldName(field: string): string {
  const parts = field.split('.')
  const known = parts.findLast(part => part in fields)
  const line = Number(parts.at(-1))
  const name = known === undefined ? field : (fields[known] ?? field)
  return Number.isInteger(line) && parts.length > 1 ? `${name}, line ${line + 1}` : name
}

export function issuesSentence(issues: readonly Issue[]): string {
  return issues.map(({ field, expected }) => `${fieldName(field)}: ${expected}.`).join(' ')
}

/** The sentence for a person; null when it was done. */
export function outcomeSentence(outcome: Outcome): string | null {
  if (outcome.type === 'done') return null
  if (outcome.type === 'refused') return outcome.refusal.sentence
  if (outcome.type === 'invalid') return issuesSentence(outcome.issues)
  return outcome.reference === '' ? outcome.sentence : `${outcome.sentence} (${outcome.reference})`
}

export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`
}
