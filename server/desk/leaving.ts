import type { Command } from '@muster/shared/command.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { keyOf } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import type { Ask } from './ask.ts'
import type { Placing, Queued } from './placing.ts'

type Surroundings = { store: Store; placing: Pick<Placing, 'leavesAt' | 'place'> }

/**
 * Gives what comes to wait its place, and tells who hands a reply in when it will have left: null where nobody can tell, as
 * while a reviewer must read it.
 */
export function tellingWhenItLeaves(ask: Ask, { store, placing }: Surroundings): Ask {
  return async (actor, command) => {
    const outcome = await ask(actor, command)
    if (outcome.type !== 'done') return outcome
    if (command.type === 'reply/submit') {
      const leaving = outcome.answer.state === 'queued' ? await whenOf(command.incidentId, command.id) : null
      return { ...outcome, answer: { ...outcome.answer, leavesAt: leaving } }
    }
    // Nobody is told anything of these, so nobody waits for it.
    for (const { incidentId, replyId } of approvedBy(command)) void placed(incidentId, replyId)
    return outcome
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

  async function placed(incidentId: string, replyId: string): Promise<void> {
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

function approvedBy(command: Command): { incidentId: string; replyId: string }[] {
  if (command.type === 'review/approve') return [command]
  if (command.type !== 'review/approve-several') return []
  return command.replies.map(({ replyId }) => ({ incidentId: command.incidentId, replyId }))
}
