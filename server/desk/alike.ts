import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Cursor } from '@muster/shared/position.ts'
import { Alike } from '../domain/alike.ts'
import { keyOf, lists } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'

type Reading = Pick<Store, 'top' | 'lines' | 'list' | 'read'>

/** How long one reading of the log is good enough, in ms: what comes to two nodes at once may begin two groups. */
const sharedMs = 500
/** A message waits no longer than this until all that came before it was read, in ms: a guess keeps nobody waiting. */
const usualPatienceMs = 1_000
/** Read in one turn of the loop: a few milliseconds, and whoever claims meanwhile is served before the next. */
const atOnce = 50
/** Incidents to which nothing comes for this long are forgotten, in ms. */
const keptMs = 3_600_000

/** What of the log says that a conversation's newest message is another. */
const telling: ReadonlySet<string> = new Set(['message/arrived', 'message/edited'])

/** The groups of messages that are nearly the same, in every incident to which something comes, by whichever node it came. */
export class Alikes {
  readonly #store: Reading
  readonly #clock: () => number
  readonly #patienceMs: number
  readonly #rooms = new Map<string, AlikeInRoom>()

  /** `clock` is of this process, in ms. */
  constructor(store: Reading, clock: () => number = () => performance.now(), patienceMs = usualPatienceMs) {
    this.#store = store
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  /** The group that a text belongs to, which it begins as `own` where nothing is like it; null where it says nothing. Throws `StoreUnavailable`. */
  async groupOf(incidentId: string, text: string, own: string): Promise<string | null> {
    const now = this.#clock()
    this.sweep()
    const room = this.#rooms.get(incidentId) ?? new AlikeInRoom(incidentId, this.#store)
    this.#rooms.set(incidentId, room)
    await within(room.readOn(now), this.#patienceMs)
    return room.join(text, own)
  }

  /** Forgets incidents to which nothing comes any more. */
  sweep(): void {
    const now = this.#clock()
    for (const [id, { askedAt }] of this.#rooms) if (now - askedAt > keptMs) this.#rooms.delete(id)
  }

  /** Of how many incidents it knows what was written. */
  get size(): number {
    return this.#rooms.size
  }
}

/**
 *     every conversation of the room, from where the log stands ─▶ what was told since ─▶ … ─▶ an era of its own ─▶ anew
 *
 * A conversation says how its newest message begins, and in which group it is.
 */
class AlikeInRoom {
  readonly #incidentId: string
  readonly #store: Reading
  readonly #alike = new Alike()
  #at: Cursor | null = null
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null
  askedAt = 0

  constructor(incidentId: string, store: Reading) {
    this.#incidentId = incidentId
    this.#store = store
  }

  async readOn(now: number): Promise<void> {
    this.askedAt = now
    if (now - this.#readAt < sharedMs) return
    this.#reading ??= this.#catchUp()
      .then(() => {
        this.#readAt = now
      })
      .finally(() => {
        this.#reading = null
      })
    await this.#reading
  }

  join(text: string, own: string): string | null {
    return this.#alike.join(text, own)
  }

  /** Up to where the log stood when it began: a log that grows as fast as it is read is not run after. */
  async #catchUp(): Promise<void> {
    let at = this.#at ?? (await this.#readAll())
    for (let end = Number.POSITIVE_INFINITY; at.seq < end; ) {
      const page = await this.#store.lines(this.#incidentId, at, atOnce)
      if (page.type === 'reset') {
        at = await this.#readAll()
        end = Number.POSITIVE_INFINITY
        continue
      }
      await this.#note(page.lines.map(({ told }) => told as Told))
      at = { era: at.era, seq: at.seq + page.lines.length }
      this.#at = at
      end = Math.min(end, page.at.seq)
      if (at.seq < end) await nextTurn()
    }
  }

  async #readAll(): Promise<Cursor> {
    const top = await this.#store.top(this.#incidentId)
    let after: { score: number; key: string } | null = null
    for (;;) {
      const page = await this.#store.list(this.#incidentId, lists.conversations, { after, limit: atOnce })
      for (const { stored } of page) this.#add(stored.value as Conversation)
      const last = page.at(-1)
      if (last === undefined || page.length < atOnce) return top
      after = { score: last.score, key: last.key }
      await nextTurn()
    }
  }

  /** By what the conversations say today: a line of the log holds no words. */
  async #note(told: readonly Told[]): Promise<void> {
    const ids = told.flatMap(each => (telling.has(each.type) && 'conversation' in each ? each.conversation.id : []))
    if (ids.length === 0) return
    const { records } = await this.#store.read(this.#incidentId, [...new Set(ids)].map(keyOf.conversation))
    for (const record of records) if (record) this.#add(record.value as Conversation)
  }

  #add({ alike, preview }: Conversation): void {
    if (alike !== null) this.#alike.begin(alike, preview)
  }
}

/** Waits for it, and no longer; whoever asks next waits for the same. */
async function within(reading: Promise<void>, ms: number): Promise<void> {
  const enough = new AbortController()
  const waited = pause(ms, undefined, { signal: enough.signal }).catch(() => {})
  try {
    await Promise.race([reading, waited])
  } finally {
    enough.abort()
    // Who waited no longer is not told how it ended: the next one reads on from there.
    reading.catch(() => {})
  }
}
