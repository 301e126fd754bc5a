import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Proposal, Spike } from '@muster/shared/proposal.ts'
import { type Context, change, type Decision, type PutRecord, type Rule, refuse, type View } from './decision.ts'
import { named } from './incident.ts'
import { company } from './indexes.ts'
import type { Pace } from './spike.ts'

/** An open proposal this old that meets another rise is brought up to date: it must stand in no newer one's way. */
const freshMs = 3_600_000
/** After one was declared the channels need a moment until the incident takes them. */
const declaredMs = 15 * 60_000
/** Whoever dismissed a rise is asked again within this only when it has doubled. */
const dismissedMs = 3_600_000
const doubled = 2
/** The figures on an open proposal grow in steps, so that a surge does not call every screen every few seconds. */
const step = 1.5

export type ProposeSpike = { id: string; type: 'spike/propose'; spike: Spike }
/** Names the incident that a proposal becomes before it is declared: so it becomes one only. */
export type TakeProposal = { id: string; type: 'proposal/take'; proposalId: string; incidentId: string }
/** That incident was not declared after all. */
export type ReopenProposal = { id: string; type: 'proposal/reopen'; proposalId: string; incidentId: string }
/** That incident is there. */
export type EndProposal = { id: string; type: 'proposal/end'; proposalId: string }
/** What is usual of each channel, as it was learnt up to a minute. */
export type KeepPace = { id: string; type: 'pace/keep'; minute: number; pace: Pace }

/** Which incident a proposal is to become, since when (ms). */
export type TakenProposal = { proposalId: string; incidentId: string; at: number }

export type ProposalCommand = ProposeSpike | TakeProposal | ReopenProposal | EndProposal | KeepPace
type Of<T extends CompanyCommand['type']> = Extract<CompanyCommand, { type: T }>

type Rules = {
  [T in 'proposal/dismiss' | ProposalCommand['type']]: Rule<Extract<CompanyCommand | ProposalCommand, { type: T }>>
}

export const proposalRules: Rules = {
  'spike/propose': proposeSpike,
  'proposal/take': take,
  'proposal/reopen': reopen,
  'proposal/end': end,
  'proposal/dismiss': dismiss,
  'pace/keep': keepPace,
}

/** Of one rise however many nodes see it: whoever is first proposes, the others find it proposed. */
function proposeSpike({ id, spike }: ProposeSpike, view: View, { now }: Context): Decision {
  const former = view.get<{ proposalId: string }>(company.spike)
  const last = former === null ? null : view.get<Proposal>(company.proposal(former.proposalId))
  if (last?.cause.type !== 'spike') return put(proposalOf(id, spike, now), 'made', view, now)
  if (last.state !== 'open') {
    if (isSettled(last, last.cause.spike, spike, now)) return { type: 'unchanged', answer: {} }
    return put(proposalOf(id, spike, now), 'made', view, now)
  }
  const stale = now - last.madeAt >= freshMs
  const grown = spike.lastMinute >= step * last.cause.spike.lastMinute
  if (!stale && !grown) return { type: 'unchanged', answer: { proposalId: last.id } }
  const renewed = { ...proposalOf(last.id, spike, now), madeAt: stale ? now : last.madeAt }
  return put(renewed, 'changed', view, now)
}

/** Whether what was decided of the last rise holds for this one too. */
function isSettled({ state, decidedAt }: Proposal, last: Spike, spike: Spike, now: number): boolean {
  const since = now - (decidedAt ?? 0)
  if (state === 'declared') return since < declaredMs
  return since < dismissedMs && spike.lastMinute < doubled * last.lastMinute
}

function put(proposal: Proposal, what: 'made' | 'changed', view: View, now: number): Decision {
  view.get(company.proposal(proposal.id))
  return change(
    [
      { key: company.proposal(proposal.id), value: proposal },
      { key: company.spike, value: { proposalId: proposal.id } },
    ],
    [{ type: `proposal/${what}`, at: now, by: null, subject: proposal.id }],
    { proposalId: proposal.id },
  )
}

function proposalOf(id: string, spike: Spike, now: number): Proposal {
  const usual = spike.usual < 1 ? 'hardly any' : String(Math.round(spike.usual))
  return {
    id,
    title: `Many customers write at once: ${spike.lastMinute} in a minute, usually ${usual}`,
    severity: 'sev2',
    affected: '',
    playbookId: null,
    cause: { type: 'spike', spike },
    madeAt: now,
    ...undecided,
  }
}

export const undecided = { state: 'open', incidentId: null, decidedBy: null, decidedAt: null } as const

function take({ proposalId, incidentId }: TakeProposal, view: View, { actor, now }: Context): Decision {
  const proposal = view.get<Proposal>(company.proposal(proposalId))
  if (proposal === null) return refuse(notFound('proposal'))
  if (proposal.incidentId === incidentId) return { type: 'unchanged', answer: {} }
  if (proposal.state !== 'open') return refuse(decidedAlready(proposal))
  const by = named(actor)
  const key = company.taken(proposalId)
  view.get(key)
  return change(
    [
      {
        key: company.proposal(proposalId),
        value: { ...proposal, state: 'declared', incidentId, decidedBy: by, decidedAt: now } satisfies Proposal,
      },
      { key, value: { proposalId, incidentId, at: now } satisfies TakenProposal },
      ...alertOf(proposal, incidentId, view),
    ],
    [{ type: 'proposal/declared', at: now, by, subject: proposalId }],
  )
}

/** The alert that was proposed belongs to the incident now, which is told of it. */
function alertOf({ cause }: Proposal, incidentId: string | null, view: View): PutRecord[] {
  if (cause.type !== 'alert') return []
  const key = company.alert(cause.alert.sourceId, cause.alert.key)
  const record = view.get<object>(key)
  return record === null ? [] : [{ key, value: { ...record, incidentId, due: incidentId === null ? null : 'tell' } }]
}

function reopen({ proposalId, incidentId }: ReopenProposal, view: View, { now }: Context): Decision {
  const [key, mark] = [company.proposal(proposalId), company.taken(proposalId)] as const
  view.get(mark)
  const proposal = view.get<Proposal>(key)
  if (proposal?.state !== 'declared' || proposal.incidentId !== incidentId) return { type: 'unchanged', answer: {} }
  return change(
    [{ key, value: { ...proposal, ...undecided } }, { key: mark, value: null }, ...alertOf(proposal, null, view)],
    [{ type: 'proposal/reopened', at: now, by: null, subject: proposalId }],
  )
}

function end({ proposalId }: EndProposal, view: View): Decision {
  const key = company.taken(proposalId)
  return view.get(key) === null ? { type: 'unchanged', answer: {} } : change([{ key, value: null }], [])
}

function dismiss({ proposalId }: Of<'proposal/dismiss'>, view: View, { actor, now }: Context): Decision {
  const proposal = view.get<Proposal>(company.proposal(proposalId))
  if (proposal === null) return refuse(notFound('proposal'))
  if (proposal.state === 'dismissed') return { type: 'unchanged', answer: {} }
  if (proposal.state === 'declared') return refuse(decidedAlready(proposal))
  const by = named(actor)
  return change(
    [{ key: company.proposal(proposalId), value: { ...proposal, state: 'dismissed', decidedBy: by, decidedAt: now } }],
    [{ type: 'proposal/dismissed', at: now, by, subject: proposalId }],
  )
}

function decidedAlready({ state, decidedBy }: Proposal) {
  const what = state === 'declared' ? 'proposal-declared' : 'proposal-dismissed'
  return conflict(what, { name: decidedBy?.name ?? 'Muster' })
}

function keepPace({ minute, pace }: KeepPace, view: View): Decision {
  const former = view.get<{ minute: number }>(company.pace)
  if (former !== null && former.minute >= minute) return { type: 'unchanged', answer: {} }
  return change([{ key: company.pace, value: { minute, pace } }], [])
}
