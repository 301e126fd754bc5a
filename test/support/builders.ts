import type { Arrival } from '@muster/server/channels/channel.ts'
import { type Actor, muster } from '@muster/server/domain/decision.ts'
import type { Declare } from '@muster/server/domain/incident.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
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
    mustNotSay: ['refund everybody'],
    example: '',
    topics: [],
    wordings: [],
    channels: [],
    ...given,
  }
}

export function arrivalOf(given: Partial<Arrival> = {}): Arrival {
  return {
    externalId: nextId('post'),
    from: { address: 'kim@example.com', name: 'Kim', reach: null },
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
export function roomWithCustomer(now = 1_000_000): { room: Records; conversationId: string; incidentId: string } {
  const room = new Records()
  const declare = declaring({ policy: { leaseMs: 60_000, claimsPerPerson: 3 } })
  room.give(declare, cora, now)
  for (const person of [ada, bert, lena]) {
    room.give({ id: nextId('join'), type: 'incident/join', incidentId: declare.id }, person, now)
  }
  const arrival = arrivalOf()
  room.give(arriving(arrival), muster, now)
  return { room, conversationId: messageIdOf('mail', arrival.externalId), incidentId: declare.id }
}

export function conversationIn(room: Records, id: string): Conversation {
  const conversation = room.get<Conversation>(`conversation/${id}`)
  if (conversation === null) throw new Error(`no conversation ${id}`)
  return conversation
}
