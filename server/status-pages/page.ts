import type { Severity } from '@muster/shared/incident.ts'
import type { Setback } from '@muster/shared/setback.ts'
import type { PublicStatus } from '@muster/shared/status-page.ts'

/** One update as a page is to show it. */
export type Publication = {
  /** The same whenever this update is brought to this page, from whichever node. */
  key: string
  updateId: string
  incident: { id: string; title: string; severity: Severity }
  status: PublicStatus
  text: string
  /** When it was approved, ms since 1970: what the page shows from before that is not it. */
  approvedAt: number
  /** What the page calls the incident; null where that is not known. */
  externalId: string | null
  /** Whether something of the incident is there. */
  begun: boolean
}

/**
 * `refused` says it is not there: `again` whether it may be later, `afterMs` from now at the soonest. `unknown`: nobody can
 * tell.
 */
export type Brought =
  | { type: 'published'; externalId: string }
  | { type: 'refused'; setback: Setback; again: boolean; afterMs: number | null }
  | { type: 'unknown'; setback: Setback }

/** What reading back found: `absent` only where the page would surely have shown it; `again`: it may tell later. */
export type Seen =
  | { type: 'published'; externalId: string }
  | { type: 'absent' }
  | { type: 'unknown'; setback: Setback; again: boolean }

/** A page to which nothing can be brought as it is set up. */
export type Unopened = { setback: Setback }

/** Where the public reads how things stand. */
export interface Page {
  /** Its receiver drops a second one of the same key, so that nothing need be read back. */
  readonly repeatable: boolean

  /** Brings an update once; never retries by itself and never throws for anything the page does. */
  bring(publication: Publication, signal: AbortSignal): Promise<Brought>

  /** Looks for an update that may have been brought. */
  find(publication: Publication, signal: AbortSignal): Promise<Seen>

  close(): void
}

/** How a request ended, for those after it: `closedForMs` is how long nothing is taken that comes with its token. */
export type Ending = 'taken' | 'unknown' | { closedForMs: number }

/** Whose turn it is to ask something with a token, among all that do so on any node. */
export type Turn = {
  /** Resolves when it is one's turn, with what is to be told when that is over; rejects when the signal aborts before. */
  take: (signal: AbortSignal) => Promise<(ending: Ending) => Promise<void>>
}
