import type { Reply } from '@muster/shared/reply.ts'
import type { Setback } from '@muster/shared/setback.ts'
import { type Context, change, type Decision, type View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { reopened } from './reopen.ts'
import { tell } from './reply.ts'
import { conversationOf, stopped } from './report.ts'

/** A reply came back: it reached nobody. */
export type Bounce = { id: string; type: 'reply/bounce'; replyId: string; setback: Setback; at: number }

/**
 * Its customer waits again, since they wrote, where no later reply reached them; whoever holds the conversation keeps it. One
 * of which nobody knew whether it arrived has not.
 */
export function bounce(command: Bounce, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state === 'sending') return { type: 'unchanged', answer: { underway: true } }
  const setbacks = [command.setback]
  if (reply?.state === 'uncertain') {
    return stopped(
      'failed',
      { ...reply, mayHaveArrived: false },
      conversationOf(reply, view),
      { setbacks },
      view,
      context,
    )
  }
  if (reply?.state !== 'sent' || reply.bounced !== null) return { type: 'unchanged', answer: {} }
  const former = conversationOf(reply, view)
  const again =
    former.lastReplyId === reply.id ? reopened(former, reply, view) : { conversation: former, reply, put: [] }
  const { conversation, put } = again
  const bounced = { ...again.reply, bounced: { at: context.now, setback: command.setback } } as Reply
  return change(
    [
      { key: keyOf.reply(reply.id), value: bounced },
      { key: keyOf.conversation(conversation.id), value: conversation },
      ...put,
    ],
    [tell('reply/bounced', conversation, bounced, context)],
  )
}
