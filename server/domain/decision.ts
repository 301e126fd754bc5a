import type { Told } from '@muster/shared/entry.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Role } from '@muster/shared/role.ts'
import type { Stored } from '../store/store.ts'

/** Who asks. `system` is Muster itself: intake, delivery, timers. */
export type Actor = {
  id: string
  name: string
  team: string
  role: Role | 'system'
  /** The one incident a guest may see and touch; null for everybody else. */
  incidentId: string | null
}

export const muster: Actor = { id: 'muster', name: 'Muster', team: '', role: 'system', incidentId: null }

/** Everything a rule may rest on besides the records: nothing else varies between two runs of it. */
export type Context = {
  room: string
  commandId: string
  actor: Actor
  /** The store's clock, ms. */
  now: number
  /** Waiting conversations in the order they should be tried, for a command that takes "the next". */
  candidates: readonly string[]
  /** When the one who waits longest began to wait, ms, where the command chooses among those who wait; else null. */
  longestWaitingSince: number | null
  /** How long a text is for a channel; null where the channel is not known here. */
  length: (channelId: string, text: string) => { used: number; longest: number | null } | null
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

export function refuse(refusal: Refusal): Decision {
  return { type: 'refused', refusal }
}

/** Thrown by a view for a record nobody read yet; the desk reads it and asks the rule again. */
export class NotRead extends Error {
  readonly keys: readonly string[]
  constructor(keys: readonly string[]) {
    super(`not read: ${keys.join(', ')}`)
    this.keys = keys
  }
}

/** Records as one decision sees them. What it looked at is remembered: the commit is judged by it. */
export class View {
  readonly #records: ReadonlyMap<string, Stored | null>
  readonly #seen = new Map<string, Stored | null>()

  constructor(records: ReadonlyMap<string, Stored | null>) {
    this.#records = records
  }

  /** The record, or null. The decision stands only while nobody else changes it. */
  get<T>(key: string): T | null {
    const stored = this.#find(key)
    this.#seen.set(key, stored)
    return stored === null ? null : (stored.value as T)
  }

  /** Looks without resting the decision on it. */
  peek<T>(key: string): T | null {
    const stored = this.#find(key)
    return stored === null ? null : (stored.value as T)
  }

  get seen(): ReadonlyMap<string, Stored | null> {
    return this.#seen
  }

  #find(key: string): Stored | null {
    const stored = this.#records.get(key)
    if (stored === undefined) throw new NotRead([key])
    return stored
  }
}

export type Rule<C> = (command: C, view: View, context: Context) => Decision
