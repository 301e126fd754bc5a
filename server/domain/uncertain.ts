import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { again, conversationOf, sent } from './report.ts'
import { nextLook } from './seek.ts'

type Uncertain = Extract<Reply, { state: 'uncertain' }>
type Settle = Extract<IncidentCommand, { type: 'reply/settle' }>

/** A lead says what became of it. */
export function settle(command: Settle, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'uncertain') return refuse(notFound('uncertain-reply'))
  const conversation = conversationOf(reply, view)
  return command.arrived
    ? sent(reply, conversation, { externalId: `seen by ${context.actor.name}` }, 'reply/settled', view, context)
    : outAgain(reply, conversation, context)
}

export type Seek = { id: string; type: 'delivery/seek'; replyId: string; looks: number }

/** Somebody asks the network for it now; nobody else does before the next time has come. */
export function seek(command: Seek, view: View, { now }: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'uncertain' || reply.looks !== command.looks || reply.lookAt === null || reply.lookAt > now) {
    return { type: 'unchanged', answer: { taken: false } }
  }
  const looks = reply.looks + 1
  const sought: Reply = { ...reply, looks, lookAt: nextLook(looks, now) }
  return change([{ key: keyOf.reply(reply.id), value: sought }], [], { taken: true, reply: sought })
}

/** `attempts`: how often it had been tried when it was looked for; what was sent since may have arrived. */
export type Absent = { id: string; type: 'delivery/absent'; replyId: string; attempts: number }

/** The network surely does not have it: it goes out again. */
export function absent(command: Absent, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'uncertain' || reply.attempts !== command.attempts) return { type: 'unchanged', answer: {} }
  return outAgain(reply, conversationOf(reply, view), context)
}

/** It surely did not arrive. While nobody knew, the hours for which it is tried did not run. */
function outAgain(reply: Uncertain, conversation: Conversation, context: Context): Decision {
  const triedSince = reply.triedSince === null ? null : reply.triedSince + context.now - reply.since
  const anew = { ...reply, mayHaveArrived: false, triedSince, setback: null, leavesBy: null }
  return again(anew, conversation, context.now, 'reply/settled', context)
}
