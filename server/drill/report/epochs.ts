import type { Observations, StoppedByEpoch } from '../observation.ts'
import type { Fault } from './fault.ts'
import { sendingsOf } from './sending.ts'

type Told = Pick<Observations, 'log' | 'guidance'>

/** How many epochs came out after the first. */
export function epochsIn({ log, guidance }: Told): number {
  return new Set(log.flatMap(mark => mark.guidance?.epoch ?? []).filter(epoch => epoch > guidance.epoch)).size
}

export type HeldByEpoch = StoppedByEpoch & { replies: number; total: number }

/** What a new epoch stopped: replies that were given back before they left, and what people were told of theirs. */
export function heldByEpoch({ log, guidance, stopped }: Told & Pick<Observations, 'stopped'>): HeldByEpoch {
  let { epoch } = guidance
  let replies = 0
  for (const { type, reply, guidance: next } of log) {
    if (next !== null) epoch = next.epoch
    if (type === 'reply/held' && reply !== null && reply.epoch < epoch) replies++
  }
  const { drafts, submits, approvals } = stopped
  return { replies, drafts, submits, approvals, total: replies + drafts + submits + approvals }
}

/**
 * Replies that were let go under older guidance than was current in the log by then. A reviewer's yes gives a reply the
 * epoch that they had read; no reply may bear one that neither its writer nor a reviewer had.
 */
export function staleSends({
  submissions,
  approvings,
  ...told
}: Told & Pick<Observations, 'submissions' | 'approvings'>): Fault[] {
  const read = new Set([...submissions, ...approvings].map(({ replyId, epoch }) => `${replyId}/${epoch}`))
  return sendingsOf(told).flatMap(({ mark: { seq }, reply: { id, epoch }, guidance }) => {
    if (epoch < guidance.epoch) {
      return [`entry ${seq} lets reply ${id} go, of epoch ${epoch} while ${guidance.epoch} is current`]
    }
    return read.has(`${id}/${epoch}`)
      ? []
      : [`entry ${seq} lets reply ${id} go under epoch ${epoch}, which nobody read`]
  })
}
