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
  const told = new Told(guidance)
  return log.flatMap(mark => {
    told.hear(mark)
    const { reply } = mark
    return mark.type === 'reply/sending' && reply !== null ? [{ mark, reply, ...told.about(reply) }] : []
  })
}

/** What the log has told up to a line. */
class Told {
  #guidance: Guidance
  #shelf: Shelf
  readonly #writers = new Map<string, Sending['writer']>()
  readonly #yeses = new Map<string, string>()

  constructor({ wordings, ...guidance }: Observations['guidance']) {
    this.#guidance = guidance
    this.#shelf = { current: wordings, retired: [] }
  }

  hear({ guidance, wording, responder, reply, type }: LogMark): void {
    if (guidance !== null) this.#guidance = guidance
    if (wording !== null) this.#shelf = changed(this.#shelf, wording)
    if (responder !== null) this.#writers.set(responder.id, responder)
    if (reply === null) return
    if (type === 'reply/submitted') this.#yeses.delete(reply.id)
    if (type === 'review/approved' && reply.approvedBy !== null) this.#yeses.set(reply.id, reply.approvedBy.id)
  }

  about({ id, writer }: MarkedReply): Pick<Sending, 'guidance' | 'shelf' | 'writer' | 'yes'> {
    const yes = this.#yeses.get(id) ?? null
    return { guidance: this.#guidance, shelf: this.#shelf, writer: this.#writers.get(writer.id) ?? null, yes }
  }
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
