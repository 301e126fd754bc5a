import type { Sameness } from '@muster/shared/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Role } from '@muster/shared/role.ts'
import type { Cohort, Readiness } from '@muster/shared/training.ts'
import type { Stored } from '../store/store.ts'

/** Who asks. `system` is Muster itself: intake, delivery, timers. */
export type Actor = {
  id: string
  name: string
  team: string
  role: Role | 'system'
  /** The one incident a guest may see and touch; null for everybody else. */
  incidentId: string | null
  /** Whether answering customers is their work; support where it was never said. */
  cohort?: Cohort
  /** How far they got in incidents before this one; null or absent where they were in none. */
  readiness?: Readiness | null
}

export const muster: Actor = { id: 'muster', name: 'Muster', team: '', role: 'system', incidentId: null }

/**
 * Who waits and is held by nobody, as far as a command that chooses among them needs it: ids of conversations, the longest
 * waiting first. What was true when it was read: a rule looks at the conversations themselves.
 */
export type Queue = {
  oldest: readonly string[]
  /** Those of the topics the command names. */
  inTopics: readonly string[]
  /** Those whose reply would leave too late; they stand in neither of the others. */
  behindPipes: readonly string[]
  /** How far in to begin with taking the next, from 0 up to 1: not at the head once others were faster there. */
  turn: number
}

/** Everything a rule may rest on besides the records: nothing else varies between two runs of it. */
export type Context = {
  room: string
  commandId: string
  actor: Actor
  /** The store's clock, ms. */
  now: number
  queue: Queue
  /** How long a text is for a channel; null where the channel is not known here. */
  length: (channelId: string, text: string, visibility: Visibility) => { used: number; longest: number | null } | null
  /** How like what went out before a reply to a channel may be; null where that does not matter. */
  sameness: (channelId: string) => Sameness | null
  /** A number from 0 up to 1, another for every decision. */
  chance: number
}

export type PutRecord = { key: string; value: unknown }

export type Change = {
  type: 'change'
  put: PutRecord[]
  tell: readonly (Told | CompanyTold)[]
  answer: Record<string, unknown>
}

export type Decision =
  | Change
  | { type: 'refused'; refusal: Refusal }
  /** Nothing to do, and no harm in it: a message already stored, a lease already gone. */
  | { type: 'unchanged'; answer: Record<string, unknown> }

/** What the company's room tells: names only, so that nobody's data rides in its log. */
export type CompanyTold = { type: string; at: number; by: { id: string; name: string } | null; subject: string }

export function change(
  put: PutRecord[],
  tell: readonly (Told | CompanyTold)[],
  answer: Record<string, unknown> = {},
): Change {
  return { type: 'change', put, tell, answer }
}

/** Several changes, each of which saw what those before it put, as one. */
export function merged(changes: readonly Change[], answer: Record<string, unknown>): Decision {
  if (changes.length === 0) return { type: 'unchanged', answer }
  const put = new Map<string, PutRecord>()
  for (const record of changes.flatMap(each => each.put)) put.set(record.key, record)
  return change(
    [...put.values()],
    changes.flatMap(({ tell }) => tell),
    answer,
  )
}

export function refuse(refusal: Refusal): Decision {
  return { type: 'refused', refusal }
}

/** Thrown by a view for records or a list nobody read yet; the desk reads them and asks the rule again. */
export class NotRead extends Error {
  readonly keys: readonly string[]
  readonly stretch: Stretch | null
  constructor(keys: readonly string[], stretch: Stretch | null = null) {
    super(`not read: ${stretch?.list ?? keys.join(', ')}`)
    this.keys = keys
    this.stretch = stretch
  }
}

/** How much of a list a rule can look at: its first so many, or as many from a score on. */
export const mostListed = 200

/** What a rule looks at of a list; `from` null: from its beginning. */
export type Stretch = { list: string; from: number | null }

/** A stretch as it was read. */
export type Listed = { stretch: Stretch; keys: readonly string[] }

/** By what a stretch that was read is found again. */
export function nameOf({ list, from }: Stretch): string {
  return from === null ? list : `${list}@${from}`
}

/** Records as one decision sees them. What it looked at is remembered: the commit is judged by it. */
export class View {
  readonly #records: ReadonlyMap<string, Stored | null>
  readonly #seen = new Map<string, Stored | null>()
  readonly #laid = new Map<string, unknown>()
  readonly #lists: ReadonlyMap<string, Pick<Listed, 'keys'>>

  constructor(
    records: ReadonlyMap<string, Stored | null>,
    lists: ReadonlyMap<string, Pick<Listed, 'keys'>> = new Map(),
  ) {
    this.#records = records
    this.#lists = lists
  }

  /**
   * The keys of a list's first records, or of the first from a score on. What was true when it was read: the decision does
   * not rest on it, so a rule gets the records it chooses by.
   */
  list(list: string, from: number | null = null): readonly string[] {
    const stretch = { list, from }
    const listed = this.#lists.get(nameOf(stretch))
    if (listed === undefined) throw new NotRead([], stretch)
    return listed.keys
  }

  /** The record, or null. The decision stands only while nobody else changes it. */
  get<T>(key: string): T | null {
    const stored = this.#find(key)
    this.#seen.set(key, stored)
    return this.#valueOf<T>(key, stored)
  }

  /** Looks without resting the decision on it. */
  peek<T>(key: string): T | null {
    return this.#valueOf<T>(key, this.#find(key))
  }

  /** Has these records read in one go, where a rule will look at one after another. */
  need(keys: readonly string[]): void {
    const missing = keys.filter(key => this.#records.get(key) === undefined)
    if (missing.length > 0) throw new NotRead(missing)
  }

  /** What an earlier step of the same decision puts: the later ones see it. */
  lay(put: readonly PutRecord[]): void {
    for (const { key, value } of put) this.#laid.set(key, value)
  }

  get seen(): ReadonlyMap<string, Stored | null> {
    return this.#seen
  }

  #valueOf<T>(key: string, stored: Stored | null): T | null {
    if (this.#laid.has(key)) return this.#laid.get(key) as T | null
    return stored === null ? null : (stored.value as T)
  }

  #find(key: string): Stored | null {
    const stored = this.#records.get(key)
    if (stored === undefined) throw new NotRead([key])
    return stored
  }
}

export type Rule<C> = (command: C, view: View, context: Context) => Decision
