import type { Reply } from '@muster/shared/reply.ts'
import { keyOf } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import type { Ask } from './ask.ts'

type Surroundings = {
  store: Store
  leavesAt: (reply: Reply) => Promise<number | null>
}

/** Tells who hands a reply in when it will have left: null where nobody can tell, as while a reviewer must read it. */
export function tellingWhenItLeaves(ask: Ask, { store, leavesAt }: Surroundings): Ask {
  return async (actor, command) => {
    const outcome = await ask(actor, command)
    if (command.type !== 'reply/submit' || outcome.type !== 'done') return outcome
    const leaving = outcome.answer.state === 'queued' ? await whenOf(command.incidentId, command.id) : null
    return { ...outcome, answer: { ...outcome.answer, leavesAt: leaving } }
  }

  async function whenOf(incidentId: string, replyId: string): Promise<number | null> {
    try {
      const { records } = await store.read(incidentId, [keyOf.reply(replyId)])
      const reply = records[0]?.value as Reply | undefined
      return reply?.state === 'queued' ? await leavesAt(reply) : null
    } catch {
      // It was handed in all the same.
      return null
    }
  }
}
