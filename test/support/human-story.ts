import type { RoomCommand } from '@muster/server/domain/decide.ts'
import type { Decision } from '@muster/server/domain/decision.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { type Closed, closedFor } from '@muster/shared/closed.ts'
import type { Conversation, Message } from '@muster/shared/conversation.ts'
import fc from 'fast-check'
import { actor, arrivalOf, arriving, cora, declaring, muster, nextId } from './builders.ts'
import { Records } from './records.ts'
import { refusedWith } from './setback.ts'

export const people = Array.from({ length: 3 }, (_, index) => actor(`Person${index}`))
const addresses = [
  { channelId: 'mail', address: 'kim@example.com' },
  { channelId: 'posts', address: '@kim' },
  { channelId: 'mail', address: 'lou@example.com' },
  { channelId: 'more', address: 'kim' },
]
const proofs = [null, null, 'did:kim', 'did:lou']
const visibilities = ['direct', 'public', 'followers'] as const
const closed = closedFor('not-summoned', { network: 'Bluesky' })
const customers = ['write', 'write', 'write', 'edit', 'delete', 'early', 'gone'] as const
const staff = [
  'merge',
  'part',
  'claim',
  'next',
  'save',
  'submit',
  'deliver',
  'fail',
  'shut',
  'bounce',
  'settle',
  'release',
  'clock',
] as const

/** One step: customers write, change and take away, people work, and the clock moves. */
export const step = fc.record({
  do: fc.constantFrom(...customers, ...staff),
  person: fc.nat(2),
  one: fc.nat(7),
  other: fc.nat(7),
  open: fc.boolean(),
})
type Move = typeof step extends fc.Arbitrary<infer S> ? S : never
type Seen = { channelId: string; externalId: string; from: ReturnType<typeof arrivalOf>['from'] }

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items[index % Math.max(1, items.length)]
}

/** An incident in which a few humans write by several addresses, sometimes with proof of who they are. */
export class HumanStory {
  readonly room = new Records()
  readonly seen: Seen[] = []
  /** Words that nobody may read any more, and from which line of the log on. */
  readonly gone = new Map<string, number>()
  now = 1_000_000
  readonly #incidentId: string

  constructor() {
    const declare = declaring({ policy: { leaseMs: 20_000, claimsPerPerson: 3 } })
    this.#incidentId = declare.id
    this.room.give(declare, cora, this.now)
    for (const who of people) this.#give({ type: 'incident/join' }, who)
  }

  get conversations(): Conversation[] {
    return this.room.list('conversations').flatMap(key => this.room.get<Conversation>(key) ?? [])
  }

  act(move: Move): void {
    this.#deeds[move.do](move, pick(this.conversations, move.one))
  }

  readonly #deeds: Record<Move['do'], (move: Move, conversation: Conversation | undefined) => unknown> = {
    write: move => this.#write(move),
    edit: move => this.#edit(move),
    delete: move => this.#delete(move),
    early: () => this.#deleteEarly(),
    gone: move => this.#goes(move),
    merge: (move, conversation) =>
      this.#on(conversation, { type: 'conversation/merge', otherId: pick(this.conversations, move.other)?.id }, move),
    part: (move, conversation) =>
      this.#on(conversation, { type: 'conversation/part', ...pick(conversation?.humans ?? [], move.other) }, move),
    claim: (move, conversation) => this.#on(conversation, { type: 'conversation/claim' }, move),
    next: move => this.#give({ type: 'conversation/take-next', topics: [] }, people[move.person]),
    save: (move, conversation) =>
      this.#on(conversation, { type: 'draft/save', epoch: 1, text: `draft ${move.one}` }, move),
    submit: (move, conversation) =>
      this.#on(conversation, { type: 'reply/submit', epoch: 1, text: 'We are on it.' }, move),
    settle: (move, conversation) =>
      this.#on(conversation, { type: 'conversation/settle', how: 'needless', note: null }, move),
    release: (move, conversation) => this.#on(conversation, { type: 'conversation/release' }, move),
    deliver: (_, conversation) => this.#deliver(conversation, 'sent'),
    fail: (_, conversation) => this.#deliver(conversation, 'failed'),
    shut: (_, conversation) => this.#deliver(conversation, 'failed', closed),
    bounce: (_, conversation) =>
      this.#give({
        type: 'reply/bounce',
        replyId: conversation?.lastReplyId ?? 'none',
        setback: refusedWith('no'),
        at: this.now,
      }),
    clock: move => {
      this.now += move.one * 4_000
    },
  }

  #give(command: object, who = muster): Decision {
    return this.room.give({ id: nextId(), incidentId: this.#incidentId, ...command } as RoomCommand, who, this.now)
  }

  #on(conversation: Conversation | undefined, command: object, { person, other }: Move): void {
    if (conversation === undefined) return
    const { id: conversationId, claim, messages } = conversation
    const through = Math.max(1, messages - (other % 2))
    this.#give({ conversationId, fence: claim?.fence ?? 1, through, ...command }, people[person])
  }

  #deliver(conversation: Conversation | undefined, how: 'sent' | 'failed', shut: Closed | null = null): void {
    const replyId = conversation?.claim?.replyId
    if (!replyId) return
    this.#give({ type: 'delivery/take', replyId, worker: 'w', leaseMs: 1_000 })
    this.#give({
      type: `delivery/${how}`,
      replyId,
      worker: 'w',
      externalId: 'x',
      setback: refusedWith('no'),
      closed: shut,
    })
  }

  #write({ one, other, open }: Move): void {
    const { channelId, address } = pick(addresses, one) ?? { channelId: '', address: '' }
    const from = { address, name: 'Kim', reach: null, identity: pick(proofs, other) ?? null }
    const shown = { visibility: pick(visibilities, other) ?? 'direct', closed: open ? null : closed }
    const arrival = { ...arrivalOf({ text: `words-${nextId('w')};`, sentAt: this.now }), from, ...shown }
    this.room.give(arriving(arrival, channelId), muster, this.now)
    this.seen.push({ channelId, externalId: arrival.externalId, from })
  }

  #edit({ one, other }: Move): void {
    const seen = pick(this.seen, one)
    if (seen === undefined) return
    const { channelId, externalId, from } = seen
    const former = this.#textOf(messageIdOf(channelId, externalId))
    const arrival = { ...arrivalOf({ externalId, text: `words-${nextId('e')};` }), from }
    const edit = { type: 'message/edit', channelId, arrival, at: this.now + other, arrivedAt: null }
    if (this.#give(edit).type === 'change') this.#forget(former)
  }

  #delete({ one }: Move): void {
    const seen = pick(this.seen, one)
    if (seen === undefined) return
    const messageId = messageIdOf(seen.channelId, seen.externalId)
    this.#forget(this.#textOf(messageId))
    this.#give({ type: 'message/delete', messageId, at: this.now })
  }

  #deleteEarly(): void {
    const arrival = arrivalOf({ text: `words-${nextId('early')};` })
    this.#give({ type: 'message/delete', messageId: messageIdOf('mail', arrival.externalId), at: this.now })
    this.#forget(arrival.text)
    this.room.give(arriving(arrival, 'mail'), muster, this.now)
  }

  #goes({ other }: Move): void {
    const human = pick(addresses, other)
    const at = this.now - 5_000
    const written = this.seen.filter(({ channelId, from }) => {
      return channelId === human?.channelId && from.address === human.address
    })
    const messages = written.map(seen =>
      this.room.get<Message>(`message/${messageIdOf(seen.channelId, seen.externalId)}`),
    )
    for (const message of messages) if (message && (message.sentAt ?? at) <= at) this.#forget(message.text)
    this.#give({ type: 'human/purge', ...human, at })
  }

  #textOf(messageId: string): string | undefined {
    return this.room.get<Message>(`message/${messageId}`)?.text
  }

  #forget(text: string | undefined): void {
    if (text && !this.gone.has(text)) this.gone.set(text, this.room.told.length)
  }
}
