import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Conversation, Human } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { lives } from './claim.ts'
import {
  type Change,
  type Context,
  change,
  type Decision,
  mostListed,
  muster,
  type PutRecord,
  refuse,
  type View,
} from './decision.ts'
import { calm, worse } from './distress.ts'
import type { Home } from './home.ts'
import { addressKey, existing, identityKey, type Known, type Moved, mostHumans, withHuman } from './human.ts'
import { openIncident } from './incident.ts'
import { keyOf, lists } from './indexes.ts'
import { claimIn, draftIn, questionIn } from './merged-work.ts'
import { lookedIn, numbered, type Order, putMessages, putReplies, renumbered } from './numbering.ts'
import { replyOnItsWay } from './refusals.ts'
import { messagesOf, standing } from './standing.ts'

type Merge = Extract<IncidentCommand, { type: 'conversation/merge' }>

/** By whoever says that both are one human: nobody else may hold either. */
export function merge(command: Merge, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const { conversationId, otherId } = command
  if (conversationId === otherId) return refuse(conflict('merge-itself', {}, 'otherId'))
  const [into, other] = [conversationId, otherId].map(id => view.get<Conversation>(keyOf.conversation(id)))
  if (!into || !other) return refuse(notFound('conversation'))
  const foreign = [into, other].find(({ claim }) => lives(claim, context.now) && claim.holder.id !== context.actor.id)
  if (foreign?.claim) return refuse(conflict('merge-held', { name: foreign.claim.holder.name }))
  const joined = join(into, other, view, context)
  return 'refusal' in joined ? refuse(joined.refusal) : joined
}

/**
 * Two conversations of who is provably one human, by Muster itself: into the one somebody holds, else into the older. Where
 * that cannot be just now the next message goes on where it would have gone.
 */
export function joinProved(mine: string, theirs: string, view: View, context: Context): Omit<Home, 'own'> {
  const both = [existing(mine, view), existing(theirs, view)].toSorted((one, other) => one.openedAt - other.openedAt)
  const held = both.filter(({ claim }) => lives(claim, context.now))
  const [into, other] = (held.length === 1 && held[0] === both[1] ? both.toReversed() : both) as [
    Conversation,
    Conversation,
  ]
  const holders = new Set(held.map(({ claim }) => claim?.holder.id))
  const joined = holders.size > 1 ? null : join(into, other, view, { ...context, actor: muster })
  if (joined === null || 'refusal' in joined) return { conversation: existing(mine, view), put: [], tell: [] }
  view.lay(joined.put)
  return { conversation: existing(into.id, view), put: joined.put, tell: joined.tell as Told[] }
}

function join(into: Conversation, other: Conversation, view: View, context: Context): Change | { refusal: Refusal } {
  const refusal = reasonAgainst(into, other)
  if (refusal !== null) return { refusal }
  const before = [into, other].flatMap(conversation => messagesOf(conversation, view))
  const replies = [into, other].flatMap(({ id }) => repliesOf(id, view))
  if (replies.length >= mostListed) return { refusal: tooMany }
  const order = orderOf(into, other, view)
  const { claim, put: claims } = claimIn(into, other, view, context.now)
  const draft = draftIn(into, other, claim, view)
  if ('refusal' in draft) return draft
  const work = { claim, fence: claim?.fence ?? into.fence, question: questionIn(into, other) }
  const now = [into, other].flatMap(conversation => renumberedOf(conversation, order, view))
  const conversation = { ...together(into, other, order, now, view), ...work }
  const moved = keyOf.moved(other.id)
  view.get(moved)
  return change(
    [
      { key: keyOf.conversation(into.id), value: conversation },
      { key: keyOf.conversation(other.id), value: null },
      { key: moved, value: { to: into.id, fence: other.fence } satisfies Moved },
      ...putMessages(order.messages, before, view),
      ...putReplies(now, replies, view),
      ...knownPut([...into.humans, ...other.humans], into.id, view),
      ...claims,
      ...draft.put,
    ],
    [{ type: 'conversation/merged', at: context.now, by: byOf(context), conversation, goneId: other.id }],
    { conversation },
  )
}

const tooMany = conflict('merge-too-long', { number: mostListed })

function reasonAgainst(into: Conversation, other: Conversation): Refusal | null {
  if ([into, other].some(({ claim }) => claim !== null && claim.replyId !== null)) return replyOnItsWay
  if (into.messages + other.messages > mostListed) return tooMany
  return into.humans.length + other.humans.length > mostHumans ? tooMany : null
}

function byOf({ actor: { id, name } }: Context): Told['by'] {
  return id === muster.id ? null : { id, name }
}

export function repliesOf(conversationId: string, view: View): Reply[] {
  const keys = view.list(lists.repliesOf(conversationId))
  view.need(keys)
  return keys.flatMap(key => view.peek<Reply>(key) ?? [])
}

/** What was answered stands first, each conversation's in one piece, so that a reply still answers messages in a row. */
function orderOf(into: Conversation, other: Conversation, view: View): Order {
  const both = [into, other].toSorted((one, another) => one.openedAt - another.openedAt)
  const answered = both.flatMap(each => messagesOf(each, view).filter(({ number }) => number <= each.answeredThrough))
  const waiting = both.flatMap(each => messagesOf(each, view).filter(({ number }) => number > each.answeredThrough))
  const messages = [...answered, ...waiting.toSorted((one, another) => one.arrivedAt - another.arrivedAt)]
  return { conversationId: into.id, messages: numbered(messages, into.id), answeredThrough: answered.length }
}

function renumberedOf(conversation: Conversation, order: Order, view: View): Reply[] {
  const before = messagesOf(conversation, view)
  return repliesOf(conversation.id, view).map(reply => renumbered(reply, before, order))
}

function together(
  into: Conversation,
  other: Conversation,
  order: Order,
  replies: readonly Reply[],
  view: View,
): Conversation {
  const both = [into, other]
  const looked = both.flatMap(each => messagesOf(each, view).filter(({ number }) => number <= each.lookedThrough))
  const seen = new Set(looked.map(({ id }) => id))
  const humans = both.toSorted((one, another) => one.openedAt - another.openedAt).flatMap(each => each.humans)
  const { answeredThrough, messages } = order
  const lookedThrough = lookedIn(order, seen)
  const rest = restOf(into, other)
  const now = standing(
    {
      ...into,
      ...rest,
      humans: humans.reduce(withHuman, []),
      messages: messages.length,
      answeredThrough,
      lookedThrough,
    },
    messages,
  )
  const alarmAt = into.unseenAlarmAt ?? other.unseenAlarmAt
  return {
    ...now,
    unseenAlarmAt: lookedThrough <= answeredThrough && now.waitingSince !== null ? alarmAt : null,
    // They fare no better for it.
    ...(now.waitingSince === null ? calm : both.reduce(worse, now)),
    lastReplyId: lastOf(replies),
  }
}

function restOf(into: Conversation, other: Conversation) {
  const newer = into.lastMessageAt >= other.lastMessageAt ? into : other
  return {
    // Where nothing waits in either, the newer one's place is the place.
    human: newer.human,
    replyTo: newer.replyTo,
    closed: newer.closed,
    openedAt: Math.min(into.openedAt, other.openedAt),
    replies: into.replies + other.replies,
    topics: [...new Set([...into.topics, ...other.topics])].slice(0, 20),
    language: newer.language ?? into.language ?? other.language,
  }
}

export function lastOf(replies: readonly Reply[]): string | null {
  const sent = replies.flatMap(reply => (reply.state === 'sent' ? reply : []))
  return sent.toSorted((one, other) => one.sentAt - other.sentAt).at(-1)?.id ?? null
}

/** From now on what they write goes there, by whichever address and proof. */
function knownPut(humans: readonly Human[], conversationId: string, view: View): PutRecord[] {
  const proofs = humans.flatMap(({ identity }) => (identity === null ? [] : identityKey(identity)))
  const keys = [...new Set([...humans.map(addressKey), ...proofs])]
  view.need(keys)
  return keys.map(key => {
    const { goneAt } = view.get<Known>(key) ?? {}
    return { key, value: { conversationId, ...(goneAt !== undefined && { goneAt }) } satisfies Known }
  })
}
