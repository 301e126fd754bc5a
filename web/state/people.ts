import type { Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import { may, roleIn } from '@muster/shared/permission.ts'
import type { Level } from '@muster/shared/training.ts'

export type Whom = 'here' | 'all' | 'newcomers' | 'paused'
/** `level`: who may least alone first. `near`: who was approved most in a row. `returned`: who was returned most. */
export type Order = 'name' | 'level' | 'near' | 'returned'
export type PeopleSieve = { whom: Whom; team: string; search: string; order?: Order }

type Present = { has: (id: string) => boolean }
export type Holdings = ReadonlyMap<string, readonly Conversation[]>

const collator = new Intl.Collator()
const none: readonly Conversation[] = []

/** The people somebody wants to see; by name it is an order that does not move while they work. */
export function arrangePeople(responders: Iterable<Responder>, present: Present, sieve: PeopleSieve): Responder[] {
  const words = sieve.search.toLowerCase().split(/\s+/).filter(Boolean)
  const found: Responder[] = []
  for (const responder of responders) {
    if (passes(responder, present, sieve) && matches(responder, words)) found.push(responder)
  }
  return found.sort(orders[sieve.order ?? 'name'])
}

type Compare = (one: Responder, other: Responder) => number

const rank: Record<Level, number> = { observer: 0, gated: 1, 'spot-checked': 2, trusted: 3 }

const orders: Record<Order, Compare> = {
  name: byName,
  level: (one, other) => rank[one.level] - rank[other.level] || byName(one, other),
  near: (one, other) => other.record.inARow - one.record.inARow || byName(one, other),
  returned: (one, other) => other.record.returned - one.record.returned || byName(one, other),
}

function passes(responder: Responder, present: Present, { whom, team }: PeopleSieve): boolean {
  if (team !== '' && responder.team !== team) return false
  if (whom === 'here') return present.has(responder.id)
  if (whom === 'newcomers') return isLearning(responder)
  return whom === 'all' || responder.paused
}

function matches({ name, team }: Responder, words: readonly string[]): boolean {
  const text = `${name} ${team}`.toLowerCase()
  return words.every(word => text.includes(word))
}

/** Every reply of theirs is reviewed. */
export function isNew({ level }: Responder): boolean {
  return level === 'gated'
}

/** May answer, and is not trusted yet. */
export function isLearning(responder: Responder): boolean {
  return responder.level !== 'trusted' && may(roleIn(responder), 'reply/submit')
}

/** What each person holds, the longest first. */
export function holdings(conversations: Iterable<Conversation>): Holdings {
  const held = new Map<string, Conversation[]>()
  for (const conversation of conversations) {
    const { claim } = conversation
    if (claim === null) continue
    const others = held.get(claim.holder.id)
    if (others) others.push(conversation)
    else held.set(claim.holder.id, [conversation])
  }
  for (const theirs of held.values()) theirs.sort((one, other) => claimedAt(one) - claimedAt(other))
  return held
}

export function heldBy(held: Holdings, personId: string): readonly Conversation[] {
  return held.get(personId) ?? none
}

/** Newcomers who hold something, the longest at it first. */
export function newcomersAnswering(responders: Iterable<Responder>, held: Holdings): Responder[] {
  const answering: Responder[] = []
  for (const responder of responders) if (isNew(responder) && held.has(responder.id)) answering.push(responder)
  const since = ({ id }: Responder) => claimedAt(heldBy(held, id)[0])
  return answering.sort((one, other) => since(one) - since(other) || byName(one, other))
}

export function teamsOf(responders: Iterable<Responder>): string[] {
  return [...new Set(Array.from(responders, ({ team }) => team))].sort(collator.compare)
}

/** How many of everybody a choice would show, whatever is searched for. */
export function countPeople(responders: Iterable<Responder>, present: Present): Record<Whom, number> {
  const counts = { here: 0, all: 0, newcomers: 0, paused: 0 }
  for (const responder of responders) {
    counts.all += 1
    if (present.has(responder.id)) counts.here += 1
    if (isLearning(responder)) counts.newcomers += 1
    if (responder.paused) counts.paused += 1
  }
  return counts
}

function claimedAt(conversation: Conversation | undefined): number {
  return conversation?.claim?.claimedAt ?? 0
}

function byName(one: Responder, other: Responder): number {
  return collator.compare(one.name, other.name) || (one.id < other.id ? -1 : 1)
}
