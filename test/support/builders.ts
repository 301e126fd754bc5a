import type { Arrival } from '@muster/server/channels/channel.ts'
import { type Actor, muster } from '@muster/server/domain/decision.ts'
import type { Declare } from '@muster/server/domain/incident.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import { Records } from './records.ts'

let counted = 0
export const nextId = (what = 'id') => `${what}-${++counted}`

export function actor(name: string, role: Actor['role'] = 'responder'): Actor {
  return { id: name.toLowerCase(), name, team: 'Support', role, incidentId: null }
}

export const cora = actor('Cora', 'commander')
export const lena = actor('Lena', 'lead')
export const ada = actor('Ada')
export const bert = actor('Bert')
export { muster }

export function declaring(given: Partial<Declare> = {}): Declare {
  return {
    id: nextId('incident'),
    type: 'incident/declare',
    title: 'Checkout is down',
    severity: 'sev1',
    affected: 'Payments by card',
    know: 'Card payments fail since 10:00.',
    maySay: 'We are on it.',
    mustNotSay: ['refund everybody', 'ask the intern'],
    example: '',
    topics: [],
    wordings: [],
    channels: [],
    ...given,
  }
}

type Given = Partial<Omit<Arrival, 'from'>> & { from?: { address: string; name: string; reach?: number | null } }

export function arrivalOf({ from, ...given }: Given = {}): Arrival {
  return {
    externalId: nextId('post'),
    from: { address: 'kim@example.com', name: 'Kim', reach: null, ...from },
    subject: null,
    text: 'My card was declined twice, what is going on?',
    whole: true,
    sentAt: null,
    answersReply: null,
    automatic: null,
    ...given,
  }
}

export function arriving(arrival: Arrival, channelId = 'mail') {
  return { id: nextId('arrive'), type: 'message/arrive', channelId, arrival, arrivedAt: null } as const
}

/** An incident in which Ada, Bert and Lena joined, and one customer waits. */
export function roomWithCustomer(
  now = 1_000_000,
  given: Partial<Declare> = {},
): { room: Records; conversationId: string; incidentId: string } {
  const room = new Records()
  const declare = declaring({ policy: { leaseMs: 60_000, claimsPerPerson: 3 }, ...given })
  room.give(declare, cora, now)
  for (const person of [ada, bert, lena]) {
    room.give({ id: nextId('join'), type: 'incident/join', incidentId: declare.id }, person, now)
  }
  const arrival = arrivalOf()
  room.give(arriving(arrival), muster, now)
  return { room, conversationId: messageIdOf('mail', arrival.externalId), incidentId: declare.id }
}

/** Another customer, whose conversation's id is answered. */
export function customerIn(room: Records, name: string, now: number, given: Given = {}): string {
  const arrival = arrivalOf({ from: { address: `${name.toLowerCase()}@example.com`, name }, ...given })
  room.give(arriving(arrival), muster, now)
  return messageIdOf('mail', arrival.externalId)
}

export function responderIn(room: Records, id: string): Responder {
  const responder = room.get<Responder>(`responder/${id}`)
  if (responder === null) throw new Error(`${id} is not in the roster`)
  return responder
}

export function conversationIn(room: Records, id: string): Conversation {
  const conversation = room.get<Conversation>(`conversation/${id}`)
  if (conversation === null) throw new Error(`no conversation ${id}`)
  return conversation
}
