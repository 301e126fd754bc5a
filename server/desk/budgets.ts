import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { laneOf } from '@muster/shared/weather.ts'
import type { Channel, SendLimit, Sent } from '../channels/channel.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { type Hear, laneOfPool, type Purse, type Spend, type Spent } from '../domain/pool.ts'
import type { Desk } from './desk.ts'

/** What a commander set of how much may leave by a channel. */
export type Restraint = Pick<ChannelRecord, 'pace' | 'costCap'>

/** What was let through for a reply by this store's time is let through for so long: asking again in that time spends once. */
const slotMs = 30_000

/** What one reply spends: its network's limits, and its commander's as one more. */
export function purseOf(
  channel: Channel,
  { pace, costCap }: Restraint,
  { text, visibility }: { text: string; visibility: Visibility },
): Purse {
  const { limits, price, words } = channel.spending(text, visibility)
  const own: SendLimit[] = pace ? [{ pool: `pace:${channel.id}`, ...pace, points: 1 }] : []
  const lane = laneOf(channel.id, visibility)
  const all = [...limits, ...own]
  return { channelId: channel.id, lane, words: words ?? laneOfPool(lane), limits: all, price, cap: costCap ?? null }
}

/** What is sent: a reply or an acknowledgement, at which of its tries. */
type Try = { id: string; attempts: number }

/** A reply for which is asked at `now`. */
type Asking = { incidentId: string; reply: Reply; now: number }

/** Asks the company's room to let one reply through. Null where the store did not answer: then it is asked again. */
export function spendFor(desk: Desk, way: Asking, purse: Purse): Promise<Spent | null> {
  return spend(desk, { id: `@spend${spendOf(way)}`, type: 'budget/spend', ...purse })
}

/** The same for whoever asks for the same try in the same time. */
function spendOf({ incidentId, reply, now }: Asking): string {
  return `-${incidentId}-${reply.id}-${reply.attempts}-${Math.floor(now / slotMs)}`
}

/** Asks to let through what is no reply, while so many replies are owed: only from what they do not need. */
export function spendSpare(desk: Desk, purse: Purse, owed: number): Promise<Spent | null> {
  return spend(desk, { id: crypto.randomUUID(), type: 'budget/spend', ...purse, owed })
}

async function spend(desk: Desk, command: Spend): Promise<Spent | null> {
  const outcome = await desk.handle(company.room, command, muster)
  return outcome.type === 'done' ? (outcome.answer as Spent) : null
}

type Heard = { about: Try; purse: Purse; spent: Extract<Spent, { granted: true }>; sent: Sent }

/** Tells the company's room what the network's answer means for the next sends, where it means anything. */
export async function hear(desk: Desk, incidentId: string, { about, purse, spent, sent }: Heard): Promise<void> {
  const { channelId, words, price } = purse
  const told = sent.type === 'unknown' ? null : (sent.told ?? null)
  const took = sent.type === 'sent'
  const limited = sent.type === 'refused' && sent.again && sent.limited === true
  const refund = sent.type === 'refused' ? price : 0
  if (told === null && !limited && refund === 0 && !spent.listens) return
  const command: Hear = {
    id: `@hear-${incidentId}-${about.id}-${about.attempts}`,
    type: 'budget/hear',
    channelId,
    words,
    others: 'accountWide' in sent && sent.accountWide === true ? otherWordsOf(purse) : [],
    grant: spent.grant,
    took,
    told,
    refund,
    ...(limited && { closedForMs: sent.afterMs }),
  }
  await desk.handle(company.room, command, muster)
}

/** What was let through was not sent after all: it costs nothing, and nobody waits for its network's answer. It counts once, whoever says so. */
export async function giveBackSpent(
  desk: Desk,
  way: Asking,
  { channelId, words, price }: Purse,
  { grant, listens }: Extract<Spent, { granted: true }>,
): Promise<void> {
  if (!listens && price === 0) return
  const nothing = { others: [], took: false, told: null }
  const id = `@back${spendOf(way)}`
  const command: Hear = { id, type: 'budget/hear', channelId, words, grant, ...nothing, refund: price }
  await desk.handle(company.room, command, muster)
}

/** Where else the words are kept of the account by which this leaves. */
function otherWordsOf({ channelId, words }: Purse): string[] {
  const ofLanes = (['public', 'direct'] as const).map(visibility => laneOfPool(laneOf(channelId, visibility)))
  return ofLanes.filter(pool => pool !== words)
}
