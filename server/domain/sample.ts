import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Reply, Sample } from '@muster/shared/reply.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { named, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { levelled, reviewed } from './level.ts'
import { ownReply } from './refusals.ts'
import { tell } from './reply.ts'
import { conversationOf } from './report.ts'

/** Whether somebody looks at a reply that was sent: a random share of each cohort's. */
export function sampleOf(_: Reply, writer: Responder | null, view: View, { chance, now }: Context): Sample | null {
  const training = view.peek<Incident>(keyOf.incident)?.policy.training
  if (training === undefined) return null
  const share = writer?.cohort === 'support' ? training.sampleSupport : training.sampleOthers
  return chance < share ? { why: 'random', at: now, verdict: null } : null
}

/** What was found counts like a review: a poor reply like one that was returned. */
export function judge(
  command: Extract<IncidentCommand, { type: 'sample/judge' }>,
  view: View,
  context: Context,
): Decision {
  const { actor, now } = context
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'sent' || reply.sample === null) return refuse(notFound('sample'))
  if ([reply.writer.id, ...reply.alongside].includes(actor.id)) return refuse(ownReply)
  const { verdict } = reply.sample
  if (verdict !== null) return refuse(conflict('sample-judged', { name: verdict.by.name }))
  const { good, note } = command
  const judged: Reply = { ...reply, sample: { ...reply.sample, verdict: { by: named(actor), at: now, good, note } } }
  const writer = good ? null : rosterOf(view, reply.writer.id)
  const after = writer === null ? null : reviewed(writer, 'returned', view, context)
  return change(
    [
      { key: keyOf.reply(reply.id), value: judged },
      ...(after === null ? [] : [{ key: keyOf.responder(after.responder.id), value: after.responder }]),
    ],
    [
      tell('reply/judged', conversationOf(reply, view), judged, context, { responder: after?.responder ?? null }),
      ...levelled(after, context),
    ],
  )
}
