import type { CompanyCommand } from '@muster/shared/company-command.ts'
import type { JoinOffer, JoinView } from '@muster/shared/endpoint.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Desk } from '../desk/desk.ts'
import type { Actor } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { JoinByCode, JoinRecord } from '../domain/join.ts'
import type { Store } from '../store/store.ts'
import { newCode, shownCode } from './join-code.ts'

export type OpenJoin = (actor: Actor, command: Extract<CompanyCommand, { type: 'join/open' }>) => Promise<Outcome>

/** Makes an incident's code, and the address under `origin` that leads in by it. */
export function openJoinOf(desk: Desk, origin: string): OpenJoin {
  return async (actor, { id, incidentId, cap }) => {
    const command = { id, type: 'join/opened', incidentId, cap, code: newCode() } as const
    const outcome = await desk.handle(company.room, command, actor)
    if (outcome.type !== 'done') return outcome
    // Of a command given twice this is the first code.
    return { ...outcome, answer: addressOf(String(outcome.answer.code), origin) }
  }
}

function addressOf(code: string, origin: string): { code: string; link: string } {
  return { code: shownCode(code), link: `${origin}/#/join/${shownCode(code)}` }
}

/** The open join of an incident; null when there is none, undefined where there is no such incident. */
export async function joinOf(store: Store, incidentId: string, origin: string): Promise<JoinView | null | undefined> {
  const { incident, join } = await read(store, incidentId)
  if (incident === null) return undefined
  if (join === null || incident.state !== 'open') return null
  const { code, cap, joined, openedAt, openedBy } = join
  return { ...addressOf(code, origin), cap, joined, openedAt, openedBy }
}

/** Where a code leads; null for whatever is no code today. */
export async function offerOf(store: Store, code: string): Promise<JoinOffer | null> {
  const { records } = await store.read(company.room, [company.joinByCode(code)])
  const led = (records[0]?.value ?? null) as JoinByCode | null
  if (led === null) return null
  const { incident, join } = await read(store, led.incidentId)
  if (join?.code !== code || incident?.state !== 'open') return null
  const { title, severity, affected, drill } = incident
  const { cap, joined } = join
  return { incidentId: led.incidentId, title, severity, affected, drill, full: joined >= cap, joined, cap }
}

async function read(store: Store, incidentId: string): Promise<{ incident: Incident | null; join: JoinRecord | null }> {
  const { records } = await store.read(company.room, [company.incident(incidentId), company.join(incidentId)])
  const [incident, join] = records
  return { incident: (incident?.value ?? null) as Incident | null, join: (join?.value ?? null) as JoinRecord | null }
}
