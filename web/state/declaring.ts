import type { Severity } from '@muster/shared/incident.ts'
import type { Playbook } from '@muster/shared/playbook.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Wish } from './courier.ts'
import { lines } from './lines.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'

/** What stands in the form. `topics` and `wordings` are ids of those that are taken from the playbook. */
export type Typed = {
  title: string
  severity: Severity
  affected: string
  know: string
  maySay: string
  mustNotSay: string
  example: string
  topics: string[]
  wordings: string[]
}

/** A playbook as the form shows it. */
export function typedFrom({ title, severity, affected, know, maySay, example, ...rest }: Playbook): Typed {
  const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id)
  const mustNotSay = rest.mustNotSay.join('\n')
  const taken = { topics: ids(rest.topics), wordings: ids(rest.wordings) }
  return { title, severity, affected, know, maySay, mustNotSay, example, ...taken }
}

const written = ['title', 'severity', 'affected', 'know', 'maySay', 'mustNotSay', 'example'] as const

/** All that stands in it to be read. */
export function wordsOf(typed: Typed): string {
  const texts = [typed.title, typed.affected, typed.maySay, typed.know, typed.mustNotSay, typed.example]
  return texts.filter(Boolean).join('\n\n')
}

/** The form once another playbook is chosen: what somebody typed themselves stays, what the former one filled goes. */
export function refilled(typed: Typed, former: Playbook, next: Playbook): Typed {
  const [before, after] = [typedFrom(former), typedFrom(next)]
  const own = written.filter(field => typed[field] !== before[field])
  return { ...after, ...Object.fromEntries(own.map(field => [field, typed[field]])) }
}

const told = ['title', 'severity', 'affected'] as const
type Told = Pick<Typed, (typeof told)[number]>

/** The form with what a proposal says, where nobody typed themselves over what its playbook or a former proposal filled. */
export function proposed(typed: Typed, former: readonly Told[], proposal: Told): Typed {
  const filled = told.filter(field => former.some(before => before[field] === typed[field]))
  return { ...typed, ...Object.fromEntries(filled.map(field => [field, proposal[field]])) }
}

type Declare = Extract<Wish, { type: 'incident/declare' }>

/** A wording whose topic is left out belongs to none. */
export function declaration(
  typed: Typed,
  { topics, wordings, mustNotMatch, training }: Playbook,
  channels: string[],
): Declare {
  const { title, severity, affected, know, maySay, mustNotSay, example } = typed
  const taken = topics.filter(({ id }) => typed.topics.includes(id))
  return {
    type: 'incident/declare',
    title,
    severity,
    affected,
    know,
    maySay,
    mustNotSay: lines(mustNotSay),
    mustNotMatch,
    training,
    example,
    topics: taken,
    wordings: wordings
      .filter(({ id }) => typed.wordings.includes(id))
      .map(wording => ({ ...wording, topic: taken.find(({ id }) => id === wording.topic)?.id ?? null })),
    channels,
  }
}

/** Its alert was over, or somebody said that it is none, while the declaration was being typed. */
export function isProposedNoMore(outcome: Outcome): boolean {
  if (outcome.type !== 'refused' || outcome.refusal.code !== 'conflict') return false
  return outcome.refusal.why === 'proposal-dismissed'
}

export function declarationSentence(outcome: Outcome): string | null {
  return isProposedNoMore(outcome) ? say('declare.proposedNoMore') : outcomeSentence(outcome)
}
