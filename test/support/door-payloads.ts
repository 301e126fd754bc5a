import { existsSync, readFileSync } from 'node:fs'
import { group, pagerDuty } from './alert-calls.ts'
import { kim, noticePayload, type Written } from './mastodon-payloads.ts'
import { realData } from './real-data.ts'
import { isRecorded, recordedExchanges } from './recorded-mastodon.ts'

/** Something that comes by a door; the last of each is taken. `id`: what tells it from any other. */
export type Sample = { payload: unknown; id: string }

/** The same once more, as another: with an id of its own wherever it names it. */
export function anew({ payload, id }: Sample, number: number): unknown {
  return JSON.parse(JSON.stringify(payload).replaceAll(id, another(id, number)))
}

/** Of the same kind: numbers stay numbers, and what is written in the 32 signs of Bluesky's keys stays so. */
function another(id: string, number: number): string {
  if (/^\d+$/.test(id)) return String(BigInt(id) + BigInt(number))
  const signs = '234567abcdefghijklmnopqrstuvwxyz'
  const places = [20, 15, 10, 5, 0].map(bits => signs[(number >> bits) & 31])
  return `${id.slice(0, -5)}${places.join('')}`
}

type Entity = Record<string, unknown>
const idOf = (entity: unknown) => (entity as { id?: string } | null | undefined)?.id ?? ''

/** What X calls about: its own samples where they are, each without its account's own posts. */
export function xPayloads(userId: string): Sample[] {
  const file = realData('api-payloads/x-openapi-docs/x-api/activity/event-payloads.mdx')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const told = [...text.matchAll(/```json title="[\w.]+"[^\n]*\n([\s\S]*?)```/g)].map(([, body = '']) =>
    JSON.parse(body),
  )
  const samples = [...told, xMention(userId)].map(payload => ({ payload, id: idOf(payload.data.payload) }))
  return samples.filter(({ id }) => /^\d{6,}$/.test(id) && id !== userId)
}

function xMention(userId: string) {
  const users = [{ id: '2222222222222222222', username: 'OtherUser', name: 'Other' }]
  const payload = { id: '2080765813578191303', author_id: '2222222222222222222', text: 'hey @ExampleUser ü 👍' }
  const event = { event_uuid: '1', filter: { user_id: userId }, event_type: 'post.mention.create' }
  return { data: { ...event, payload, includes: { users } } }
}

const mention: Written = {
  id: '113000000000000001',
  by: kim,
  content: '<p>Why?</p>',
  createdAt: '2026-11-25T10:00:00.000Z',
  editedAt: null,
  inReplyTo: null,
  visibility: 'public',
  language: 'en',
  spoiler: '',
  media: [{ type: 'image', url: 'x', description: 'y' }],
  poll: ['a', 'b'],
  source: null,
}

/** What notifies a Mastodon account, as real servers did where that is recorded. */
export function mastodonPayloads(): Sample[] {
  const lists = isRecorded ? recordedExchanges().filter(({ path }) => /^\/api\/v1\/notifications(\?|$)/.test(path)) : []
  const notices = lists
    .flatMap(({ body }) => [JSON.parse(body) as Entity | Entity[]].flat())
    .filter(({ status }) => status)
  const own = noticePayload('https://social.test', '22', mention)
  return [...notices, own].map(payload => ({ payload, id: idOf((payload as Entity).status) }))
}

/** What a stream says was changed: the same posts, each of them naming the account and edited. */
export function editedPayloads(me: { id: string }): Sample[] {
  const statuses = mastodonPayloads().map(({ payload }) => (payload as { status: Entity }).status)
  const mentions = [{ id: me.id, username: 'acme', acct: 'acme', url: 'https://social.test/@acme' }]
  return statuses.map(status => ({
    payload: { ...status, mentions, edited_at: '2026-11-25T11:00:00.000Z' },
    id: idOf(status),
  }))
}

/** A line of X's stream of what holds some words. */
export function searchedPayloads(tag: string): Sample[] {
  const user = {
    id: '2222222222222222222',
    username: 'OtherUser',
    name: 'Other',
    public_metrics: { followers_count: 9 },
  }
  const data = {
    id: '2080765813578191303',
    author_id: user.id,
    text: 'acme is down ü 👍',
    created_at: '2026-11-25T10:00:00.000Z',
    conversation_id: '2080765813578191303',
    edit_history_tweet_ids: ['2080765813578191303'],
    entities: { urls: [{ start: 0, end: 4, url: 'https://t.co/a', expanded_url: 'https://acme.example' }] },
  }
  return [{ payload: { data, includes: { users: [user] }, matching_rules: [{ id: '1', tag }] }, id: data.id }]
}

/** Entries of the log of a Bluesky account's chats, of a chat that is there. */
export function chatPayloads(sender: string, convoId: string): Sample[] {
  const id = '3jzfcijpj2z2a'
  const entry = { rev: '3000000000001', convoId }
  const view = { id, rev: id, sender: { did: sender }, sentAt: '2026-11-25T10:00:00.000Z' }
  const embed = { $type: 'app.bsky.embed.record#view', record: { uri: 'at://did:plc:a/app.bsky.feed.post/3k' } }
  const message = { ...view, $type: 'chat.bsky.convo.defs#messageView', text: 'Where is my parcel? ü 👍', embed }
  const deleted = { ...view, $type: 'chat.bsky.convo.defs#deletedMessageView' }
  return [
    { payload: { ...entry, $type: 'chat.bsky.convo.defs#logDeleteMessage', message: deleted }, id },
    { payload: { ...entry, $type: 'chat.bsky.convo.defs#logCreateMessage', message }, id },
  ]
}

/** What notifies a Bluesky account: about posts that went through the real network where they are recorded. */
export function blueskyPayloads(): Sample[] {
  const file = realData('api-payloads/jetstream/internal/corpus/testdata/expected_v1.jsonl')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const events = lines.map(line => JSON.parse(line) as { did: string; commit?: Commit })
  const posts = events.filter(({ commit }) => commit?.collection === 'app.bsky.feed.post' && commit.record)
  const record = { $type: 'app.bsky.feed.post', text: '@acme.example why?', createdAt: '2026-11-25T10:00:00Z' }
  const commit = { collection: 'app.bsky.feed.post', rkey: '3jzfcijpj2z2a', cid: 'bafyreia', record }
  return [...posts, { did: 'did:plc:z72i7hdynmk6r22z27h6tvur', commit }].map(noticeOf)
}

type Commit = { collection: string; rkey: string; cid: string; record?: unknown }

function noticeOf({ did, commit }: { did: string; commit?: Commit }): Sample {
  const { rkey = '', cid, record } = commit ?? {}
  const author = { did, handle: 'kim.example', displayName: 'Kim' }
  const uri = `at://${did}/app.bsky.feed.post/${rkey}`
  return { payload: { uri, cid, author, reason: 'mention', record, indexedAt: '2026-11-25T10:00:00Z' }, id: rkey }
}

export const hookPayloads: Sample[] = [
  { payload: { id: 'message-00001', from: { address: 'kim@example.com' }, text: 'Down?' }, id: 'message-00001' },
  {
    payload: {
      id: 'message-00002',
      from: { address: '@lou', name: 'Lou Élan', reach: 1_200 },
      subject: 'Card declined',
      text: 'It fails since\n10:00 👍',
      sentAt: '2026-11-25T10:00:00+01:00',
    },
    id: 'message-00002',
  },
]

export const groupPayloads: Sample[] = (['firing', 'resolved'] as const).map(status => ({
  payload: { ...group(status), groupKey: 'group-00001' },
  id: 'group-00001',
}))

export const pagerDutyPayloads: Sample[] = ['pagey.ping', 'incident.resolved', 'incident.triggered'].map(type => ({
  payload: pagerDuty(type, '2026-11-23T09:00:00Z'),
  id: 'PGR0VU2',
}))
