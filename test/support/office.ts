import type { RoomCommand } from '@muster/server/domain/decide.ts'
import type { Actor, Decision } from '@muster/server/domain/decision.ts'
import type { Declare } from '@muster/server/domain/incident.ts'
import type { Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Level, Training } from '@muster/shared/training.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import {
  actor,
  ada,
  conversationIn,
  customerIn,
  lena,
  muster,
  nextId,
  responderIn,
  roomWithCustomer,
} from './builders.ts'
import type { Records } from './records.ts'

export const rita = actor('Rita', 'reviewer')
export const ruth = actor('Ruth', 'reviewer')
export const start = 1_000_000

type Given = { level?: Level; training?: Partial<Training>; declare?: Partial<Declare> }

/** An incident in which Ada holds Kim's conversation at some level, Lena leads, Rita and Ruth review. */
export class Office {
  readonly room: Records
  readonly incidentId: string
  readonly kim: string
  now = start

  constructor({ level = 'trusted', training = {}, declare = {} }: Given = {}) {
    const trained = { ...defaultTraining, ...training }
    const policy = { leaseMs: 60_000, claimsPerPerson: 5, training: trained }
    const { room, conversationId, incidentId } = roomWithCustomer(start, { policy, ...declare })
    this.room = room
    this.incidentId = incidentId
    this.kim = conversationId
    this.give({ type: 'incident/join' }, rita)
    this.give({ type: 'incident/join' }, ruth)
    if (level !== 'trusted') this.level(level)
    this.give({ type: 'conversation/claim' })
  }

  give(command: object, by: Actor = ada): Decision {
    const whole: object = { id: nextId(), incidentId: this.incidentId, conversationId: this.kim, ...command }
    return this.room.give(whole as RoomCommand, by, this.now)
  }

  level(level: Level, of: Actor = ada, by: Actor = lena) {
    return this.give({ type: 'responder/level', personId: of.id, level, reason: null }, by)
  }

  submit(more: object = {}, by: Actor = ada) {
    const reply = { id: 'reply', fence: 1, epoch: this.epoch, text: 'We are on it.', through: 1 }
    return this.give({ type: 'reply/submit', ...reply, ...more }, by)
  }

  review(by: Actor = rita, ...replyIds: string[]) {
    this.now += defaultTraining.undoMs
    return this.give({ type: 'review/claim', replyIds: replyIds.length > 0 ? replyIds : ['reply'] }, by)
  }

  approve(more: object = {}, by: Actor = rita) {
    const { text = '', reviewFence = 1 } = this.find('reply') ?? {}
    const yes = { replyId: 'reply', fence: reviewFence, epoch: this.epoch, text }
    return this.give({ type: 'review/approve', ...yes, ...more }, by)
  }

  returns(more: object = {}, by: Actor = rita) {
    const fence = this.find('reply')?.reviewFence ?? 1
    return this.give({ type: 'review/return', replyId: 'reply', fence, note: '', comments: [], ...more }, by)
  }

  /** A channel's worker takes the reply up. */
  take(replyId = 'reply') {
    return this.give({ type: 'delivery/take', replyId, worker: 'one', leaseMs: 1_000 }, muster)
  }

  deliver(replyId = 'reply') {
    this.take(replyId)
    return this.give({ type: 'delivery/sent', replyId, worker: 'one', externalId: 'x' }, muster)
  }

  publish(more: object = {}) {
    const facts = { know: '', maySay: '', mustNotSay: [], example: '', nextUpdateAt: null, epoch: this.epoch }
    return this.give({ type: 'facts/publish', ...facts, ...more }, lena)
  }

  /** Another customer whom this person holds. */
  customer(name: string, by: Actor = ada): string {
    const conversationId = customerIn(this.room, name, this.now)
    this.give({ type: 'conversation/claim', conversationId }, by)
    return conversationId
  }

  get epoch(): number {
    return this.room.get<{ epoch: number }>('facts')?.epoch ?? 0
  }

  find(id: string): Reply | null {
    return this.room.get<Reply>(`reply/${id}`)
  }

  get reply(): Reply {
    const reply = this.find('reply')
    if (reply === null) throw new Error('there is no reply')
    return reply
  }

  get draft(): Draft | null {
    return this.room.get<Draft>(`draft/${this.kim}`)
  }

  get conversation(): Conversation {
    return conversationIn(this.room, this.kim)
  }

  responder(id = 'ada'): Responder {
    return responderIn(this.room, id)
  }

  /** Types of what was told last. */
  told(count: number): string[] {
    return this.room.told.slice(-count).map(({ type }) => type)
  }
}

/** What a refusal of the gate names, in its order. */
export function rulesOf(decision: Decision): string[] {
  const refusal = decision.type === 'refused' ? decision.refusal : null
  return refusal?.code === 'gate' ? refusal.reasons.map(({ rule }: GateReason) => rule) : []
}
