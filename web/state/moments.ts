import type { Status } from '@muster/shared/incident.ts'
import type { Moment } from '@muster/shared/moment.ts'
import type { Setback } from '@muster/shared/setback.ts'
import type { PublicStatus } from '@muster/shared/status-page.ts'
import { isolated, plainName } from './plain.ts'
import { setbackWords } from './setback-words.ts'
import { around, isKey, type Key, listed, say } from './words.ts'

export const kinds = ['guidance', 'people', 'alarms'] as const
export type Kind = (typeof kinds)[number]

/** A line's sentence. Where it names a customer, that name stands between `before` and `after`. */
export type Line = { before: string; after: string; customer: { conversationId: string; name: string } | null }

type Detail = Moment['detail']
type Told = Detail & { by: string }
/** `name`: the sentence goes around a customer's name. */
type Teller = { kind: Kind | null; key: (detail: Detail) => Key; values?: (told: Told) => Values; customer?: true }
type Values = Record<string, string | number>

export const statusKeys: Record<Status, Key> = {
  investigating: 'command.investigating',
  identified: 'command.identified',
  watching: 'command.watching',
}

const publicKeys: Record<PublicStatus, Key> = {
  investigating: 'publicStatus.investigating',
  identified: 'publicStatus.identified',
  monitoring: 'publicStatus.monitoring',
  resolved: 'publicStatus.resolved',
}

const always = (key: Key) => () => key
const publicStatus = ({ status }: Told) => ({ status: say(publicKeys[status as PublicStatus]) })
const troubled = (told: Told) => ({ ...publicStatus(told), reason: setbackWords((told.setbacks ?? []) as Setback[]) })
const person = ({ person }: Told) => ({ person: nameOf(person) })
const epoch = ({ epoch }: Told) => ({ epoch: text(epoch) })
const channel = ({ channel, seconds }: Told) => ({ channel: text(channel), seconds: Number(seconds) })
const writer = ({ writer }: Told) => ({ writer: nameOf(writer) })

/** Every line there is, in the screens' words. */
const tellers: Record<string, Teller> = {
  'incident/declared': {
    kind: null,
    key: always('command.declared'),
    values: ({ title, severity }) => ({ title: text(title), severity: numberOf(severity) }),
  },
  'incident/surged': { kind: null, key: ({ on }) => (on === true ? 'command.surgedOn' : 'command.surgedOff') },
  'incident/changed': {
    kind: null,
    key: always('command.changed'),
    values: told => ({ what: changesOf(told).join('; ') }),
  },
  'incident/resolved': { kind: null, key: always('command.resolved') },
  'incident/handed-over': { kind: 'people', key: always('command.handedOver'), values: person },
  'responder/appointed': {
    kind: 'people',
    key: ({ role }) => (role === null ? 'command.unappointed' : 'command.appointed'),
    values: told => ({ ...person(told), role: roleName(told.role) }),
  },
  'responder/paused': {
    kind: 'people',
    key: ({ paused }) => (paused === true ? 'command.paused' : 'command.resumed'),
    values: person,
  },
  'responder/thanked': {
    kind: 'people',
    key: always('command.thanked'),
    values: told => ({ ...person(told), text: text(told.text) }),
  },
  'responder/levelled': {
    kind: 'people',
    key: levelledKey,
    values: told => ({
      ...person(told),
      from: levelName(told.from),
      level: levelName(told.level),
      reason: text(told.reason),
    }),
  },
  'facts/published': {
    kind: 'guidance',
    key: ({ maySay }) => (text(maySay).trim() === '' ? 'command.publishedNothing' : 'command.published'),
    values: told => ({ ...epoch(told), maySay: text(told.maySay) }),
  },
  'wording/published': {
    kind: 'guidance',
    key: always('command.wordingPublished'),
    values: told => ({ ...epoch(told), wording: text(told.wording) }),
  },
  'wording/retracted': { kind: 'guidance', key: always('command.wordingRetracted'), values: epoch },
  'gate/overridden': {
    kind: 'alarms',
    key: always('command.overridden'),
    values: told => ({ ...writer(told), reason: text(told.reason) }),
    customer: true,
  },
  'status/proposed': {
    kind: 'guidance',
    key: always('publicStatus.proposed'),
    values: told => ({ ...publicStatus(told), text: text(told.text) }),
  },
  'status/approved': { kind: 'guidance', key: always('publicStatus.approved'), values: publicStatus },
  'status/declined': { kind: 'guidance', key: always('publicStatus.declined'), values: publicStatus },
  'status/failed': { kind: 'alarms', key: always('publicStatus.failed'), values: troubled },
  'status/uncertain': { kind: 'alarms', key: always('publicStatus.uncertain'), values: troubled },
  'status/settled': { kind: 'alarms', key: always('publicStatus.settled'), values: publicStatus },
  'conversation/unseen': { kind: 'alarms', key: always('command.wentUnseen'), customer: true },
  'question/asked': { kind: 'alarms', key: always('command.asked'), customer: true },
  'question/answered': { kind: 'alarms', key: always('command.answeredQuestion'), customer: true },
  'channel/lagging': { kind: 'alarms', key: always('watch.lagging'), values: channel },
  'channel/caught-up': { kind: 'alarms', key: always('watch.caughtUp'), values: channel },
  'alert/raised': { kind: 'alarms', key: always('watch.raised'), values: told => ({ title: text(told.title) }) },
  'alert/cleared': { kind: 'alarms', key: always('watch.cleared'), values: told => ({ title: text(told.title) }) },
  'reply/uncertain': { kind: 'alarms', key: always('command.uncertain'), values: writer, customer: true },
  'reply/settled': {
    kind: 'alarms',
    key: ({ arrived }) => (arrived === true ? 'command.settledArrived' : 'command.settledAgain'),
    values: writer,
    customer: true,
  },
  'conversation/merged': {
    kind: 'people',
    key: always('command.merged'),
    values: ({ also }) => ({ also: named(also) }),
    customer: true,
  },
  'conversation/parted': {
    kind: 'people',
    key: always('command.parted'),
    values: ({ former }) => ({ former: named([former]) }),
    customer: true,
  },
  'pipes/changed': {
    kind: 'alarms',
    key: pipesKey,
    values: ({ slowed, slowedPrivate, freed, freedPrivate }) => ({
      slowed: lanes(slowed, slowedPrivate),
      freed: lanes(freed, freedPrivate),
    }),
  },
  'reply/bounced': { kind: 'alarms', key: always('pipes.bounced'), values: writer, customer: true },
  'reply/failed': { kind: 'alarms', key: always('command.failed'), values: writer, customer: true },
}

export function isMomentType(type: string): boolean {
  return Object.hasOwn(tellers, type)
}

/** Null: it belongs to no kind, and is among all. */
export function kindOf({ type }: Moment): Kind | null {
  return tellers[type]?.kind ?? null
}

export function momentLine({ type, by, detail }: Moment): Line {
  const teller = isMomentType(type) ? tellers[type] : undefined
  const told: Told = { ...detail, by: by === null ? say('command.muster') : isolated(by.name) }
  const values = { by: told.by, ...teller?.values?.(told) }
  if (!teller) return { before: say('command.unknownMoment', values), after: '', customer: null }
  const key = teller.key(detail)
  if (!teller.customer) return { before: say(key, values), after: '', customer: null }
  const [before, after] = around(key, values)
  const { name } = plainName(text(detail.customer) || say('conversation.nameless'))
  return { before, after, customer: { conversationId: text(detail.conversationId), name } }
}

/** The whole line as one sentence. */
export function momentSentence(moment: Moment): string {
  const { before, after, customer } = momentLine(moment)
  return before + (customer === null ? '' : isolated(customer.name)) + after
}

function changesOf(detail: Detail): string[] {
  const { title, severity, from, status, affected, topics, training } = detail
  const changes: string[] = []
  if (title !== undefined) changes.push(say('command.changedTitle', { title: text(title) }))
  if (severity !== undefined)
    changes.push(say('command.changedSeverity', { severity: numberOf(severity), from: numberOf(from) }))
  if (status !== undefined) changes.push(say('command.changedStatus', { status: statusName(status) }))
  if (affected === '') changes.push(say('command.changedNothingAffected'))
  else if (affected !== undefined) changes.push(say('command.changedAffected', { affected: text(affected) }))
  if (topics !== undefined) changes.push(say('command.changedTopics', { count: Number(topics) }))
  if (training !== undefined) changes.push(say('command.changedTraining'))
  return changes
}

function statusName(status: unknown): string {
  const key = statusKeys[text(status) as Status] as Key | undefined
  return key === undefined ? text(status) : say(key)
}

function pipesKey({ slowed, slowedPrivate, freed, freedPrivate }: Detail): Key {
  if (several(freed).length + several(freedPrivate).length === 0) return 'pipes.slowed'
  return several(slowed).length + several(slowedPrivate).length === 0 ? 'pipes.freed' : 'pipes.slowedAndFreed'
}

/** Channels by the names they had then, and who reads what leaves by them. */
function lanes(open: unknown, closed: unknown): string {
  return listed([
    ...several(open).map(channel => say('pipes.publicBy', { channel: isolated(channel) })),
    ...several(closed).map(channel => say('pipes.privateBy', { channel: isolated(channel) })),
  ])
}

/** As whom else somebody writes. */
function named(aliases: unknown): string {
  const known = several(aliases).filter(alias => alias !== '')
  return known.length === 0 ? say('conversation.nameless') : listed(known.map(nameOf))
}

/** Nobody did what the rules did. */
function levelledKey({ byRule, reason }: Detail): Key {
  if (byRule === true) return 'command.levelledByRule'
  return text(reason) === '' ? 'command.levelled' : 'command.levelledBecause'
}

function levelName(level: unknown): string {
  const key = `level.${text(level)}`
  return isKey(key) ? say(key) : text(level)
}

function roleName(role: unknown): string {
  const key = `role.${text(role)}`
  return isKey(key) ? say(key) : text(role)
}

function nameOf(name: unknown): string {
  return isolated(plainName(text(name)).name)
}

/** `sev1` is severity 1. */
function numberOf(severity: unknown): string {
  return text(severity).replace(/^sev/, '')
}

function several(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
