import { type ChannelRecord, type ChannelSettings, samenessOf } from '@muster/shared/channel.ts'
import type { Conversation, Draft, Message } from '@muster/shared/conversation.ts'
import type { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import type { Moment, TimelinePage } from '@muster/shared/moment.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import type { ChannelMark, ConversationDetail, Snapshot } from '@muster/shared/protocol.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import type { Bench } from '@muster/shared/training.ts'
import { emptyBench } from '@muster/shared/training-rules.ts'
import type { Pipes } from '@muster/shared/weather.ts'
import { afterwordMs } from '../domain/afterword.ts'
import type { Moved } from '../domain/human.ts'
import { company, keyOf, lists } from '../domain/indexes.ts'
import { longestTryingMs as longestPublishingMs } from '../domain/publication.ts'
import { markOf } from '../domain/reply.ts'
import { longestTryingMs } from '../domain/report.ts'
import type { Listed, Store } from '../store/store.ts'
import { maybeSameAs } from './likely-same.ts'

/** So many of what is in quarantine are listed: the oldest. */
export const mostQuarantined = 200

const noPipes: Pipes = { jammed: [] }

/** What a screen starts from; null where there is no such incident. */
export async function snapshotOf(store: Store, incidentId: string): Promise<Snapshot | null> {
  // The position first: entries after it are applied over whatever newer records the lists already hold.
  const at = await store.top(incidentId)
  const { records } = await store.read(incidentId, [keyOf.incident, keyOf.facts, keyOf.bench, keyOf.pipes])
  const [incident, facts, bench, pipes] = records
  if (!incident || !facts) return null
  const [conversations, responders, wordings, channels, replies, updates] = await Promise.all([
    all<Conversation>(store, incidentId, lists.conversations),
    all<Responder>(store, incidentId, lists.responders),
    all<Wording>(store, incidentId, lists.wordings),
    all<ChannelRecord>(store, company.room, company.channels),
    repliesOfConcern(store, incidentId),
    updatesOf(store, incidentId),
  ])
  return {
    at,
    incident: incident.value as Incident,
    facts: facts.value as Facts,
    wordings,
    channels: channels.filter(channel => feeds(channel, incident.value as Incident)).map(channelMark),
    conversations,
    responders,
    replies: replies.map(reply => markOf(reply, whenOf(reply))),
    bench: (bench?.value ?? emptyBench) as Bench,
    pipes: (pipes?.value ?? noPipes) as Pipes,
    updates,
  }
}

const updatesShown = 20

async function updatesOf(store: Store, incidentId: string): Promise<StatusUpdate[]> {
  const newest = await store.list(incidentId, lists.statusUpdates, { after: null, limit: updatesShown })
  return newest.map(({ stored }) => stored.value as StatusUpdate).reverse()
}

const ofConcern = [lists.reviews, lists.reviewing, lists.outbox, lists.sending, lists.unsettled, lists.samples]

async function repliesOfConcern(store: Store, incidentId: string): Promise<Reply[]> {
  return (await Promise.all(ofConcern.map(list => all<Reply>(store, incidentId, list)))).flat()
}

/** Also what is switched off just now: conversations that came by it are still here. */
export function feeds({ id, incidentId }: ChannelRecord, incident: Incident): boolean {
  if (incidentId !== null) return incidentId === incident.id
  return !incident.drill && (incident.channels.length === 0 || incident.channels.includes(id))
}

function channelMark({ id, name, settings, sameness }: ChannelRecord): ChannelMark {
  return { id, name, kind: settings.kind, ...lengthsOf(settings), sameness: samenessOf({ sameness, settings }) }
}

function lengthsOf(settings: ChannelSettings): Pick<ChannelMark, 'counting' | 'longest'> {
  switch (settings.kind) {
    case 'mail':
      return { counting: 'characters', longest: null }
    case 'webhook':
      return { counting: 'characters', longest: settings.longest }
    case 'bluesky':
      return { counting: 'bluesky', longest: 300 }
    case 'mastodon':
      return { counting: 'mastodon', longest: settings.longest }
    case 'x':
      return { counting: 'x', longest: 280 }
  }
}

const momentsOnAPage = 50

/** The newest moments, or those after `next` of the page before. */
export async function timelineOf(store: Store, incidentId: string, next: { score: number; key: string } | null) {
  const page = await store.list(incidentId, lists.timeline, { after: next, limit: momentsOnAPage })
  const last = page.length === momentsOnAPage ? page.at(-1) : undefined
  return {
    moments: page.map(({ stored }) => stored.value as Moment),
    next: last === undefined ? null : `${last.score}:${last.key.slice(keyOf.moment('').length)}`,
  } satisfies TimelinePage
}

function whenOf(reply: Reply): number {
  if (reply.state === 'sent') return reply.sentAt
  return 'since' in reply ? reply.since : reply.submittedAt
}

/**
 * Everything about one conversation, or about the one it was merged into; null where there is no such one. Messages and
 * replies: the newest 500 of each.
 */
export async function conversationOf(store: Store, incidentId: string, id: string): Promise<ConversationDetail | null> {
  const keys = [keyOf.conversation(id), keyOf.draft(id), keyOf.incident, keyOf.moved(id)]
  const { records } = await store.read(incidentId, keys)
  const [stored, draft, incident, moved] = records
  if (moved && !stored) return conversationOf(store, incidentId, (moved.value as Moved).to)
  if (!stored || !incident) return null
  const [messages, replies, channels] = await Promise.all([
    all<Message>(store, incidentId, lists.messagesOf(id)),
    all<Reply>(store, incidentId, lists.repliesOf(id)),
    all<ChannelRecord>(store, company.room, company.channels),
  ])
  const conversation = stored.value as Conversation
  const feeding = channels.filter(channel => feeds(channel, incident.value as Incident))
  return {
    conversation,
    draft: draft ? (draft.value as Draft) : null,
    messages: messages.slice(-500),
    replies: replies.slice(-500),
    maybeSame: await maybeSameAs(store, incidentId, { conversation, messages }, feeding),
  }
}

/** Every incident of the company, the newest first. */
export async function incidentsOf(store: Store): Promise<Incident[]> {
  return (await all<Incident>(store, company.room, company.incidents)).reverse()
}

const mostProposals = 100

/** What nobody has declared or dismissed yet, the newest first. */
export async function proposalsOf(store: Store): Promise<Proposal[]> {
  return (await all<Proposal>(store, company.room, company.openProposals)).reverse().slice(0, mostProposals)
}

/** How many messages and alerts are in quarantine, as far as the list of them goes. */
export async function quarantinedIn(store: Store): Promise<number> {
  return Math.min(await store.count(company.room, company.quarantined), mostQuarantined)
}

/** Incidents that may have replies on their way: the open ones, and those resolved within the longest a reply is tried. */
export function deliveringIncidents(store: Store, now: number, withinMs = longestTryingMs): Promise<Incident[]> {
  return incidentsSince(store, now - withinMs)
}

/** Incidents of which the public may be told something yet. */
export function tellingIncidents(store: Store, now: number): Promise<Incident[]> {
  return incidentsSince(store, now - afterwordMs - longestPublishingMs)
}

async function incidentsSince(store: Store, resolvedAt: number): Promise<Incident[]> {
  const after = { score: resolvedAt, key: '' }
  const page = await store.list(company.room, company.delivering, { after, limit: 1_000 })
  return page.map(({ stored }) => stored.value as Incident)
}

type Stretch = { from?: number; upTo?: number }

/** A list's records, lowest score first; `from` and `upTo` are scores. */
export async function all<T>(store: Store, room: string, index: string, stretch: Stretch = {}): Promise<T[]> {
  const found: T[] = []
  for await (const page of pagesOf<T>(store, room, index, stretch)) for (const record of page) found.push(record)
  return found
}

/** As `all`, each page read when it is asked for. */
export async function* pagesOf<T>(
  store: Store,
  room: string,
  index: string,
  { from, upTo, atOnce = 500 }: Stretch & { atOnce?: number } = {},
): AsyncGenerator<T[]> {
  let page: Listed[]
  let after = from === undefined ? null : { score: from, key: '' }
  do {
    page = await store.list(room, index, { after, limit: atOnce, ...(upTo !== undefined && { upTo }) })
    yield page.map(({ stored }) => stored.value as T)
    const last = page.at(-1)
    after = last === undefined ? null : { score: last.score, key: last.key }
  } while (page.length === atOnce)
}
