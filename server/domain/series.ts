import type { Conversation } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { FirstReplies, IncidentSeries, SeriesMinute } from '@muster/shared/figures.ts'

const minuteMs = 60_000

/** How far back figures are kept: a day. */
export const mostMinutes = 1_440

/** Whom a conversation keeps waiting or busy; one that does neither is forgotten. */
type Owed = { waitingSince: number | null; holder: string | null }

type Counted = Pick<SeriesMinute, 'arrivals' | 'replies'> & { firstReplyMs: number[] }
type Stood = Pick<SeriesMinute, 'backlog' | 'answering' | 'others'> & { oldestSince: number | null }
type Kept = Counted & Stood & { minute: number }

/**
 * An incident's log folded into minutes, one entry after another. It holds what is owed now, what each minute of a day
 * counted, and how things stood at its end; the minutes between two entries need nothing: what stood, stood on.
 *
 * Time here is the log's: should the store's clock jump back, an entry counts to the minute of the one before it.
 */
export class Figures {
  readonly #owed = new Map<string, Owed>()
  readonly #joined = new Set<string>()
  /** Minutes that are over and had entries, the oldest first. */
  readonly #kept: Kept[] = []
  #counted: Counted = nothing()
  #first = 0
  #at = 0
  #resolved = false

  /** True before the first entry: there is no such incident. */
  get empty(): boolean {
    return this.#at === 0
  }

  add(told: Told): void {
    const at = Math.max(this.#at, told.at)
    if (this.empty) this.#first = minuteOf(at)
    else if (minuteOf(at) > minuteOf(this.#at)) this.#close()
    this.#at = at
    if ('incident' in told) this.#resolved = told.incident.state === 'resolved'
    if ('responder' in told && told.responder) this.#joined.add(told.responder.id)
    if ('conversation' in told) this.#note(told.conversation)
    if ('other' in told) this.#note(told.other)
    if ('goneId' in told) this.#owed.delete(told.goneId)
    if (told.type === 'message/arrived') this.#counted.arrivals += 1
    if (leaves(told)) this.#countReply(told.conversation)
  }

  /** The last `most` minutes up to `now`. */
  series(now: number, most: number): Pick<IncidentSeries, 'minutes' | 'firstReplies'> {
    const end = this.#resolved ? this.#at : Math.max(now, this.#at)
    const last = minuteOf(end)
    const kept = [...this.#kept, { minute: minuteOf(this.#at), ...this.#counted, ...this.#stand() }]
    const minutes: SeriesMinute[] = []
    const waits: number[][] = []
    let place = 0
    for (let minute = Math.max(this.#first, last - most + 1); minute <= last; minute++) {
      while ((kept[place + 1]?.minute ?? Infinity) <= minute) place++
      const before = kept[place] as Kept
      const during = before.minute === minute ? before : { ...before, ...nothing() }
      minutes.push(shown(during, minute, Math.min(end, (minute + 1) * minuteMs)))
      waits.push(during.firstReplyMs)
    }
    return { minutes, firstReplies: firstRepliesOf(waits.flat()) }
  }

  #note({ id, waitingSince, claim }: Conversation): void {
    if (waitingSince === null && claim === null) this.#owed.delete(id)
    else this.#owed.set(id, { waitingSince, holder: claim?.holder.id ?? null })
  }

  #countReply({ replies, openedAt }: Conversation): void {
    this.#counted.replies += 1
    if (replies === 1) this.#counted.firstReplyMs.push(Math.max(0, this.#at - openedAt))
  }

  /** What stands now is looked up once a minute, so that an entry costs the same however many wait. */
  #stand(): Stood {
    const owed = [...this.#owed.values()]
    const waiting = owed.flatMap(({ waitingSince }) => waitingSince ?? [])
    const holders = new Set(owed.flatMap(({ holder }) => holder ?? []))
    return {
      backlog: waiting.length,
      oldestSince: waiting.length === 0 ? null : waiting.reduce((oldest, since) => Math.min(oldest, since)),
      answering: holders.size,
      others: this.#joined.difference(holders).size,
    }
  }

  #close(): void {
    this.#kept.push({ minute: minuteOf(this.#at), ...this.#counted, ...this.#stand() })
    this.#counted = nothing()
    // One older than a day stays: it says how things stood when the day began.
    const past = this.#kept.findLastIndex(({ minute }) => minute <= minuteOf(this.#at) - mostMinutes)
    if (past > 0) this.#kept.splice(0, past)
  }
}

/** What is said later of a reply that was sent carries the same mark. */
function leaves(told: Told): told is Extract<Told, { reply: object }> {
  return (told.type === 'reply/sent' || told.type === 'reply/settled') && told.reply.state === 'sent'
}

function nothing(): Counted {
  return { arrivals: 0, replies: 0, firstReplyMs: [] }
}

function minuteOf(at: number): number {
  return Math.floor(at / minuteMs)
}

function shown({ firstReplyMs, oldestSince, ...figures }: Kept, minute: number, end: number): SeriesMinute {
  const { arrivals, replies, backlog, answering, others } = figures
  const oldestMs = oldestSince === null ? 0 : Math.max(0, end - oldestSince)
  const firstReplies = firstRepliesOf(firstReplyMs)
  return { at: minute * minuteMs, arrivals, replies, backlog, oldestMs, firstReplies, answering, others }
}

function firstRepliesOf(waits: readonly number[]): FirstReplies {
  const sorted = Float64Array.from(waits).sort()
  const rank = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? null
  return { count: sorted.length, medianMs: rank(0.5), p90Ms: rank(0.9) }
}
