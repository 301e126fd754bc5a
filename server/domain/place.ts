import type { Reply } from '@muster/shared/reply.ts'
import { change, type Decision, type View } from './decision.ts'
import type { Departures } from './forecast.ts'
import { keyOf } from './indexes.ts'

/** `place`: the how manyth it leaves, counted from 1. */
export type Place = { urgency: number; place: number }

type Waiting = Pick<Reply, 'urgency' | 'leavesBy' | 'submittedAt'>

/** Who leaves later than this part of the time they had to leave in is too late to be waited for. */
const lost = 1.15

/**
 * Where a reply goes before which `ahead` more urgent ones leave, and after which those `behind`, in their order: behind the
 * last of these that would then leave later than was told, unless it is much too late already.
 */
export function placeAmong(
  { urgency }: Pick<Waiting, 'urgency'>,
  ahead: number,
  behind: readonly Waiting[],
  departures: Departures,
): Place {
  const last = behind.findLastIndex(({ leavesBy, submittedAt }, at) => {
    if (leavesBy === null || departures(ahead + 2 + at) <= leavesBy) return false
    return departures(ahead + 1 + at) <= submittedAt + (leavesBy - submittedAt) * lost
  })
  return { urgency: behind[last] === undefined ? urgency : behind[last].urgency + 1, place: ahead + last + 2 }
}

/** Its writer is told when it leaves: it keeps its place, and by when it leaves at the latest. */
export type Keep = { id: string; type: 'delivery/keep'; replyId: string; urgency: number; leavesBy: number | null }

export function keep({ replyId, urgency, leavesBy }: Keep, view: View): Decision {
  const reply = view.get<Reply>(keyOf.reply(replyId))
  if (reply?.state !== 'queued' || reply.leavesBy !== null) return { type: 'unchanged', answer: {} }
  return change([{ key: keyOf.reply(replyId), value: { ...reply, urgency, leavesBy } }], [])
}
