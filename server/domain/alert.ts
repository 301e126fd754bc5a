import type { Alert, AlertSource } from '@muster/shared/alert.ts'
import type { CompanyCommand } from '@muster/shared/company-command.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import { declaring } from './alert-declaring.ts'
import { type Context, change, type Decision, type PutRecord, type Rule, refuse, type View } from './decision.ts'
import { fingerprint } from './fingerprint.ts'
import { named, openIncident } from './incident.ts'
import { company } from './indexes.ts'
import { isAnew, isLate, type KnownAlert } from './late-alert.ts'
import { undecided } from './proposal.ts'
import { type KeptSecrets, keeping, type SealedCommand } from './secrets.ts'
import { savedMeanwhile, versionOf } from './version.ts'

/**
 * One trouble of one source, from when it was first heard of on. `times`: how often it began. `due`: what is still to be
 * done in a room of an incident; null where nothing is. The company's room decides, and whichever node comes by does it.
 */
export type AlertRecord = KnownAlert & {
  times: number
  proposalId: string | null
  incidentId: string | null
  due: 'declare' | 'tell' | null
}

/** `toldAt`: when it came, which is before now where it was set aside; ms since 1970. */
export type HearAlert = { id: string; type: 'alert/hear'; alert: Alert; source: AlertSource; toldAt: number }
/** The incident was declared and told of the alert as it then was. */
export type AlertDone = { id: string; type: 'alert/done'; alert: Alert; times: number }
/** To the room of an incident. */
export type TellAlert = { id: string; type: 'alert/tell'; alert: Alert }

export type AlertCommand = HearAlert | AlertDone | TellAlert
type Of<T extends CompanyCommand['type']> = Extract<CompanyCommand, { type: T }>
type Asked = SealedCommand<'alert-source/save'> | Of<'alert-source/remove'> | AlertCommand

export const alertRules: { [T in Asked['type']]: Rule<Extract<Asked, { type: T }>> } = {
  'alert-source/save': saveSource,
  'alert-source/remove': removeSource,
  'alert/hear': hear,
  'alert/done': done,
  'alert/tell': tell,
}

/** Secrets are only ever written: what the command leaves out stays as it was. */
function saveSource(
  { source, secrets, over }: SealedCommand<'alert-source/save'>,
  view: View,
  { actor, now }: Context,
): Decision {
  const [record, kept] = [company.alertSource(source.id), company.alertSecrets(source.id)] as const
  view.need([record, kept])
  const former = view.get<KeptSecrets>(kept)
  const refusal = savedMeanwhile(over, view.get<AlertSource>(record), former)
  if (refusal !== null) return refuse(refusal)
  const keeps = keeping(former, secrets)
  return change(
    [
      { key: record, value: source },
      { key: kept, value: keeps },
    ],
    [{ type: 'alert-source/saved', at: now, by: named(actor), subject: source.id }],
    { version: versionOf(source, keeps) },
  )
}

function removeSource({ sourceId }: Of<'alert-source/remove'>, view: View, { actor, now }: Context): Decision {
  const keys = [company.alertSource(sourceId), company.alertSecrets(sourceId)]
  if (keys.map(key => view.get(key))[0] === null) return refuse(notFound('alert-source'))
  return change(
    keys.map(key => ({ key, value: null })),
    [{ type: 'alert-source/removed', at: now, by: named(actor), subject: sourceId }],
  )
}

/** A source tells the same again and again, and two of its nodes tell it twice: only what is news changes anything. */
function hear(command: HearAlert, view: View, context: Context): Decision {
  const { alert } = command
  const former = view.get<AlertRecord>(company.alert(alert.sourceId, alert.key))
  if (former === null) return alert.state === 'firing' ? raise(null, command, view, context) : remember(command)
  const isSame = former.alert.state === alert.state && (!isAnew(former, alert) || isUndecided(former, view))
  if (isSame) return again(former, command)
  if (isLate(former, command)) return nothingNew
  return alert.state === 'firing' ? raise(former, command, view, context) : clear(former, command, view, context)
}

const nothingNew: Decision = { type: 'unchanged', answer: { news: false } }

/** One that has fired for longer may have joined those that fire: what is over later is over since that one began. */
function again(former: AlertRecord, { alert, toldAt }: HearAlert): Decision {
  if (alert.state !== 'firing' || former.begunAt === null) return nothingNew
  const known = { toldAt: Math.max(former.toldAt, toldAt), begunAt: Math.min(former.begunAt, alert.at) }
  if (known.toldAt === former.toldAt && known.begunAt === former.begunAt) return nothingNew
  return change([{ key: company.alert(alert.sourceId, alert.key), value: { ...former, ...known } }], [], {
    news: false,
  })
}

/** The end of what was never heard to begin: nothing follows, but its beginning, if it comes yet, comes late. */
function remember({ alert, toldAt }: HearAlert): Decision {
  const nothing = { times: 0, begunAt: null, proposalId: null, incidentId: null, due: null }
  const ended: AlertRecord = { alert, toldAt, ...nothing }
  return change([{ key: company.alert(alert.sourceId, alert.key), value: ended }], [], { news: false })
}

function raise(former: AlertRecord | null, command: HearAlert, view: View, { now }: Context): Decision {
  const { alert, source, toldAt } = command
  const key = company.alert(alert.sourceId, alert.key)
  const times = (former?.times ?? 0) + 1
  const told = { alert, toldAt, begunAt: alert.at, times }
  if (former !== null && (former.due === 'declare' || isOpen(former.incidentId, view))) {
    return change([{ key, value: { ...former, ...told, due: former.due ?? 'tell' } }], [], { news: true })
  }
  const id = `alert-${fingerprint(alert.sourceId, alert.key)}-${times}`
  const declared = source.act === 'declare' ? declaring({ sourceId: source.id, alert: key, at: now }, view) : null
  if (declared !== null) {
    const record: AlertRecord = { ...told, proposalId: null, incidentId: id, due: 'declare' }
    return change([{ key, value: record }, declared], [], { news: true })
  }
  view.get(company.proposal(id))
  const record: AlertRecord = { ...told, proposalId: id, incidentId: null, due: null }
  return change(
    [
      { key, value: record },
      { key: company.proposal(id), value: proposalOf(id, alert, source, now) },
    ],
    [{ type: 'proposal/made', at: now, by: null, subject: id }],
    { news: true },
  )
}

/** The trouble is over: an incident that came of it is told, and what nobody has decided yet need not be. */
function clear(former: AlertRecord, { alert, toldAt }: HearAlert, view: View, { now }: Context): Decision {
  const key = company.alert(alert.sourceId, alert.key)
  const due = former.due ?? (former.incidentId === null ? null : 'tell')
  const record: AlertRecord = { ...former, alert, toldAt, due }
  const proposal = former.proposalId === null ? null : view.get<Proposal>(company.proposal(former.proposalId))
  const put: PutRecord[] = [{ key, value: record }]
  if (proposal?.state !== 'open') return change(put, [], { news: true })
  const closed: Proposal = { ...proposal, cause: { type: 'alert', alert }, state: 'dismissed', decidedAt: now }
  return change(
    [...put, { key: company.proposal(proposal.id), value: closed }],
    [{ type: 'proposal/dismissed', at: now, by: null, subject: proposal.id }],
    { news: true },
  )
}

/** It still stands among what is proposed. */
function isUndecided({ proposalId }: AlertRecord, view: View): boolean {
  return proposalId !== null && view.get<Proposal>(company.proposal(proposalId))?.state === 'open'
}

function isOpen(incidentId: string | null, view: View): boolean {
  return incidentId !== null && view.get<Incident>(company.incident(incidentId))?.state === 'open'
}

function proposalOf(id: string, alert: Alert, { severity, playbookId }: AlertSource, now: number): Proposal {
  const cause = { type: 'alert', alert } as const
  return {
    id,
    title: alert.title.slice(0, 120).toWellFormed(),
    severity,
    affected: '',
    playbookId,
    cause,
    madeAt: now,
    ...undecided,
  }
}

/** What came meanwhile is still to be told. */
function done({ alert, times }: AlertDone, view: View): Decision {
  const key = company.alert(alert.sourceId, alert.key)
  const record = view.get<AlertRecord>(key)
  if (record === null || record.due === null) return { type: 'unchanged', answer: {} }
  const isNewer = record.times !== times || record.alert.state !== alert.state
  return change([{ key, value: { ...record, due: isNewer ? 'tell' : null } }], [])
}

function tell({ alert }: TellAlert, view: View, { now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  return change([], [{ type: alert.state === 'firing' ? 'alert/raised' : 'alert/cleared', at: now, by: null, alert }])
}
