import type { Owed, Received } from './channel.ts'
import type { Surroundings } from './surroundings.ts'
import { Anchor } from './x-arrival.ts'
import { readPrices } from './x-limits.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** For as long as this a post is looked at again: an hour after it was written nobody can change it any more. */
const watchedMs = 3 * dayMs
const editableMs = hourMs
const againMs = 6 * hourMs
const most = 20_000

/** `version`: the newest id that is known of it; null for what is not looked at again. */
type Seen = { version: string | null; writtenAt: number; lookedAt: number }

/** What came in lately: it need not be stored twice, and posts must be looked at again. The oldest is forgotten first. */
export class XKnown {
  readonly #seen = new Map<string, Seen>()

  /** Whether it says anything that was not taken yet. */
  isNews(received: Received): boolean {
    if (received.type !== 'arrival' && received.type !== 'edited') return true
    const seen = this.#seen.get(received.arrival.externalId)
    return seen === undefined || isNewer(versionOf(received.arrival.anchor), seen.version)
  }

  note(received: Received, now: number): void {
    if (received.type === 'deleted') this.#seen.delete(received.externalId)
    if ((received.type !== 'arrival' && received.type !== 'edited') || !this.isNews(received)) return
    const { externalId, anchor, sentAt } = received.arrival
    this.#seen.delete(externalId)
    this.#seen.set(externalId, { version: versionOf(anchor), writtenAt: sentAt ?? now, lookedAt: now })
    const [oldest] = this.#seen.keys()
    if (this.#seen.size > most && oldest !== undefined) this.#seen.delete(oldest)
  }

  /** What was taken in before this process ran, and still waits: looked at again as if it had been running all the time. */
  remember({ externalId, anchor, sentAt }: Owed, now: number): void {
    const version = versionOf(anchor)
    if (version === null || this.#seen.has(externalId) || this.#seen.size >= most) return
    this.#seen.set(externalId, { version, writtenAt: sentAt ?? now, lookedAt: now })
  }

  /** Which posts must be looked at again: the message and the newest version of each. */
  due(now: number): { externalId: string; version: string }[] {
    return [...this.#seen].flatMap(([externalId, { version, writtenAt, lookedAt }]) => {
      if (version === null || now - writtenAt > watchedMs) return []
      const wasFinal = lookedAt >= writtenAt + editableMs
      const isDue = now - lookedAt >= againMs || (!wasFinal && now >= writtenAt + editableMs)
      return isDue ? [{ externalId, version }] : []
    })
  }

  looked(externalIds: readonly string[], now: number): void {
    for (const id of externalIds) {
      const seen = this.#seen.get(id)
      if (seen !== undefined) seen.lookedAt = now
    }
  }
}

/** The same for everything that says the same. */
export function nameOf(received: Received): string {
  if (received.type === 'unreadable') return received.unreadable.externalId
  if (received.type !== 'arrival' && received.type !== 'edited') return JSON.stringify(received)
  const { externalId, anchor } = received.arrival
  return `${externalId} ${versionOf(anchor) ?? ''}`
}

function versionOf(anchor: unknown): string | null {
  const read = Anchor.safeParse(anchor).data
  return read?.kind === 'post' ? read.post : null
}

function isNewer(version: string | null, known: string | null): boolean {
  return version !== null && known !== null && BigInt(version) > BigInt(known)
}

/** Counts what reading costs: X takes money for each thing once in a day (UTC). */
export class XMeter {
  readonly #surroundings: Surroundings
  #day = 0
  readonly #paid = new Set<string>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  read(kind: keyof typeof readPrices, ids: readonly string[]): void {
    const day = Math.floor(this.#surroundings.clock() / dayMs)
    if (day !== this.#day || this.#paid.size > 5 * most) this.#paid.clear()
    this.#day = day
    const unpaid = ids.filter(id => !this.#paid.has(`${kind} ${id}`))
    for (const id of unpaid) this.#paid.add(`${kind} ${id}`)
    if (unpaid.length > 0) this.#surroundings.spend(unpaid.length * readPrices[kind], `read on X: ${kind}`)
  }
}
