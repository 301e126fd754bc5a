import type { Conversation } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Context, PutRecord, View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { tell } from './reply.ts'

/** A customer in this distress after our answer was not served by it. */
const badly = 2

/** The answer somebody got who writes again worse off than before is looked at, as a low score of theirs. */
export function upsetBy(
  conversation: Conversation,
  former: Conversation,
  view: View,
  context: Context,
): { put: PutRecord[]; tell: Told[] } {
  const { lastReplyId, distress } = conversation
  const none = { put: [], tell: [] }
  if (lastReplyId === null || distress < badly || distress <= former.distress) return none
  const key = keyOf.reply(lastReplyId)
  const reply = view.get<Reply>(key)
  if (reply?.state !== 'sent' || reply.sample !== null) return none
  const sampled: Reply = { ...reply, sample: { why: 'upset', at: context.now, verdict: null } }
  return { put: [{ key, value: sampled }], tell: [tell('reply/sampled', conversation, sampled, context)] }
}
