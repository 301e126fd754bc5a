import type { Reply } from '@muster/shared/reply.ts'
import type { Setback } from '@muster/shared/setback.ts'
import { cameBack } from './came-back.ts'
import { type Context, change, type Decision, type View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { conversationOf, stopped } from './report.ts'

/** A reply came back: it reached nobody. */
export type Bounce = { id: string; type: 'reply/bounce'; replyId: string; setback: Setback; at: number }

/**
 * Its customer waits again, since they wrote, where no later reply reached them; whoever holds the conversation keeps it. One
 * of which nobody knew whether it arrived has not. It may come back before its worker says that it was sent.
 */
export function bounce({ replyId, setback }: Bounce, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(replyId))
  switch (reply?.state) {
    case 'sending':
      if (reply.cameBack !== undefined) return unchanged
      return change([{ key: keyOf.reply(replyId), value: { ...reply, cameBack: setback } satisfies Reply }], [])
    case 'queued':
      return reply.attempts === 0 ? unchanged : notArrived(reply, setback, view, context)
    case 'uncertain':
      return notArrived(reply, setback, view, context)
    case 'sent':
      return reply.bounced === null ? cameBack(reply, conversationOf(reply, view), setback, view, context) : unchanged
    default:
      return unchanged
  }
}

const unchanged: Decision = { type: 'unchanged', answer: {} }

function notArrived(reply: Reply, setback: Setback, view: View, context: Context): Decision {
  const why = { setbacks: [setback] }
  return stopped('failed', { ...reply, mayHaveArrived: false }, conversationOf(reply, view), why, view, context)
}
