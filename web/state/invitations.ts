import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { Permission } from '@muster/shared/permission.ts'

/** Somebody who answers and asks for somebody beside them. */
export type Invitation = { conversation: Conversation; claim: Claim; askedAt: number; own: boolean }

/** This person, as the incident they are in knows them. */
type Guest = { self: Responder | null; needsBriefing: boolean; may: (permission: Permission) => boolean }

function mayCome(guest: Guest): boolean {
  const { self, needsBriefing } = guest
  return self !== null && !self.paused && self.level !== 'observer' && !needsBriefing && guest.may('pair/join')
}

/** Whether this person may sit down beside whoever has this claim. */
export function mayJoin(guest: Guest, { holder, pair, replyId, until }: Claim, now: number): boolean {
  const asks = pair !== null && pair.partner === null && replyId === null && until > now
  return asks && holder.id !== guest.self?.id && mayCome(guest)
}

/** What this person answers with somebody beside them, and does not have on their screen: its text waits there for them. */
export function leftAlone(
  conversations: Iterable<Conversation>,
  personId: string,
  openId: string | null,
): Conversation | null {
  for (const conversation of conversations) {
    const { id, claim } = conversation
    if (claim?.holder.id === personId && claim.pair?.partner && claim.replyId === null && id !== openId)
      return conversation
  }
  return null
}

/** Those beside whom this person may sit down: who asked them first, then who has asked for longest. */
export function invitationsOf(conversations: Iterable<Conversation>, guest: Guest, now: number): Invitation[] {
  const invitations: Invitation[] = []
  for (const conversation of conversations) {
    const { claim } = conversation
    const pair = claim?.pair
    if (claim === null || !pair || !mayJoin(guest, claim, now)) continue
    invitations.push({ conversation, claim, askedAt: pair.askedAt, own: pair.suggested?.id === guest.self?.id })
  }
  return invitations.sort((one, other) => Number(other.own) - Number(one.own) || one.askedAt - other.askedAt)
}
