import type { Conversation, Human } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Arrival } from '../channels/channel.ts'
import type { Context, PutRecord, View } from './decision.ts'
import { calm } from './distress.ts'
import { addressKey, existing, identityKey, type Known, mostHumans, placeOf, wentAfter } from './human.ts'
import { keyOf } from './indexes.ts'
import { joinProved } from './merge.ts'

/**
 * The conversation that takes a message, before it does. `own`: whoever wrote is the human it is of. `put` and `tell` are
 * what finding it changed.
 */
export type Home = { conversation: Conversation; own: boolean; put: PutRecord[]; tell: readonly Told[] }

/**
 * By the reply it answers, else by who wrote: their address, or who they provably are. Where the two lead to different
 * conversations, as one was known before the other, they become one. A new one where neither is known.
 */
export function homeOf(
  human: Human,
  { answersReply, sentAt, subject }: Arrival,
  messageId: string,
  view: View,
  context: Context,
): Home | 'gone' {
  const answered = answersReply === null ? null : view.get<Reply>(keyOf.reply(answersReply))
  const leads = leadsOf(human, view)
  if (wentAfter(leads.known, sentAt)) return 'gone'
  if (answered !== null) return at(existing(answered.conversationId, view), false)
  const { mine, theirs } = leads
  if (mine !== null && theirs !== null) {
    return mine === theirs ? at(existing(mine, view)) : { ...joinProved(mine, theirs, view, context), own: true }
  }
  const conversation = former(leads, view) ?? blank(messageId, human, subject)
  if (conversation.messages === 0) view.get(keyOf.conversation(messageId))
  return at(conversation, true, linked(leads, conversation.id))
}

/** What leads from an address, and from who provably writes by it. */
type Leads = {
  address: string
  known: Known | null
  mine: string | null
  /** Null also where somebody parted this address from the others. */
  proof: string | null
  theirs: string | null
}

/** What is looked at to find a message's home: read in one go, where many come at once. */
export function keysToHome(human: Human, answersReply: string | null): string[] {
  return [
    addressKey(human),
    ...(human.identity === null ? [] : [identityKey(human.identity)]),
    ...(answersReply === null ? [] : [keyOf.reply(answersReply)]),
  ]
}

function leadsOf(human: Human, view: View): Leads {
  const address = addressKey(human)
  const proofs = human.identity === null ? [] : [identityKey(human.identity)]
  const known = view.get<Known>(address)
  const proof = known?.apart ? null : (proofs[0] ?? null)
  const proved = proof === null ? null : view.get<Known>(proof)
  const [mine, theirs] = [known, proved].map(each => (each?.conversationId ? placeOf(each.conversationId, view) : null))
  return { address, known, mine: mine ?? null, proof, theirs: theirs ?? null }
}

function former({ mine, theirs }: Leads, view: View): Conversation | null {
  const id = mine ?? theirs
  const conversation = id === null ? null : existing(id, view)
  // Nobody has that many addresses: whatever proves it, one more of them starts anew.
  return mine === null && conversation !== null && conversation.humans.length >= mostHumans ? null : conversation
}

function linked({ address, known, mine, proof, theirs }: Leads, conversationId: string): PutRecord[] {
  return [
    ...(mine === null ? [{ key: address, value: { ...known, conversationId } }] : []),
    ...(proof === null || theirs !== null ? [] : [{ key: proof, value: { conversationId } }]),
  ]
}

function at(conversation: Conversation, own = true, put: PutRecord[] = []): Home {
  return { conversation, own, put, tell: [] }
}

/** A conversation's id is its first message's. */
export function blank(id: string, human: Human, subject: string | null): Conversation {
  return {
    id,
    human,
    humans: [human],
    replyTo: null,
    closed: null,
    subject,
    preview: '',
    openedAt: 0,
    lastMessageAt: 0,
    waitingSince: null,
    messages: 0,
    answeredThrough: 0,
    replies: 0,
    lookedThrough: 0,
    unseenAlarmAt: null,
    topics: [],
    ...calm,
    question: null,
    language: null,
    alike: null,
    lastReplyId: null,
    fence: 0,
    claim: null,
  }
}
