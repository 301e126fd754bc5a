import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { TakenProposal } from '../domain/proposal.ts'
import { mirrorIncident } from './ask.ts'
import type { Desk } from './desk.ts'

/** Within this it was declared: a screen asks again for up to twenty seconds. ms. */
const declaredWithin = 60_000

/**
 * Looks to what was taken a while ago: its incident is brought into the company's lists, and where there is none, as whoever
 * declared it and their node went in the midst of it, the proposal is given back. `now`: ms since 1970, by the store's clock.
 */
export async function endProposals(desk: Desk, now: number): Promise<void> {
  for (const { score, stored } of await desk.store.list(company.room, company.takenProposals, {
    after: null,
    limit: 20,
  })) {
    if (score > now - declaredWithin) return
    await endOne(desk, stored.value as TakenProposal)
  }
}

async function endOne(desk: Desk, { proposalId, incidentId }: TakenProposal): Promise<void> {
  const id = crypto.randomUUID()
  const incident = await mirrorIncident(desk, incidentId)
  const end = { id, type: 'proposal/end', proposalId } as const
  const reopen = { id, type: 'proposal/reopen', proposalId, incidentId } as const
  await desk.handle(company.room, incident === null ? reopen : end, muster)
}
