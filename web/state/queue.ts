import type { Conversation, Human } from '@muster/shared/conversation.ts'
import { shownAddress } from '@muster/shared/customer.ts'
import { isAt } from './holding.ts'

export const shows = ['waiting', 'unseen', 'urgent', 'mine', 'all', 'answered'] as const
export type Show = (typeof shows)[number]

export const orders = ['waiting', 'distress', 'reach', 'newest'] as const
export type Order = (typeof orders)[number]

/** What of the queue is shown, and in which order; already in terms of this incident, this person and this time. */
export type Sieve = {
  show: Show
  order: Order
  /** Any of these; none means all. */
  topics: ReadonlySet<string>
  channels: ReadonlySet<string>
  search: string
  /** Those alone that wrote nearly the same; null means all. */
  alike: string | null
  personId: string
  /** Who waits since before then waits long, ms. */
  longSince: number
}

/** From here on it is said how badly a customer fares. */
const badly = 2

export function passes(conversation: Conversation, sieve: Sieve): boolean {
  const { topics, channels, alike } = sieve
  if (alike !== null && conversation.alike !== alike) return false
  if (!isShown(conversation, sieve)) return false
  if (topics.size > 0 && !conversation.topics.some(id => topics.has(id))) return false
  return channels.size === 0 || channels.has(conversation.human.channelId)
}

function isShown(conversation: Conversation, { show, personId, longSince }: Sieve): boolean {
  const { waitingSince } = conversation
  if (show === 'all') return true
  if (show === 'mine') return isAt(conversation, personId)
  if (show === 'answered') return waitingSince === null
  if (show === 'unseen') return isUnseen(conversation)
  return waitingSince !== null && (show === 'waiting' || waitingSince < longSince || faresBadly(conversation))
}

/** Whether nobody has looked at anything of what waits here. */
export function isUnseen({ waitingSince, lookedThrough, answeredThrough }: Conversation): boolean {
  return waitingSince !== null && lookedThrough <= answeredThrough
}

export function faresBadly({ waitingSince, distress }: Conversation): boolean {
  return waitingSince !== null && distress >= badly
}

const calls = (human: Human) => [human.name, shownAddress(human)]

const searchable = new WeakMap<Conversation, string>()

export function matches(conversation: Conversation, words: readonly string[]): boolean {
  if (words.length === 0) return true
  let text = searchable.get(conversation)
  if (text === undefined) {
    const { humans, subject, preview, claim } = conversation
    text = [...humans.flatMap(calls), subject, preview, claim?.holder.name].join('\n').toLowerCase()
    searchable.set(conversation, text)
  }
  return words.every(word => text.includes(word))
}

export function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean)
}

type Compare = (one: Conversation, other: Conversation) => number

/** What is free comes before what is held, and both before what is answered; only the newest stand by their time alone. */
export const comparing: Record<Order, Compare> = {
  waiting: (one, other) => byRank(one, other) || byWaiting(one, other),
  distress: (one, other) => byRank(one, other) || other.distress - one.distress || byWaiting(one, other),
  reach: (one, other) => byRank(one, other) || reachOf(other) - reachOf(one) || byWaiting(one, other),
  newest: (one, other) => other.lastMessageAt - one.lastMessageAt || byId(one, other),
}

function byRank(one: Conversation, other: Conversation): number {
  return rank(one) - rank(other)
}

function rank({ waitingSince, claim }: Conversation): number {
  if (waitingSince === null) return 2
  return claim === null ? 0 : 1
}

/** The longest waiting first; of those who wait no more, the newest. */
function byWaiting(one: Conversation, other: Conversation): number {
  const times =
    one.waitingSince !== null && other.waitingSince !== null
      ? one.waitingSince - other.waitingSince
      : other.lastMessageAt - one.lastMessageAt
  return times || byId(one, other)
}

function reachOf({ human }: Conversation): number {
  return human.reach ?? 0
}

function byId(one: Conversation, other: Conversation): number {
  return one.id < other.id ? -1 : 1
}
