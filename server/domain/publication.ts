import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { type Setback, setbackOf, wordsOfSetbacks } from '@muster/shared/setback.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import { tellable } from './afterword.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { named } from './incident.ts'
import { keyOf } from './indexes.ts'

type Settle = Extract<IncidentCommand, { type: 'status/settle' }>
type PageState = StatusUpdate['pages'][number]
type StatusTold = Extract<Told, { update: StatusUpdate }>['type']

/** How one incident's updates come onto one page: one after another, in the order they were approved in. */
export type Lane = {
  pageId: string
  /** The incident's id there; null where it is not known. */
  externalId: string | null
  /** Whether something of this incident is there. */
  begun: boolean
  /** When the newest of what is there was approved, ms since 1970; left out while nothing is. */
  newest?: number
  /** Updates to be brought; the first is the one in hand. */
  waiting: readonly string[]
  /** Since when the first is in hand. */
  since: number
  attempts: number
  /** The first may be there already: it is looked for before it is brought again. */
  mayBeThere: boolean
  /** Who brings it just now. */
  worker: string | null
  /** When it is brought next, or its worker's lease ends; null while there is nothing to do or a lead has to look. */
  next: number | null
}

/** An update that its page keeps putting off is given up after this long: 4 hours. */
export const longestTryingMs = 4 * 3_600_000

/** The lane with an update at its end. */
export function queued(pageId: string, updateId: string, view: View, now: number): PutRecord {
  const key = keyOf.statusLane(pageId)
  const empty = { pageId, externalId: null, begun: false, waiting: [], worker: null, next: null }
  const lane = view.get<Lane>(key) ?? { ...empty, ...fresh(now) }
  const waiting = [...lane.waiting, updateId]
  const begins = lane.waiting.length === 0
  return { key, value: { ...lane, waiting, ...(begins && { ...fresh(now), next: now }) } satisfies Lane }
}

function fresh(now: number): Pick<Lane, 'since' | 'attempts' | 'mayBeThere'> {
  return { since: now, attempts: 0, mayBeThere: false }
}

export type TakeUpdate = { id: string; type: 'status/take'; pageId: string; worker: string; leaseMs: number }

/** Gives the update in hand to one worker. One whose lease has ended may have brought it. */
export function takeUpdate({ pageId, worker, leaseMs }: TakeUpdate, view: View, { now }: Context): Decision {
  const lane = view.get<Lane>(keyOf.statusLane(pageId))
  const update = inHand(lane, view)
  const incident = view.peek<Incident>(keyOf.incident)
  if (lane === null || update === null || incident === null || lane.next === null || lane.next > now)
    return { type: 'unchanged', answer: { taken: false } }
  const taken: Lane = {
    ...lane,
    worker,
    next: now + leaseMs,
    attempts: lane.attempts + 1,
    mayBeThere: lane.mayBeThere || lane.worker !== null,
  }
  const sending = onPage(update, pageId, { state: 'sending', at: now, attempts: taken.attempts })
  return change([put(taken), putUpdate(sending)], [told('sending', sending, now)], {
    taken: true,
    lane: taken,
    update: sending,
    incident,
  })
}

/** Only whose lease it is may say what became of an update, but for that it is there. */
export type ReportUpdate = { id: string; pageId: string; updateId: string; worker: string } & (
  | { type: 'status/published'; externalId: string }
  | { type: 'status/again'; setback: Setback; afterMs: number; mayBeThere: boolean }
  | { type: 'status/failed'; setback: Setback }
  | { type: 'status/uncertain'; setback: Setback }
)

export function reportUpdate(command: ReportUpdate, view: View, { now }: Context): Decision {
  const { pageId, updateId, worker } = command
  const lane = view.get<Lane>(keyOf.statusLane(pageId))
  const update = inHand(lane, view)
  const known = lane !== null && update?.id === updateId
  if (!known || (lane.worker !== worker && command.type !== 'status/published'))
    return { type: 'unchanged', answer: {} }
  const { type } = command
  if (type === 'status/published') return shown({ ...lane, externalId: command.externalId }, update, 'published', now)
  const { setback } = command
  const mayBeThere = type === 'status/again' ? command.mayBeThere : lane.mayBeThere
  if (type === 'status/uncertain') return doubted(lane, update, [setback], now)
  if (type === 'status/again' && now + command.afterMs <= lane.since + longestTryingMs) {
    const waiting = onPage(update, pageId, { state: 'waiting', ...because([setback]), at: now })
    const later: Lane = { ...lane, worker: null, next: now + command.afterMs, mayBeThere }
    return change([put(later), putUpdate(waiting)], [told('waiting', waiting, now)])
  }
  const why = type === 'status/again' ? [setback, setbackOf('tried-for-hours')] : [setback]
  if (mayBeThere) return doubted(lane, update, [setbackOf('earlier'), ...why], now)
  const failed = onPage(update, pageId, { state: 'failed', ...because(why), at: now })
  return change([put(past(lane, now)), putUpdate(failed)], [told('failed', failed, now)])
}

/** By a lead who looked at the page: it is there, or it is brought again. */
export function settleUpdate(command: Settle, view: View, { actor, now }: Context): Decision {
  const { updateId, pageId, published } = command
  const update = view.get<StatusUpdate>(keyOf.statusUpdate(updateId))
  const lane = view.get<Lane>(keyOf.statusLane(pageId))
  const state = update?.pages.find(page => page.pageId === pageId)?.state
  if (update === null || lane === null || (state !== 'uncertain' && state !== 'failed'))
    return refuse(notFound('uncertain-update'))
  const by = named(actor)
  if (state === 'uncertain' && published) return shown(lane, update, 'settled', now, by)
  if (published) {
    const seen = onPage(update, pageId, { state: 'published', ...nothing, at: now })
    return change([put({ ...lane, ...there(lane, update) }), putUpdate(seen)], [told('settled', seen, now, by)])
  }
  const refusal = againstBringing(update, lane, view, now)
  if (refusal !== null) return refuse(refusal)
  const again = onPage(update, pageId, { state: 'waiting', ...nothing, at: now })
  const next = state === 'uncertain' ? { ...lane, ...fresh(now), next: now } : queued(pageId, updateId, view, now).value
  return change([{ key: keyOf.statusLane(pageId), value: next }, putUpdate(again)], [told('settled', again, now, by)])
}

/** It would be tried when nobody tries any more, or stand above what was approved after it and does not wait for it. */
function againstBringing(update: StatusUpdate, lane: Lane, view: View, now: number): Refusal | null {
  if ('refusal' in tellable(view, now)) return conflict('update-too-late', {})
  view.need(lane.waiting.map(keyOf.statusUpdate))
  const after = lane.waiting.map(id => view.get<StatusUpdate>(keyOf.statusUpdate(id))?.decidedAt ?? 0)
  const isFirst = lane.waiting[0] === update.id
  const isOvertaken = Math.max(lane.newest ?? 0, ...after) > (update.decidedAt ?? 0)
  return isOvertaken && !isFirst ? conflict('update-overtaken', {}) : null
}

/** What its page shows, this update with it. */
function there({ newest = 0 }: Lane, { decidedAt }: StatusUpdate): Pick<Lane, 'begun' | 'newest'> {
  return { begun: true, newest: Math.max(newest, decidedAt ?? 0) }
}

function shown(
  lane: Lane,
  update: StatusUpdate,
  what: 'published' | 'settled',
  now: number,
  by: { id: string; name: string } | null = null,
): Decision {
  const { externalId } = lane
  const published = onPage(update, lane.pageId, { state: 'published', ...nothing, externalId, at: now })
  return change(
    [put({ ...past(lane, now), ...there(lane, update) }), putUpdate(published)],
    [told(what, published, now, by)],
  )
}

/** Those after it wait as well: which of them the page shows last must be the newest. */
function doubted(lane: Lane, update: StatusUpdate, setbacks: readonly Setback[], now: number): Decision {
  const uncertain = onPage(update, lane.pageId, { state: 'uncertain', ...because(setbacks), at: now })
  const stopped: Lane = { ...lane, worker: null, next: null, mayBeThere: true }
  return change([put(stopped), putUpdate(uncertain)], [told('uncertain', uncertain, now)])
}

const nothing = { reason: null, setbacks: [] }

function because(setbacks: readonly Setback[]): Pick<PageState, 'reason' | 'setbacks'> {
  return { reason: wordsOfSetbacks(setbacks), setbacks: [...setbacks] }
}

/** The lane with the next update in hand. */
function past(lane: Lane, now: number): Lane {
  const waiting = lane.waiting.slice(1)
  return { ...lane, ...fresh(now), waiting, worker: null, next: waiting.length === 0 ? null : now }
}

function inHand(lane: Lane | null, view: View): StatusUpdate | null {
  const id = lane?.waiting[0]
  return id === undefined ? null : view.get<StatusUpdate>(keyOf.statusUpdate(id))
}

function onPage(update: StatusUpdate, pageId: string, changed: Partial<PageState>): StatusUpdate {
  return { ...update, pages: update.pages.map(page => (page.pageId === pageId ? { ...page, ...changed } : page)) }
}

function put(lane: Lane): PutRecord {
  return { key: keyOf.statusLane(lane.pageId), value: lane }
}

function putUpdate(update: StatusUpdate): PutRecord {
  return { key: keyOf.statusUpdate(update.id), value: update }
}

function told(
  what: 'sending' | 'waiting' | 'published' | 'failed' | 'uncertain' | 'settled',
  update: StatusUpdate,
  at: number,
  by: { id: string; name: string } | null = null,
): Told {
  const type: StatusTold = `status/${what}`
  return { type, at, by, update }
}
