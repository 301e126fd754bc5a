import type { Command } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Actor } from '../domain/decision.ts'
import { keyOf } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import type { Ask } from './ask.ts'
import type { Placing, Queued } from './placing.ts'
import type { Unplaced } from './unplaced.ts'

type Surroundings = { store: Store; placing: Pick<Placing, 'leavesAt' | 'place'>; unplaced: Unplaced }
type Submit = Extract<Command, { type: 'reply/submit' }>
type Approved = { incidentId: string; replyId: string }

/**
 * Gives what comes to wait its place, and tells who hands a reply in when it will have left: null where nobody can tell, as
 * while a reviewer must read it.
 */
export function tellingWhenItLeaves(ask: Ask, { store, placing, unplaced }: Surroundings): Ask {
  return async (actor, command) => {
    if (command.type === 'reply/submit') return unplaced.during([command.id], () => submitted(actor, command))
    const asked = ask(actor, command)
    const approved = approvedBy(command)
    // Nobody is told anything of these, so nobody waits for it.
    if (approved.length > 0) void unplaced.during(approved.map(idOf), () => afterwards(asked, approved))
    return asked
  }

  async function afterwards(asked: Promise<Outcome>, approved: readonly Approved[]): Promise<void> {
    const outcome = await asked.catch(() => null)
    if (outcome?.type === 'done') await Promise.all(approved.map(placed))
  }

  async function submitted(actor: Actor, command: Submit): Promise<Outcome> {
    const outcome = await ask(actor, command)
    if (outcome.type !== 'done') return outcome
    const leaving = outcome.answer.state === 'queued' ? await whenOf(command.incidentId, command.id) : null
    return { ...outcome, answer: { ...outcome.answer, leavesAt: leaving } }
  }

  async function whenOf(incidentId: string, replyId: string): Promise<number | null> {
    try {
      const reply = await waiting(incidentId, replyId)
      return reply === null ? null : await placing.leavesAt(incidentId, reply)
    } catch {
      // It was handed in all the same.
      return null
    }
  }

  async function placed({ incidentId, replyId }: Approved): Promise<void> {
    try {
      const reply = await waiting(incidentId, replyId)
      if (reply !== null) await placing.place(incidentId, reply)
    } catch {
      // It waits all the same, where it was put.
    }
  }

  async function waiting(incidentId: string, replyId: string): Promise<Queued | null> {
    const { records } = await store.read(incidentId, [keyOf.reply(replyId)])
    const reply = records[0]?.value as Reply | undefined
    return reply?.state === 'queued' ? reply : null
  }
}

function idOf({ replyId }: Approved): string {
  return replyId
}

function approvedBy(command: Command): Approved[] {
  if (command.type === 'review/approve') return [command]
  if (command.type !== 'review/approve-several') return []
  return command.replies.map(({ replyId }) => ({ incidentId: command.incidentId, replyId }))
}
