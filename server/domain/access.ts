import type { CompanyCommand } from '@muster/shared/command.ts'
import { change, type Rule, refuse } from './decision.ts'
import { company } from './indexes.ts'
import { notFound } from './refusals.ts'

type Of<T extends CompanyCommand['type']> = Extract<CompanyCommand, { type: T }>

export type PersonRecord = {
  id: string
  name: string
  team: string
  role: Of<'person/save'>['person']['role']
  disabled: boolean
}

/** A secret is never stored: `hash` is its SHA-256. */
export type AccessCommand = { id: string; type: 'session/end'; hash: string }

type Rules = {
  [T in 'person/save' | 'person/invite' | 'person/disable' | AccessCommand['type']]: Rule<
    Extract<CompanyCommand | AccessCommand, { type: T }>
  >
}

export const accessRules: Rules = {
  'person/save': ({ person }, view, { actor, now }) => {
    const former = view.get<PersonRecord>(company.person(person.id))
    const record: PersonRecord = { ...person, disabled: former?.disabled ?? false }
    return change(
      [{ key: company.person(person.id), value: record }],
      [{ type: 'person/saved', at: now, by: { id: actor.id, name: actor.name }, subject: person.id }],
    )
  },
  'person/invite': () => refuse(notFound('person')),
  'person/disable': () => refuse(notFound('person')),
  'session/end': ({ hash }, view) => {
    view.get(company.session(hash))
    return change([{ key: company.session(hash), value: null }], [])
  },
}
