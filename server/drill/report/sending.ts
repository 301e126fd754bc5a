import type { Cohort, Level } from '@muster/shared/training.ts'
import type { Guidance, KnownWording, LogMark, MarkedReply, Observations } from '../observation.ts'

/** Wordings as they are at one line of the log. */
export type Shelf = { current: readonly KnownWording[]; retired: readonly string[] }

/** A reply in the moment it was let go, and by what it is to be judged. */
export type Sending = {
  mark: LogMark
  reply: MarkedReply
  guidance: Guidance
  shelf: Shelf
  /** Its writer as the log had told of them. */
  writer: { level: Level; cohort: Cohort } | null
  /** Whose yes the log has told of; null where there was none, or the reply went to the reviewers again. */
  yes: string | null
}

/** Every sending, in order. */
export function sendingsOf({ log, guidance }: Pick<Observations, 'log' | 'guidance'>): Sending[] {
  const writers = new Map<string, Sending['writer']>()
  const yeses = new Map<string, string>()
  let current: Guidance = guidance
  let shelf: Shelf = { current: guidance.wordings, retired: [] }
  return log.flatMap(mark => {
    const { reply, responder, type } = mark
    if (mark.guidance !== null) current = mark.guidance
    if (mark.wording !== null) shelf = changed(shelf, mark.wording)
    if (responder !== null) writers.set(responder.id, responder)
    if (reply === null) return []
    if (type === 'reply/submitted') yeses.delete(reply.id)
    if (type === 'review/approved' && reply.approvedBy !== null) yeses.set(reply.id, reply.approvedBy.id)
    if (type !== 'reply/sending') return []
    const writer = writers.get(reply.writer.id) ?? null
    return [{ mark, reply, guidance: current, shelf, writer, yes: yeses.get(reply.id) ?? null }]
  })
}

/** What stood in a wording that was changed or taken back is yesterday's from then on. */
function changed({ current, retired }: Shelf, wording: KnownWording | string): Shelf {
  const id = typeof wording === 'string' ? wording : wording.id
  const former = current.find(each => each.id === id)
  return {
    current: [...current.filter(each => each.id !== id), ...(typeof wording === 'string' ? [] : [wording])],
    retired: former === undefined ? retired : [...retired, former.text],
  }
}
