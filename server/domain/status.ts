import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Facts, Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { GateReason, Refusal } from '@muster/shared/refusal.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import { tellable } from './afterword.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { stops } from './gate.ts'
import { textReasons } from './gate-text.ts'
import { named } from './incident.ts'
import { keyOf } from './indexes.ts'
import { queued } from './publication.ts'
import { guidanceChanged } from './refusals.ts'
import { factsOf } from './reply.ts'
import { noTexts, type Texts } from './texts.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>
type StatusTold = Extract<Told, { update: StatusUpdate }>['type']

const mostProposals = 20

/** Proposals that wait for somebody. One record: what is proposed while guidance changes is not overlooked. */
type Proposals = readonly string[]

/** As the desk gives it: with the pages that are switched on; none where nobody says. */
export type Approve = Of<'status/approve'> & { pages?: readonly string[] }

export function propose(command: Of<'status/propose'>, view: View, { actor, now }: Context): Decision {
  const incident = tellable(view, now)
  if ('refusal' in incident) return refuse(incident.refusal)
  const refusal = refusalOf(command.text, command.epoch, incident, view, now)
  if (refusal !== null) return refuse(refusal)
  const waiting = view.get<Proposals>(keyOf.statusProposals) ?? []
  if (waiting.length >= mostProposals) return refuse(conflict('updates-full', { number: mostProposals }))
  const { id, text, status, epoch } = command
  const update: StatusUpdate = {
    id,
    text,
    status,
    epoch,
    state: 'proposed',
    proposedBy: named(actor),
    proposedAt: now,
    decidedBy: null,
    decidedAt: null,
    pages: [],
  }
  view.get(keyOf.statusUpdate(id))
  return change(
    [{ key: keyOf.statusProposals, value: [...waiting, id] }, put(update)],
    [told('proposed', update, now, actor)],
    {
      updateId: id,
    },
  )
}

export function approveUpdate(command: Approve, view: View, { actor, now }: Context): Decision {
  const incident = tellable(view, now)
  if ('refusal' in incident) return refuse(incident.refusal)
  const update = openProposal(command.updateId, view)
  if ('refusal' in update) return refuse(update.refusal)
  if (update.proposedBy.id === actor.id) return refuse(ownUpdate)
  // Whose a program is nobody can tell: it might be its writer's.
  if (actor.id.startsWith('token-')) return refuse(conflict('update-unread', {}))
  const epoch = update.epoch === command.epoch ? update.epoch : -1
  const refusal = refusalOf(update.text, epoch, incident, view, now)
  if (refusal !== null) return refuse(refusal)
  // A drill's customers are made up; the public is not.
  const pages = incident.drill ? [] : (command.pages ?? [])
  const approved: StatusUpdate = {
    ...update,
    state: 'approved',
    decidedBy: named(actor),
    decidedAt: now,
    pages: pages.map(pageId => ({
      pageId,
      state: 'waiting',
      reason: null,
      setbacks: [],
      externalId: null,
      at: now,
      attempts: 0,
    })),
  }
  return change(
    [...withoutProposal(update.id, view), put(approved), ...pages.map(pageId => queued(pageId, update.id, view, now))],
    [told('approved', approved, now, actor)],
  )
}

export function declineUpdate(command: Of<'status/decline'>, view: View, { actor, now }: Context): Decision {
  const update = openProposal(command.updateId, view)
  if ('refusal' in update) return refuse(update.refusal)
  const declined: StatusUpdate = { ...update, state: 'declined', decidedBy: named(actor), decidedAt: now }
  return change([...withoutProposal(update.id, view), put(declined)], [told('declined', declined, now, actor)])
}

/** Whoever changes the guidance ends what was proposed under the former one. */
export function outdated(view: View, now: number): { put: PutRecord[]; tell: Told[] } {
  const waiting = view.get<Proposals>(keyOf.statusProposals) ?? []
  if (waiting.length === 0) return { put: [], tell: [] }
  view.need(waiting.map(keyOf.statusUpdate))
  const updates = waiting
    .map(id => view.get<StatusUpdate>(keyOf.statusUpdate(id)))
    .filter(update => update !== null)
    .map((update): StatusUpdate => ({ ...update, state: 'outdated', decidedAt: now }))
  return {
    put: [{ key: keyOf.statusProposals, value: [] }, ...updates.map(put)],
    tell: updates.map(update => told('outdated', update, now, null)),
  }
}

function openProposal(id: string, view: View): StatusUpdate | { refusal: Refusal } {
  const update = view.get<StatusUpdate>(keyOf.statusUpdate(id))
  if (update === null) return { refusal: notFound('update') }
  if (update.state === 'proposed') return update
  if (update.state === 'outdated') return { refusal: guidanceChanged(view.peek<Facts>(keyOf.facts)) }
  return { refusal: conflict(`update-${update.state}`, {}) }
}

/** What keeps these words from the public. The incident's title stands above them there. */
function refusalOf(text: string, epoch: number, incident: Incident, view: View, now: number): Refusal | null {
  const facts = factsOf(view)
  if (epoch !== facts.epoch) return guidanceChanged(facts)
  const ground = { facts, texts: view.get<Texts>(keyOf.texts) ?? noTexts, now }
  const reasons = [...stops(textReasons(text, ground)), ...stops(textReasons(incident.title, ground)).map(aboutTitle)]
  return reasons.length === 0 ? null : notForThePublic(reasons)
}

function aboutTitle({ from: _, to: __, ...reason }: GateReason): GateReason {
  const values = { ...reason.values, where: 'title' }
  return { ...reason, values, sentence: `The incident's title stands above it: ${reason.sentence}` }
}

function notForThePublic(reasons: GateReason[]): Refusal {
  const sentence = 'This update cannot go out as it is. Nothing was published; your text is still in your editor.'
  return { code: 'gate', sentence, reasons }
}

const ownUpdate: Refusal = {
  code: 'own-reply',
  sentence: 'You wrote this update, so somebody else must approve it. Nothing was published.',
}

function withoutProposal(id: string, view: View): PutRecord[] {
  const waiting = view.get<Proposals>(keyOf.statusProposals) ?? []
  return [{ key: keyOf.statusProposals, value: waiting.filter(each => each !== id) }]
}

function put(update: StatusUpdate): PutRecord {
  return { key: keyOf.statusUpdate(update.id), value: update }
}

function told(
  what: 'proposed' | 'approved' | 'declined' | 'outdated',
  update: StatusUpdate,
  at: number,
  by: { id: string; name: string } | null,
): Told {
  const type: StatusTold = `status/${what}`
  return { type, at, by: by === null ? null : named(by), update }
}
