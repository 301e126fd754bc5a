import type { IncidentCommand } from '@muster/shared/command.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Reply, Reviewing } from '@muster/shared/reply.ts'
import { seated } from './bench.ts'
import { type Change, type Context, change, type Decision, merged, refuse, type View } from './decision.ts'
import { common } from './give-back.ts'
import { knownIncident, named } from './incident.ts'
import { keyOf, lists } from './indexes.ts'
import { nothingToReview, ownReply, reviewLost } from './refusals.ts'
import { tell } from './reply.ts'
import { conversationOf } from './report.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>
export type InReview = Extract<Reply, { state: 'in-review' }>

/**
 * The life of a review is a claim's: nobody ──claim──▶ held(fence + 1, until) ──approve, return──▶ decided; a lease that
 * ends and a release give it to the next. Nobody reviews what they wrote, alone or with somebody.
 */
export function isOwn(reply: Reply, personId: string): boolean {
  return reply.writer.id === personId || reply.alongside.includes(personId)
}

/** As many of these as may be; refused only where it is none. */
export function claimReviews(command: Of<'review/claim'>, view: View, context: Context): Decision {
  const incident = knownIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  view.need(command.replyIds.map(keyOf.reply))
  view.need(repliesIn(command.replyIds, view).map(({ conversationId }) => keyOf.conversation(conversationId)))
  const changes: Change[] = []
  const reviews: Reply[] = []
  const refused: { replyId: string; refusal: Refusal }[] = []
  for (const replyId of new Set(command.replyIds)) {
    const found = claimable(view.get<Reply>(keyOf.reply(replyId)), context)
    if ('refusal' in found) refused.push({ replyId, ...found })
    else if (found.own) reviews.push(found.reply)
    else {
      const begun = begin(found.reply, incident.policy.training.reviewLeaseMs, view, context)
      view.lay(begun.change.put)
      changes.push(begun.change)
      reviews.push(begun.reply)
    }
  }
  const [first] = refused
  if (reviews.length === 0 && first !== undefined) return refuse(first.refusal)
  return merged(changes, { reviews, refused })
}

/** Those of them that there are. */
export function repliesIn(ids: readonly string[], view: View): Reply[] {
  return ids.flatMap(id => view.peek<Reply>(keyOf.reply(id)) ?? [])
}

/** Whoever waits longest for a reviewer, and is not the reviewer's own; then what another left lying. */
export function takeNextReview(_: Of<'review/take-next'>, view: View, context: Context): Decision {
  const incident = knownIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const keys = [...view.list(lists.reviews), ...view.list(lists.reviewing)]
  view.need(keys)
  for (const key of keys) {
    const found = claimable(view.peek<Reply>(key), context)
    if ('refusal' in found || found.own) continue
    view.get(key)
    const begun = begin(found.reply, incident.policy.training.reviewLeaseMs, view, context)
    return { ...begun.change, answer: { reviews: [begun.reply], refused: [] } }
  }
  return refuse(nothingToReview)
}

function claimable(
  reply: Reply | null,
  { actor, now }: Context,
): { reply: Extract<Reply, { state: 'submitted' | 'in-review' }>; own: boolean } | { refusal: Refusal } {
  if (reply === null) return { refusal: notFound('reply') }
  if (isOwn(reply, actor.id)) return { refusal: ownReply }
  if (reply.state === 'submitted' && reply.notBefore <= now) return { reply, own: false }
  if (reply.state !== 'in-review') return { refusal: nothingToReview }
  const { by, until } = reply.reviewing
  if (until <= now) return { reply, own: false }
  return by.id === actor.id ? { reply, own: true } : { refusal: reviewLost(by) }
}

function begin(
  former: Extract<Reply, { state: 'submitted' | 'in-review' }>,
  leaseMs: number,
  view: View,
  context: Context,
): { reply: InReview; change: Change } {
  const { actor, now } = context
  const fence = former.reviewFence + 1
  const reviewing: Reviewing = { by: named(actor), fence, until: now + leaseMs, claimedAt: now }
  const { notBefore } = former
  const reply: InReview = { ...common(former), reviewFence: fence, state: 'in-review', notBefore, reviewing }
  const { bench, put } = seated(actor.id, null, view, now)
  const told = tell('review/claimed', conversationOf(reply, view), reply, context, { bench })
  return { reply, change: change([{ key: keyOf.reply(reply.id), value: reply }, put], [told]) }
}

/** What a reviewer does under their claim: the reply, or the refusal an old fence gets. */
export function underReview(
  { replyId, fence }: { replyId: string; fence: number },
  view: View,
  { actor, now }: Context,
): { reply: InReview } | { refusal: Refusal } {
  const reply = view.get<Reply>(keyOf.reply(replyId))
  if (reply === null) return { refusal: notFound('reply') }
  if (reply.state !== 'in-review') return { refusal: reviewLost(null) }
  const { by, until, fence: current } = reply.reviewing
  if (by.id !== actor.id || current !== fence) return { refusal: reviewLost(by) }
  return until > now ? { reply } : { refusal: reviewLost(null) }
}

export function renewReview(command: Of<'review/renew'>, view: View, context: Context): Decision {
  const incident = knownIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underReview(command, view, context)
  if ('refusal' in under) return refuse(under.refusal)
  const { reply } = under
  const whole = context.now + incident.policy.training.reviewLeaseMs
  const until = Math.max(whole, reply.reviewing.until)
  const renewed: Reply = { ...reply, reviewing: { ...reply.reviewing, until } }
  return change(
    [{ key: keyOf.reply(reply.id), value: renewed }],
    [tell('review/renewed', conversationOf(reply, view), renewed, context)],
    { until },
  )
}

export function releaseReview(command: Of<'review/release'>, view: View, context: Context): Decision {
  const under = underReview(command, view, context)
  return 'refusal' in under ? refuse(under.refusal) : backInLine(under.reply, 'review/released', view, context)
}

export type LapseReview = { id: string; type: 'review/lapse'; replyId: string; fence: number }

/** Announces that a reviewer's lease has ended; comes too late where it was renewed, decided or taken over since. */
export function lapseReview(command: LapseReview, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  const over =
    reply?.state === 'in-review' && reply.reviewing.fence === command.fence && reply.reviewing.until <= context.now
  return over ? backInLine(reply, 'review/lapsed', view, context) : { type: 'unchanged', answer: {} }
}

function backInLine(
  reply: InReview,
  type: 'review/released' | 'review/lapsed',
  view: View,
  context: Context,
): Decision {
  const submitted: Reply = { ...common(reply), state: 'submitted', notBefore: reply.notBefore }
  return change(
    [{ key: keyOf.reply(reply.id), value: submitted }],
    [tell(type, conversationOf(reply, view), submitted, context)],
  )
}
