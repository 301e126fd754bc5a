import type { Severity } from '@muster/shared/incident.ts'
import type { Playbook } from '@muster/shared/playbook.ts'
import type { Wish } from './courier.ts'
import { lines } from './lines.ts'

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

/** The form once another playbook is chosen: what somebody typed themselves stays, what the former one filled goes. */
export function refilled(typed: Typed, former: Playbook, next: Playbook): Typed {
  const [before, after] = [typedFrom(former), typedFrom(next)]
  const own = written.filter(field => typed[field] !== before[field])
  return { ...after, ...Object.fromEntries(own.map(field => [field, typed[field]])) }
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
