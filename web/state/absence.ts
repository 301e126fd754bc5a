import type { Conversation } from '@muster/shared/conversation.ts'
import { nameOf } from '@muster/shared/customer.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { Why } from './gate-words.ts'

/** What of a room concerns somebody who goes away. */
type Seen = {
  facts: Facts
  conversations: ReadonlyMap<string, Conversation>
  replies: ReadonlyMap<string, ReplyMark>
}

type Concerned = { conversationId: string; customer: string }
type Mine = Concerned & { fence: number; until: number; owed: boolean }

/** The room as somebody left it: small enough to be taken again and again. */
export type Parting = {
  facts: Facts
  held: readonly Mine[]
  replies: ReadonlyMap<string, Concerned & { state: ReplyMark['state'] }>
  asked: readonly (Concerned & { at: number })[]
  messages: number
  answers: number
}

export type Happening =
  | (Concerned & { type: 'lapsed' })
  | (Concerned & { type: 'settled' })
  | (Concerned & { type: 'taken'; holder: string })
  | (Concerned & { type: 'given' })
  | (Concerned & { type: 'withdrawn' })
  | (Concerned & { type: 'sent' })
  | (Concerned & { type: 'uncertain' })
  | (Concerned & Why & { type: 'came-back' })
  | (Concerned & { type: 'answered'; by: string; answer: string })

export type Absence = {
  happenings: readonly Happening[]
  /** The facts before and now; null when they are what they were. */
  facts: { before: Facts; after: Facts } | null
  came: number
  answered: number
}

export function partingFrom({ facts, conversations, replies }: Seen, personId: string): Parting {
  const held: Mine[] = []
  const asked: (Concerned & { at: number })[] = []
  let messages = 0
  let answers = 0
  for (const conversation of conversations.values()) {
    const { claim, question } = conversation
    messages += conversation.messages
    answers += conversation.replies
    if (claim?.holder.id === personId)
      held.push({
        ...concerning(conversation),
        fence: claim.fence,
        until: claim.until,
        owed: conversation.waitingSince !== null,
      })
    if (question?.by.id === personId && question.answer === null)
      asked.push({ ...concerning(conversation), at: question.at })
  }
  const mine = [...replies.values()].filter(({ writer }) => writer.id === personId)
  return {
    facts,
    held,
    replies: new Map(
      mine.map(({ id, conversationId, state }) => [id, { ...named(conversationId, conversations), state }]),
    ),
    asked,
    messages,
    answers,
  }
}

/**
 * What became of it meanwhile: from how things were and how they are alone. So it is the same whether the log told it
 * piece by piece or a snapshot replaced it, which holds no reply that was sent.
 */
export function absence(before: Parting, now: Seen, personId: string, at: number): Absence {
  const after = partingFrom(now, personId)
  const { facts } = now
  return {
    happenings: [
      ...repliesOf(before, after, now),
      ...claimsOf(before, after, now, at),
      ...withdrawnOf(before, after, now),
      ...questionsOf(before, now),
    ],
    facts: before.facts.epoch === facts.epoch ? null : { before: before.facts, after: facts },
    came: Math.max(0, after.messages - before.messages),
    answered: Math.max(0, after.answers - before.answers),
  }
}

export function nothingHappened({ happenings, facts, came, answered }: Absence): boolean {
  return happenings.length === 0 && facts === null && came === 0 && answered === 0
}

function repliesOf(before: Parting, after: Parting, now: Seen): Happening[] {
  const left = [...before.replies].flatMap(([id, { state, ...concerned }]): Happening[] => {
    const mark = now.replies.get(id)
    if (mark?.state === state || state === 'sent') return []
    return mark === undefined || mark.state === 'sent' ? [{ type: 'sent', ...concerned }] : fateOf(mark, concerned)
  })
  const since = [...after.replies].filter(([id]) => !before.replies.has(id))
  const others = since.flatMap(([id, { state: _, ...concerned }]) => {
    const mark = now.replies.get(id)
    return mark === undefined ? [] : fateOf(mark, concerned)
  })
  return [...left, ...others]
}

function fateOf({ state, reason, setbacks, reasons }: ReplyMark, concerned: Concerned): Happening[] {
  if (state === 'held' || state === 'failed') return [{ type: 'came-back', reason, setbacks, reasons, ...concerned }]
  return state === 'uncertain' ? [{ type: 'uncertain', ...concerned }] : []
}

function claimsOf(before: Parting, after: Parting, now: Seen, at: number): Happening[] {
  // What was merged is told by the conversation it is in now.
  const left = before.held.filter(({ conversationId }) => now.conversations.has(conversationId))
  const gone = left.flatMap(({ conversationId, customer, fence }): Happening[] => {
    const claim = now.conversations.get(conversationId)?.claim ?? null
    const concerned = { conversationId, customer }
    if (claim !== null && claim.fence !== fence && lasts(claim, at)) {
      const own = after.held.some(held => held.conversationId === conversationId)
      return own ? [] : [{ type: 'taken', holder: claim.holder.name, ...concerned }]
    }
    if (claim !== null && lasts(claim, at)) return []
    if (leftWithReply(before, after, conversationId)) return []
    const owed = now.conversations.get(conversationId)?.waitingSince !== null
    return [{ type: owed ? 'lapsed' : 'settled', ...concerned }]
  })
  const given = after.held.filter(
    ({ conversationId, until }) => until > at && before.held.every(held => held.conversationId !== conversationId),
  )
  return [
    ...gone,
    ...given.map(({ conversationId, customer }) => ({ type: 'given', conversationId, customer }) as const),
  ]
}

/** It is theirs still, and nobody waits there any more: what they were answering was taken back. */
function withdrawnOf({ held }: Parting, after: Parting, { conversations }: Seen): Happening[] {
  const still = held.filter(({ conversationId, owed }) => {
    const kept = after.held.find(one => one.conversationId === conversationId)
    const claim = conversations.get(conversationId)?.claim ?? null
    return owed && kept?.owed === false && claim?.replyId === null
  })
  return still.map(({ conversationId, customer }) => ({ type: 'withdrawn', conversationId, customer }))
}

/** A claim that ended because its reply was sent is told as that reply. */
function leftWithReply(before: Parting, after: Parting, conversationId: string): boolean {
  return [...before.replies].some(
    ([id, { state, ...reply }]) =>
      state !== 'sent' &&
      reply.conversationId === conversationId &&
      (after.replies.get(id)?.state ?? 'sent') === 'sent',
  )
}

function questionsOf({ asked }: Parting, { conversations }: Seen): Happening[] {
  return asked.flatMap(({ at, ...concerned }): Happening[] => {
    const question = conversations.get(concerned.conversationId)?.question
    if (!question?.answer || question.at !== at) return []
    return [{ type: 'answered', by: question.answer.by.name, answer: question.answer.text, ...concerned }]
  })
}

function lasts({ replyId, until }: { replyId: string | null; until: number }, at: number): boolean {
  return replyId !== null || until > at
}

function named(conversationId: string, conversations: ReadonlyMap<string, Conversation>): Concerned {
  const conversation = conversations.get(conversationId)
  return conversation ? concerning(conversation) : { conversationId, customer: '' }
}

function concerning({ id, human }: Conversation): Concerned {
  return { conversationId: id, customer: nameOf(human) }
}
