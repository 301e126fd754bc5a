import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Conversation, Human, Message } from '@muster/shared/conversation.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { isSame } from './address.ts'
import { letGo, lives } from './claim.ts'
import { type Context, change, type Decision, mostListed, type PutRecord, refuse, type View } from './decision.ts'
import { fingerprint } from './fingerprint.ts'
import { blank } from './home.ts'
import { addressKey, identityKey, type Known, type Moved } from './human.ts'
import { named, openIncident } from './incident.ts'
import { keyOf } from './indexes.ts'
import { lastOf, repliesOf } from './merge.ts'
import { numbered, type Order, putMessages, putReplies, renumbered } from './numbering.ts'
import { replyOnItsWay } from './refusals.ts'
import { messagesOf, standing } from './standing.ts'
import { topicsWith } from './topics.ts'

type Part = Extract<IncidentCommand, { type: 'conversation/part' }>

/** What one address wrote becomes a conversation of its own again, and stays one: whoever parts them knows better than proof. */
export function part(command: Part, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const found = partedIn(command, view, context)
  if ('refusal' in found) return refuse(found.refusal)
  const { former, human, before, replies, ours, theirs } = found
  const id = newId(theirs, command.id, view)
  const orders = [orderOf(ours, former, former.id), orderOf(theirs, former, id)] as const
  const after = replies.map(reply => renumbered(reply, before, isSame(reply.to, human) ? orders[1] : orders[0]))
  const went = after.filter(({ conversationId }) => conversationId === id)
  const conversation = remaining(
    former,
    human,
    orders[0],
    after.filter(reply => !went.includes(reply)),
    context,
  )
  const moved = view.get<Moved>(keyOf.moved(id))
  const topics = theirs.reduce<string[]>((known, message) => topicsWith(known, message, incident.topics), [])
  const fresh = { ...blank(id, human, null), topics, language: former.language, fence: moved?.fence ?? 0 }
  const other = shaped(fresh, orders[1], went)
  const told = { type: 'conversation/parted', conversation, other, replyIds: went.map(reply => reply.id) } as const
  return change(
    [
      { key: keyOf.conversation(conversation.id), value: conversation },
      { key: keyOf.conversation(other.id), value: other },
      ...(moved === null ? [] : [{ key: keyOf.moved(id), value: null }]),
      ...putMessages([...orders[0].messages, ...orders[1].messages], before, view),
      ...putReplies(after, replies, view),
      ...knownPut(conversation, human, id, view),
      ...(conversation.claim === null ? letGo(former, view) : []),
    ],
    [{ ...told, at: context.now, by: named(context.actor) }],
    { conversation, other },
  )
}

type Found = {
  former: Conversation
  human: Human
  before: readonly Message[]
  replies: readonly Reply[]
  ours: readonly Message[]
  theirs: readonly Message[]
}

function partedIn(command: Part, view: View, context: Context): Found | { refusal: Refusal } {
  const former = view.get<Conversation>(keyOf.conversation(command.conversationId))
  const human = former?.humans.find(each => isSame(each, command))
  if (former === null || human === undefined) return { refusal: notFound('address') }
  const refusal = reasonAgainst(former, context)
  if (refusal !== null) return { refusal }
  const before = messagesOf(former, view)
  const replies = repliesOf(former.id, view)
  if (replies.length >= mostListed) return { refusal: tooLong }
  const theirs = before.filter(({ from }) => isSame(from, human))
  const ours = before.filter(({ from }) => !isSame(from, human))
  if (theirs.length === 0 || ours.length === 0) return { refusal: alone }
  return { former, human, before, replies, ours, theirs }
}

const alone = conflict('part-alone', {})
const tooLong = conflict('part-too-long', { number: mostListed })

function reasonAgainst({ claim, humans, messages }: Conversation, { actor, now }: Context): Refusal | null {
  if (claim !== null && claim.replyId !== null) return replyOnItsWay
  if (lives(claim, now) && claim.holder.id !== actor.id) {
    return conflict('part-held', { name: claim.holder.name })
  }
  if (messages > mostListed) return tooLong
  return humans.length > 1 ? null : alone
}

/** Its first message's, as of any other conversation, unless the one it leaves has that. */
function newId(theirs: readonly Message[], commandId: string, view: View): string {
  const first = theirs[0]?.id ?? commandId
  if (view.get(keyOf.conversation(first)) === null) return first
  const id = fingerprint('parted', commandId)
  if (view.get(keyOf.conversation(id)) !== null) throw new Error(`${commandId} has parted something else`)
  return id
}

function orderOf(messages: readonly Message[], { answeredThrough }: Conversation, conversationId: string): Order {
  const answered = messages.filter(({ number }) => number <= answeredThrough).length
  return { conversationId, messages: numbered(messages, conversationId), answeredThrough: answered }
}

function remaining(
  former: Conversation,
  gone: Human,
  order: Order,
  replies: readonly Reply[],
  { now }: Context,
): Conversation {
  const humans = former.humans.filter(human => !isSame(human, gone))
  const { replyTo } = former
  const stays = order.messages.some(({ id }) => id === replyTo?.messageId)
  const left = {
    ...former,
    humans,
    human: humans.find(human => isSame(human, former.human)) ?? humans.at(-1) ?? former.human,
    replyTo: stays ? replyTo : null,
    closed: null,
    claim: lives(former.claim, now) ? former.claim : null,
  }
  return shaped(left, order, replies)
}

/** Whoever parts them has both on their screen. */
function shaped(base: Conversation, { messages, answeredThrough }: Order, replies: readonly Reply[]): Conversation {
  const most = messages.length
  return {
    ...standing({ ...base, messages: most, answeredThrough, lookedThrough: most, unseenAlarmAt: null }, messages),
    openedAt: Math.min(...messages.map(({ arrivedAt }) => arrivedAt)),
    replies: replies.filter(({ state }) => state === 'sent').length,
    lastReplyId: lastOf(replies),
  }
}

/** Proof leads to whoever of the two still has it. */
function knownPut({ id, humans }: Conversation, gone: Human, newId: string, view: View): PutRecord[] {
  const address = addressKey(gone)
  const known = view.get<Known>(address)
  const put: PutRecord[] = [{ key: address, value: { ...known, conversationId: newId, apart: true } satisfies Known }]
  const { identity } = gone
  if (identity === null || humans.some(human => human.identity === identity)) return put
  const proof = identityKey(identity)
  const proved = view.get<Known>(proof)
  return proved?.conversationId === id ? [...put, { key: proof, value: { conversationId: newId } }] : put
}
