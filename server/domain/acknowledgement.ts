import type { ChannelSettings } from '@muster/shared/channel.ts'
import type { Message } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Arrival } from '../channels/channel.ts'
import { type Context, change, type Decision, type PutRecord, type View } from './decision.ts'
import { fingerprint } from './fingerprint.ts'
import { existing, placeOf } from './human.ts'
import { keyOf } from './indexes.ts'

/**
 * That somebody's first mail came, said to them once in an incident. Once it is `taken` it may have left, so a worker that
 * dies then leaves it unsent: none is better than two.
 */
export type Acknowledgement = {
  id: string
  conversationId: string
  channelId: string
  to: { address: string; name: string }
  /** The mail that is acknowledged, as its channel knows it. */
  externalId: string
  state: 'due' | 'taken' | 'over'
  /** When it may leave, ms since 1970. */
  at: number
  tries: number
}

const hourMs = 3_600_000
const usualPerHour = 200
/** They leave by the account by which replies leave, which must not run dry for them. */
const shareOfDay = 0.01
const mostTries = 3

/** How many acknowledgements a channel sends in an hour; 0 where it sends none. */
export function acknowledgementsPerHour(settings: ChannelSettings | undefined): number {
  if (settings?.kind !== 'mail' || !settings.acknowledgement) return 0
  return settings.dailyLimit ? Math.max(1, Math.floor(settings.dailyLimit * shareOfDay)) : usualPerHour
}

/** What is due to whoever wrote, where this is the first of them that may be answered by a machine. */
export function acknowledged(
  arrival: Arrival,
  message: Message,
  perHour: number,
  view: View,
  { now }: Context,
): PutRecord[] {
  const { identity } = message.from
  if (perHour === 0 || arrival.acknowledgeable !== true || identity === null) return []
  const id = `ack-${fingerprint('acknowledgement', identity).slice(0, 40)}`
  const [key, counted] = [keyOf.acknowledgement(id), keyOf.acknowledged(message.channelId)]
  view.need([key, counted])
  if (view.get(key) !== null) return []
  const hour = Math.floor(now / hourMs)
  const former = view.get<{ hour: number; count: number }>(counted)
  const count = former?.hour === hour ? former.count : 0
  if (count >= perHour) return []
  const { channelId, conversationId, externalId, from } = message
  const to = { address: from.address, name: from.name }
  const due: Acknowledgement = { id, conversationId, channelId, to, externalId, state: 'due', at: now, tries: 0 }
  return [
    { key, value: due },
    { key: counted, value: { hour, count: count + 1 } },
  ]
}

export type TakeAcknowledgement = { id: string; type: 'acknowledgement/take'; acknowledgementId: string }

/** Gives it to one worker, once; nobody gets it where a person answers or has answered meanwhile, or the incident is over. */
export function takeAcknowledgement(command: TakeAcknowledgement, view: View, { now }: Context): Decision {
  const key = keyOf.acknowledgement(command.acknowledgementId)
  const due = view.get<Acknowledgement>(key)
  if (due?.state !== 'due' || due.at > now) return { type: 'unchanged', answer: { taken: null } }
  const { replies, waitingSince, claim } = existing(placeOf(due.conversationId, view), view)
  const isOwed = replies === 0 && waitingSince !== null && (claim?.replyId ?? null) === null
  const isWanted = isOwed && view.peek<Incident>(keyOf.incident)?.state === 'open'
  const next: Acknowledgement = { ...due, state: isWanted ? 'taken' : 'over', tries: due.tries + 1 }
  return change([{ key, value: next }], [], { taken: isWanted ? next : null })
}

export type EndAcknowledgement = {
  id: string
  type: 'acknowledgement/end'
  acknowledgementId: string
  /** It surely did not leave, and may after so long; null where it is over, whatever became of it. */
  againAfterMs: number | null
}

export function endAcknowledgement(
  { acknowledgementId, againAfterMs }: EndAcknowledgement,
  view: View,
  { now }: Context,
): Decision {
  const key = keyOf.acknowledgement(acknowledgementId)
  const taken = view.get<Acknowledgement>(key)
  if (taken?.state !== 'taken') return { type: 'unchanged', answer: {} }
  const isOver = againAfterMs === null || taken.tries >= mostTries
  const next: Acknowledgement = isOver
    ? { ...taken, state: 'over' }
    : { ...taken, state: 'due', at: now + againAfterMs }
  return change([{ key, value: next }], [])
}
