import { type Level, type Readiness, readinessLastsMs } from '@muster/shared/training.ts'
import type { PersonRecord } from './access.ts'
import { type Context, change, type Decision, type View } from './decision.ts'
import { guestOf } from './guest.ts'
import { company } from './indexes.ts'

/** What an incident or a drill tells the company of somebody's level. `over`: it has ended, and they took part. */
export type Trained = {
  id: string
  type: 'person/trained'
  personId: string
  level: Level
  title: string
  drill: boolean
  over: boolean
}

/** While an incident runs only a new level counts; what they are by its end is where they got to, and in which. */
export function trained(command: Trained, view: View, { now }: Context): Decision {
  const { personId, level, title, drill, over } = command
  const person = view.get<PersonRecord>(company.person(personId))
  if (person === null || person.disabled || guestOf(person) !== null) return { type: 'unchanged', answer: {} }
  const { readiness: former = null } = person
  const same = former !== null && former.level === level
  if (same && (!over || (former.title === title && former.drill === drill))) return { type: 'unchanged', answer: {} }
  const readiness: Readiness = { level, at: now, title, drill }
  return change(
    [{ key: company.person(personId), value: { ...person, readiness } }],
    [{ type: 'person/trained', at: now, by: null, subject: personId }],
  )
}

/** How far somebody got, as long as it counts. */
export function readinessOf({ readiness }: PersonRecord, now: number): Readiness | null {
  return readiness && now - readiness.at < readinessLastsMs ? readiness : null
}
