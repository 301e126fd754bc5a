import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Person } from '@muster/shared/identifier.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { holderOfName, nameKey, type PersonRecord } from './access.ts'
import { type Context, change, type Decision, type Rule, refuse, type View } from './decision.ts'
import { named } from './incident.ts'
import { company } from './indexes.ts'
import { begin } from './session.ts'

/**
 * An incident's open door. The code is kept as it is, not hashed: leads must be able to show it again all day, and whoever
 * had the hash of 40 bits would have the code within minutes.
 */
export type JoinRecord = {
  incidentId: string
  code: string
  /** How many guests the code lets in, and how many it has. */
  cap: number
  joined: number
  openedAt: number
  openedBy: Person
}

/** Where a code leads. */
export type JoinByCode = { incidentId: string }

/** Codes, ids and secrets are made before a command is given; `session` and `former` are as in signing in. */
export type JoinCommand =
  | { id: string; type: 'join/opened'; incidentId: string; cap: number; code: string }
  | {
      id: string
      type: 'join/entered'
      code: string
      guest: { id: string; name: string; team: string }
      session: string
      former: string | null
    }

type Of<T extends (JoinCommand | CompanyCommand)['type']> = Extract<JoinCommand | CompanyCommand, { type: T }>

export const joinRules: { [T in 'join/close' | JoinCommand['type']]: Rule<Of<T>> } = {
  'join/opened': open,
  'join/close': close,
  'join/entered': enter,
}

export const leadsNowhere = notFound('code')

function open({ incidentId, cap, code }: Of<'join/opened'>, view: View, { actor, now }: Context): Decision {
  const incident = view.get<Incident>(company.incident(incidentId))
  if (incident === null) return refuse(notFound('incident'))
  if (incident.state === 'resolved') return refuse(resolvedAlready)
  if (view.get(company.joinByCode(code)) !== null) return refuse(conflict('no-code', {}))
  const former = view.get<JoinRecord>(company.join(incidentId))
  const join: JoinRecord = { incidentId, code, cap, joined: 0, openedAt: now, openedBy: named(actor) }
  return change(
    [
      ...(former === null ? [] : forgetCode(former, view)),
      { key: company.join(incidentId), value: join },
      { key: company.joinByCode(code), value: { incidentId } satisfies JoinByCode },
    ],
    [{ type: 'join/opened', at: now, by: named(actor), subject: incidentId }],
    { code },
  )
}

const resolvedAlready: Refusal = {
  code: 'incident-resolved',
  sentence: 'This incident has been resolved, so nobody can join it any more. No code was made.',
}

function close({ incidentId }: Of<'join/close'>, view: View, { actor, now }: Context): Decision {
  if (view.get(company.incident(incidentId)) === null) return refuse(notFound('incident'))
  const join = view.get<JoinRecord>(company.join(incidentId))
  if (join === null) return { type: 'unchanged', answer: {} }
  return change(
    [{ key: company.join(incidentId), value: null }, ...forgetCode(join, view)],
    [{ type: 'join/closed', at: now, by: named(actor), subject: incidentId }],
  )
}

function forgetCode({ code }: JoinRecord, view: View) {
  view.get(company.joinByCode(code))
  return [{ key: company.joinByCode(code), value: null }]
}

/** The guest, their session and the count against the cap are one change: the last place is given once. */
function enter({ code, guest, session, former }: Of<'join/entered'>, view: View, { now }: Context): Decision {
  const join = openJoin(code, view)
  if (join === null) return refuse(leadsNowhere)
  const { incidentId, joined, cap } = join
  if (joined >= cap) return refuse(conflict('code-full', { number: cap }))
  if (holderOfName(guest.name, view) !== null) return refuse(conflict('name-taken', { name: guest.name }))
  view.get(company.person(guest.id))
  const person: PersonRecord = {
    ...guest,
    role: 'responder',
    incidentId,
    disabled: false,
    generation: 0,
    linksUsed: 0,
  }
  const begun = begin({ person, session, former }, view, now, [
    { key: company.person(guest.id), value: person },
    { key: nameKey(guest.name), value: { personId: guest.id } },
    { key: company.join(incidentId), value: { ...join, joined: joined + 1 } },
  ])
  return begun.type === 'change' ? { ...begun, answer: { ...begun.answer, incidentId } } : begun
}

function openJoin(code: string, view: View): JoinRecord | null {
  const led = view.get<JoinByCode>(company.joinByCode(code))
  if (led === null) return null
  const incident = view.get<Incident>(company.incident(led.incidentId))
  return incident?.state === 'open' ? view.get<JoinRecord>(company.join(led.incidentId)) : null
}
