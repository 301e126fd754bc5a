import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Role } from '@muster/shared/role.ts'
import type { Cohort, Readiness } from '@muster/shared/training.ts'
import { type Context, change, type Decision, type Rule, refuse, type View } from './decision.ts'
import { fingerprint } from './fingerprint.ts'
import { guestOf, isFormerGuest } from './guest.ts'
import { named } from './incident.ts'
import { company } from './indexes.ts'
import { type SessionCommand, sessionEnded, sessionRules } from './session.ts'

type Of<T extends CompanyCommand['type']> = Extract<CompanyCommand, { type: T }>

export type PersonRecord = {
  id: string
  name: string
  team: string
  role: Role
  /** Support where it was never said. */
  cohort?: Cohort
  readiness?: Readiness | null
  /** The one incident a guest came to by a join link; null for everybody else. */
  incidentId: string | null
  disabled: boolean
  /** Grows whenever their sessions must end: a session is good only under the generation it began in. */
  generation: number
  /** How many one-time links they used: a link is good only until they sign in with any. */
  linksUsed: number
}

/** Of the command line or another program: carries one role, until it is revoked. */
export type TokenRecord = { id: string; name: string; role: Role; createdAt: number }

/** `hash` is the SHA-256 of what the program holds. */
type TokenCommand =
  | { id: string; type: 'token/issue'; hash: string; name: string; role: Role }
  | { id: string; type: 'token/revoke'; hash: string }

/** Secrets are made and hashed before a command is given; no rule sees one. */
export type AccessCommand = TokenCommand | SessionCommand

type Rules = {
  [T in 'person/save' | 'person/disable' | AccessCommand['type']]: Rule<
    Extract<CompanyCommand | AccessCommand, { type: T }>
  >
}

export const accessRules: Rules = {
  'person/save': savePerson,
  'person/disable': disable,
  'token/issue': issueToken,
  'token/revoke': revokeToken,
  ...sessionRules,
}

/** Where a name leads to its person. Names that look alike in capitals or width are one. */
export function nameKey(name: string): string {
  return company.personByName(fingerprint(name.normalize('NFKC').trim().toLowerCase()))
}

/** Whose a name is; a guest whose incident is resolved gives theirs up to whoever wants it. */
export function holderOfName(name: string, view: View): string | null {
  const holder = view.get<{ personId: string }>(nameKey(name))
  const person = holder === null ? null : view.get<PersonRecord>(company.person(holder.personId))
  return person === null || isFormerGuest(person, view) ? null : person.id
}

/** Who a token acts as. */
export function tokenActorId(hash: string): string {
  return `token-${fingerprint(hash)}`
}

function savePerson({ person }: Of<'person/save'>, view: View, { actor, now }: Context): Decision {
  const former = view.get<PersonRecord>(company.person(person.id))
  const complaint = complaintAbout(person, former, holderOfName(person.name, view), actor.id)
  if (complaint !== null) return refuse(complaint)
  const newRole = former !== null && former.role !== person.role
  const record: PersonRecord = {
    ...person,
    cohort: person.cohort ?? former?.cohort ?? 'support',
    readiness: former?.readiness ?? null,
    incidentId: former === null ? null : guestOf(former),
    disabled: false,
    generation: (former?.generation ?? 0) + (newRole ? 1 : 0),
    linksUsed: former?.linksUsed ?? 0,
  }
  const renamed = former !== null && nameKey(former.name) !== nameKey(person.name)
  const put = [
    { key: company.person(person.id), value: record },
    ...(renamed ? forgetName(former, view) : []),
    { key: nameKey(person.name), value: { personId: person.id } },
  ]
  const saved = { type: 'person/saved', at: now, by: named(actor), subject: person.id }
  return change(put, newRole ? [saved, sessionEnded(person.id, now)] : [saved])
}

function complaintAbout(
  person: Of<'person/save'>['person'],
  former: PersonRecord | null,
  holder: string | null,
  actorId: string,
): Refusal | null {
  if (person.id === 'muster' || person.id.startsWith('token-')) return conflict('kept-id', {})
  if (former?.disabled) return conflict('disabled-for-good', { name: former.name })
  if (holder !== null && holder !== person.id) return conflict('name-taken', { name: person.name })
  if (former !== null && guestOf(former) !== null && former.role !== person.role)
    return conflict('guest-role', { name: former.name })
  const ownRole = former !== null && person.id === actorId && former.role !== person.role
  return ownRole ? conflict('own-role', {}) : null
}

/** A former guest's name may be somebody else's by now. */
function forgetName({ id, name }: PersonRecord, view: View) {
  const holder = view.get<{ personId: string }>(nameKey(name))
  return holder?.personId === id ? [{ key: nameKey(name), value: null }] : []
}

/** Their sessions, links and password end with it; the record stays, because others name it. */
function disable({ personId }: Of<'person/disable'>, view: View, { actor, now }: Context): Decision {
  const person = view.get<PersonRecord>(company.person(personId))
  if (person === null) return refuse(notFound('person'))
  if (person.disabled) return { type: 'unchanged', answer: {} }
  if (personId === actor.id) return refuse(conflict('own-access', {}))
  view.get(company.password(personId))
  return change(
    [
      { key: company.person(personId), value: { ...person, disabled: true, generation: person.generation + 1 } },
      ...forgetName(person, view),
      { key: company.password(personId), value: null },
    ],
    [{ type: 'person/disabled', at: now, by: named(actor), subject: personId }, sessionEnded(personId, now)],
  )
}

function issueToken(
  { hash, name, role }: Extract<TokenCommand, { type: 'token/issue' }>,
  view: View,
  { actor, now }: Context,
): Decision {
  view.get(company.token(hash))
  const token: TokenRecord = { id: tokenActorId(hash), name, role, createdAt: now }
  return change(
    [{ key: company.token(hash), value: token }],
    [{ type: 'token/issued', at: now, by: named(actor), subject: token.id }],
  )
}

function revokeToken(
  { hash }: Extract<TokenCommand, { type: 'token/revoke' }>,
  view: View,
  { actor, now }: Context,
): Decision {
  const token = view.get<TokenRecord>(company.token(hash))
  if (token === null) return refuse(notFound('token'))
  return change(
    [{ key: company.token(hash), value: null }],
    [{ type: 'token/revoked', at: now, by: named(actor), subject: token.id }, sessionEnded(token.id, now)],
  )
}
