import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Desk } from '../desk/desk.ts'
import type { PersonRecord } from '../domain/access.ts'
import { type Actor, muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { hashOf, newSecret } from './secret.ts'

export type Invite = (actor: Actor, command: Extract<CompanyCommand, { type: 'person/invite' }>) => Promise<Outcome>

/**
 * Makes a one-time sign-in link: `answer.link`, an address under `origin`. The store remembers its hash alone, so a command
 * given again cannot be answered with the link it was first answered with.
 */
export function inviteOf(desk: Desk, origin: string): Invite {
  return async (actor, { id, personId }) => {
    const secret = newSecret()
    const link = hashOf(secret)
    const outcome = await desk.handle(company.room, { id, type: 'link/issue', personId, link }, actor)
    if (outcome.type !== 'done') return outcome
    if (outcome.answer.issued !== link) return { type: 'refused', refusal: conflict('link-shown', {}) }
    return { ...outcome, answer: { link: `${origin}/#/link/${secret}` } }
  }
}

const firstId = 'commander'

/**
 * The link that lets the first commander in, as long as nobody ever signed in: null once somebody did, or when people were
 * added otherwise. Each start makes a new one; the first that is used ends the others.
 */
export async function firstLink(desk: Desk, origin: string): Promise<string | null> {
  const people = await desk.store.list(company.room, company.people, { after: null, limit: 2 })
  const untouched = people.every(({ stored }) => {
    const { id, linksUsed } = stored.value as PersonRecord
    return id === firstId && linksUsed === 0
  })
  if (!untouched) return null
  const person = { id: firstId, name: 'Commander', team: 'Command', role: 'commander' } as const
  const saved =
    people.length > 0
      ? null
      : await desk.handle(company.room, { id: crypto.randomUUID(), type: 'person/save', person }, muster)
  if (saved !== null && saved.type !== 'done') return null
  const command = { id: crypto.randomUUID(), type: 'person/invite', personId: firstId } as const
  const outcome = await inviteOf(desk, origin)(muster, command)
  return outcome.type === 'done' ? String(outcome.answer.link) : null
}
