import { conflict } from '@muster/shared/conflict.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { PersonRecord } from './access.ts'
import {
  type CompanyTold,
  type Context,
  change,
  type Decision,
  type PutRecord,
  type Rule,
  refuse,
  type View,
} from './decision.ts'
import { isFormerGuest, thanks } from './guest.ts'
import { company } from './indexes.ts'

const hour = 3_600_000
const linkLifeMs = 24 * hour
export const sessionLifeMs = 24 * hour
const idleLifeMs = 12 * hour
/** A session is marked as in use at most this often: a mark is a write. */
const touchEveryMs = 5 * 60_000

type LinkRecord = { personId: string; expiresAt: number; linksUsed: number }
export type SessionRecord = { personId: string; generation: number; startedAt: number; touchedAt: number }
/** `encoded` holds the method, its cost and the salt beside the hash. */
export type PasswordRecord = { encoded: string; setAt: number }

/** `link` and `session` are SHA-256 of secrets; `former` is the session that the same browser had before, if any. */
export type SessionCommand =
  | { id: string; type: 'link/issue'; personId: string; link: string }
  | { id: string; type: 'link/redeem'; link: string; session: string; former: string | null }
  | { id: string; type: 'session/start'; personId: string; encoded: string; session: string; former: string | null }
  | { id: string; type: 'session/touch'; session: string }
  | { id: string; type: 'session/end'; session: string }
  | { id: string; type: 'link/forget'; link: string }
  | { id: string; type: 'password/set'; personId: string; encoded: string; session: string | null }

type Of<T extends SessionCommand['type']> = Extract<SessionCommand, { type: T }>

/**
 * The life of a session:
 *
 *     link (once, a day) ──┐
 *     name and password ───┴─▶ started ──touch──▶ ... ──▶ over
 *
 * It is over after 12 idle hours, 24 in all, at sign-out, and at once when its person's generation grows: a new role,
 * a new password, disabled; a guest's also with their incident. All of it is judged when somebody comes with it; what is
 * over is cleared away later.
 */
export function sessionLives(session: SessionRecord | null, person: PersonRecord | null, now: number): boolean {
  if (session === null || person === null || person.disabled) return false
  return session.generation === person.generation && !sessionIsOver(session, now)
}

function sessionIsOver({ startedAt, touchedAt }: SessionRecord, now: number): boolean {
  return now - startedAt >= sessionLifeMs || now - touchedAt >= idleLifeMs
}

export function needsTouch({ touchedAt }: SessionRecord, now: number): boolean {
  return now - touchedAt >= touchEveryMs
}

export const sessionRules: { [T in SessionCommand['type']]: Rule<Of<T>> } = {
  'link/issue': issueLink,
  'link/redeem': redeem,
  'link/forget': ({ link }, view) => forget(company.link(link), view),
  'session/start': start,
  'session/touch': touch,
  'session/end': end,
  'password/set': setPassword,
}

function issueLink({ personId, link }: Of<'link/issue'>, view: View, { actor, now }: Context): Decision {
  const person = view.get<PersonRecord>(company.person(personId))
  if (person === null) return refuse(notFound('person'))
  if (person.disabled) return refuse(conflict('disabled-no-link', { name: person.name }))
  if (isFormerGuest(person, view)) return refuse(conflict('guest-no-more', { name: person.name }))
  view.get(company.link(link))
  const record: LinkRecord = { personId, expiresAt: now + linkLifeMs, linksUsed: person.linksUsed }
  return change(
    [{ key: company.link(link), value: record }],
    [{ type: 'person/invited', at: now, by: named(actor), subject: personId }],
    // Tells a command given twice: the first link was shown once, and a second secret fits nothing.
    { issued: link },
  )
}

function redeem({ link: hash, session, former }: Of<'link/redeem'>, view: View, { now }: Context): Decision {
  const link = view.get<LinkRecord>(company.link(hash))
  const person = link === null ? null : view.get<PersonRecord>(company.person(link.personId))
  const good = link !== null && person !== null && !person.disabled
  if (!good || link.expiresAt <= now || link.linksUsed !== person.linksUsed) return refuse(linkIsOver)
  const signedIn = { ...person, linksUsed: person.linksUsed + 1 }
  return begin({ person: signedIn, session, former }, view, now, [
    { key: company.link(hash), value: null },
    { key: company.person(person.id), value: signedIn },
  ])
}

const linkIsOver = {
  code: 'not-allowed',
  sentence: 'This sign-in link has been used already, or is older than a day. Ask a commander for a new one.',
} as const

/** `encoded` is what the password was found to fit: one set since then decides. */
function start({ personId, encoded, session, former }: Of<'session/start'>, view: View, { now }: Context): Decision {
  const person = view.get<PersonRecord>(company.person(personId))
  const password = view.get<PasswordRecord>(company.password(personId))
  if (person === null || person.disabled || password?.encoded !== encoded) return refuse(wrongPassword)
  return begin({ person, session, former }, view, now, [])
}

export const wrongPassword = {
  code: 'not-allowed',
  sentence: 'This name and password do not belong together. Try again, or ask a commander for a sign-in link.',
} as const

/** Signs somebody in, with what else this puts; refuses a guest whose incident is over. */
export function begin(
  { person, session, former }: { person: PersonRecord; session: string; former: string | null },
  view: View,
  now: number,
  put: PutRecord[],
): Decision {
  if (isFormerGuest(person, view)) return refuse({ code: 'not-allowed', sentence: thanks.farewell })
  view.get(company.session(session))
  const record: SessionRecord = { personId: person.id, generation: person.generation, startedAt: now, touchedAt: now }
  const left = former === null ? null : view.get<SessionRecord>(company.session(former))
  const tell: CompanyTold[] = [{ type: 'person/signed-in', at: now, by: named(person), subject: person.id }]
  const records = [...put, { key: company.session(session), value: record }]
  if (former !== null && left !== null) {
    records.push({ key: company.session(former), value: null })
    tell.push(sessionEnded(left.personId, now))
  }
  return change(records, tell, { personId: person.id })
}

function touch({ session: hash }: Of<'session/touch'>, view: View, { now }: Context): Decision {
  const session = view.get<SessionRecord>(company.session(hash))
  if (session === null || sessionIsOver(session, now) || !needsTouch(session, now))
    return { type: 'unchanged', answer: {} }
  return change([{ key: company.session(hash), value: { ...session, touchedAt: now } }], [])
}

function end({ session: hash }: Of<'session/end'>, view: View, { now }: Context): Decision {
  const session = view.get<SessionRecord>(company.session(hash))
  if (session === null) return { type: 'unchanged', answer: {} }
  return change([{ key: company.session(hash), value: null }], [sessionEnded(session.personId, now)])
}

function forget(key: string, view: View): Decision {
  return view.get(key) === null ? { type: 'unchanged', answer: {} } : change([{ key, value: null }], [])
}

/** A changed password ends every session but the one it was changed in. The first password ends none. */
function setPassword({ personId, encoded, session: hash }: Of<'password/set'>, view: View, { now }: Context): Decision {
  const person = view.get<PersonRecord>(company.person(personId))
  if (person === null || person.disabled) return refuse(notFound('person'))
  const former = view.get<PasswordRecord>(company.password(personId))
  const password: PasswordRecord = { encoded, setAt: now }
  const put: PutRecord[] = [{ key: company.password(personId), value: password }]
  const tell: CompanyTold[] = [{ type: 'password/set', at: now, by: named(person), subject: personId }]
  if (former === null) return change(put, tell)
  const generation = person.generation + 1
  put.push({ key: company.person(personId), value: { ...person, generation } })
  const session = hash === null ? null : view.get<SessionRecord>(company.session(hash))
  if (hash !== null && session?.personId === personId) {
    put.push({ key: company.session(hash), value: { ...session, generation } })
  }
  return change(put, [...tell, sessionEnded(personId, now)])
}

/** Heard by every gateway: who acts as `subject` is disconnected, and let in again only with a session that lives. */
export function sessionEnded(subject: string, at: number): CompanyTold {
  return { type: 'session/ended', at, by: null, subject }
}

function named({ id, name }: { id: string; name: string }): { id: string; name: string } {
  return { id, name }
}
