import type { Reply } from '@muster/shared/reply.ts'
import { change, type Decision, type View } from './decision.ts'
import type { Departures } from './forecast.ts'
import { keyOf } from './indexes.ts'

/** `place`: the how manyth it leaves, counted from 1. */
export type Place = { urgency: number; place: number }

type Waiting = Pick<Reply, 'urgency' | 'leavesBy' | 'submittedAt'>

/** Who leaves later than this part of the time they had to leave in is too late to be waited for. */
const lost = 1.15

/** How far, in ms of urgency, a reply is put from the one before it, where there is so much room: others may yet come between. */
const apart = 1_000

/**
 * Where a reply goes before which `ahead` more urgent ones leave, and after which those `behind`, in their order: behind the
 * last of these that would then leave later than was told, unless it is much too late already, and behind all that are as
 * urgent and came first. No two are put in one place: which of them went first would be left to their ids.
 */
export function placeAmong(
  { urgency }: Pick<Waiting, 'urgency'>,
  ahead: number,
  behind: readonly Waiting[],
  departures: Departures,
): Place {
  const late = behind.findLastIndex(({ leavesBy, submittedAt }, at) => {
    if (leavesBy === null || departures(ahead + 2 + at) <= leavesBy) return false
    return departures(ahead + 1 + at) <= submittedAt + (leavesBy - submittedAt) * lost
  })
  const asUrgent = behind.findLastIndex(each => each.urgency === urgency)
  let last = Math.max(late, asUrgent)
  if (last < 0) return { urgency, place: ahead + 1 }
  while (roomAfter(behind, last) < 1) last += 1
  return { urgency: urgencyAt(behind, last) + Math.min(apart, roomAfter(behind, last)), place: ahead + last + 2 }
}

function urgencyAt(behind: readonly Waiting[], at: number): number {
  return behind[at]?.urgency ?? Number.POSITIVE_INFINITY
}

/** The middle between this one and the next, in whole ms. */
function roomAfter(behind: readonly Waiting[], at: number): number {
  return Math.floor((urgencyAt(behind, at + 1) - urgencyAt(behind, at)) / 2)
}

/** Its writer is told when it leaves: it keeps its place, and by when it leaves at the latest. */
export type Keep = { id: string; type: 'delivery/keep'; replyId: string; urgency: number; leavesBy: number | null }

export function keep({ replyId, urgency, leavesBy }: Keep, view: View): Decision {
  const reply = view.get<Reply>(keyOf.reply(replyId))
  if (reply?.state !== 'queued' || reply.leavesBy !== null) return { type: 'unchanged', answer: {} }
  return change([{ key: keyOf.reply(replyId), value: { ...reply, urgency, leavesBy } }], [])
}
