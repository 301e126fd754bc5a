import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { type Actor, muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'

/**
 * A declaration that follows a proposal takes it first, so that of two at once one declares. Answers why it cannot be
 * declared; null where it can, or follows none.
 */
export async function takeProposal(desk: Desk, actor: Actor, command: IncidentCommand): Promise<Outcome | null> {
  const proposalId = proposalOf(command)
  if (proposalId === null) return null
  const take = { id: `@take-${command.id}`, type: 'proposal/take', proposalId, incidentId: command.id } as const
  const outcome = await desk.handle(company.room, take, actor)
  return outcome.type === 'done' ? null : outcome
}

/** It was not declared after all. */
export async function giveBackProposal(desk: Desk, command: IncidentCommand): Promise<void> {
  const proposalId = proposalOf(command)
  if (proposalId === null) return
  const back = { id: `@back-${command.id}`, type: 'proposal/reopen', proposalId, incidentId: command.id } as const
  await desk.handle(company.room, back, muster)
}

function proposalOf(command: IncidentCommand): string | null {
  return command.type === 'incident/declare' ? (command.proposalId ?? null) : null
}
