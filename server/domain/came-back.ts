import type { Conversation } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Setback } from '@muster/shared/setback.ts'
import { type Change, type Context, change, type View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { reopened } from './reopen.ts'
import { tell } from './reply.ts'

/** What was sent reached nobody: its customer waits again, where no later reply reached them. */
export function cameBack(
  sent: Reply & { state: 'sent' },
  former: Conversation,
  setback: Setback,
  view: View,
  context: Context,
): Change {
  const again =
    former.lastReplyId === sent.id ? reopened(former, sent, view) : { conversation: former, reply: sent, put: [] }
  const { conversation, put } = again
  const bounced = { ...again.reply, bounced: { at: context.now, setback } } as Reply
  return change(
    [
      { key: keyOf.reply(sent.id), value: bounced },
      { key: keyOf.conversation(conversation.id), value: conversation },
      ...put,
    ],
    [tell('reply/bounced', conversation, bounced, context)],
  )
}
