import type { Conversation, Human } from '@muster/shared/conversation.ts'
import { type Address, addressId, isSame } from './address.ts'
import type { View } from './decision.ts'
import { fingerprint } from './fingerprint.ts'
import { keyOf } from './indexes.ts'

/** What is kept under an address, and under who somebody provably is. */
export type Known = {
  /** Where what they write goes; null where nothing of theirs is kept. */
  conversationId: string | null
  /** Somebody parted them from the others: by itself nothing joins them again. */
  apart?: true
  /** When their account went: what they wrote until then is not kept. */
  goneAt?: number
}

/** Somebody has at most so many addresses. */
export const mostHumans = 20

export function addressKey(human: Address): string {
  return keyOf.human(addressId(human))
}

/** No channel's id holds an "@". */
export function identityKey(identity: string): string {
  return keyOf.human(fingerprint('@identity', identity))
}

/** Whoever wrote this is gone, and was when they wrote it. */
export function wentAfter(known: Pick<Known, 'goneAt'> | null, sentAt: number | null): boolean {
  return known?.goneAt !== undefined && sentAt !== null && sentAt <= known.goneAt
}

export function writesAs(from: Address, { humans }: Pick<Conversation, 'humans'>): boolean {
  return humans.some(human => isSame(human, from))
}

/** Somebody as their conversation knows them by now. */
export function knownAs(from: Human, { humans }: Pick<Conversation, 'humans'>): Human {
  return humans.find(human => isSame(human, from)) ?? from
}

/** With one more who is the same human, or with what a newer message tells of one who is among them. */
export function withHuman(humans: readonly Human[], human: Human): Human[] {
  const former = humans.find(each => isSame(each, human))
  if (former === undefined) return [...humans, human]
  // A sight that says nothing of it changes nothing.
  const { reach, identity } = former
  const now = { ...human, reach: human.reach ?? reach, identity: human.identity ?? identity }
  return humans.map(each => (each === former ? now : each))
}

/** Where a conversation went that is no more; `fence`: how far its claims had got. */
export type Moved = { to: string; fence: number }

/** The conversation that something led to, or the one it went to: who proves several things has several leads. */
export function placeOf(conversationId: string, view: View): string {
  if (view.get(keyOf.conversation(conversationId)) !== null) return conversationId
  const moved = view.get<Moved>(keyOf.moved(conversationId))
  if (moved === null) throw new Error(`conversation ${conversationId} is referred to but not there`)
  return placeOf(moved.to, view)
}

export function existing(conversationId: string, view: View): Conversation {
  const conversation = view.get<Conversation>(keyOf.conversation(conversationId))
  if (conversation === null) throw new Error(`conversation ${conversationId} is referred to but not there`)
  return conversation
}
