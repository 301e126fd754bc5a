import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { isValidTid } from '@atproto/syntax'
import { inBluesky } from '@muster/shared/graphemes.ts'
import { type WebSocket, WebSocketServer } from 'ws'

/** How the network meets a call: as a whole answer, or by breaking off before or after it was carried out. */
export type Meeting =
  | { status: number; body: object; headers?: Record<string, string> }
  | 'reset'
  | 'reset after'
  | 'hang after'
  | 'fail after'
  | null

export type Person = {
  did: string
  handle: string
  displayName: string
  followers: number
  bot: boolean
  blocks: Set<string>
  gone: 'takendown' | 'deactivated' | 'deleted' | null
  takesMessages: boolean
}
type Ref = { uri: string; cid: string }
export type Post = Ref & { did: string; record: Record<string, unknown>; indexedAt: string; repliesOff: boolean }
type Said = { id: string; rev: string; text: string; sender: { did: string }; sentAt: string; replyTo?: { id: string } }
type Chat = { id: string; members: string[]; status: string; group: boolean; said: Said[] }
type Call = { name: string; query: URLSearchParams; body: Record<string, unknown>; headers: IncomingMessage['headers'] }
type Answer = { status: number; body: object; headers?: Record<string, string> }

const posts = 'app.bsky.feed.post'
const hourPoints = 5_000
const chatService = 'did:web:api.bsky.chat#bsky_chat'

/**
 * A loopback network that speaks what Bluesky speaks: an account's server, the view of the network behind it, direct
 * messages and the stream of all posts. It keeps the limits it documents, and can be made to misbehave. What it answers is held
 * against answers of the real software in test/channels/bluesky-recorded.test.ts.
 */
export class BlueskyNetwork {
  readonly people = new Map<string, Person>()
  readonly posts = new Map<string, Post>()
  readonly chats = new Map<string, Chat>()
  readonly calls: string[] = []
  readonly own: Person
  readonly password = 'abcd-efgh-ijkl-mnop'
  /** Asked before each call; what it says happens instead. */
  meet: (name: string, call: Call) => Meeting = () => null
  /** Lists every notice twice, the pages in disorder within themselves. */
  scrambled = false
  pageSize = 100
  /** Whether the app password may use direct messages. */
  privileged = true
  pointsLeft = hourPoints
  /** Where the account really lives, when this server only signs it in. */
  host: string | null = null
  /** Stands behind a real account's server, which has judged the caller. */
  trusting = false
  #notices: { uri: string; reason: string; at: string; raw?: object }[] = []
  #log: { rev: string; entry: object }[] = []
  #stream: { at: number; line: string }[] = []
  readonly #listeners = new Set<WebSocket>()
  #garbled = false
  #tokens = 0
  #clock = Date.now() - 1_000
  url = ''
  #close: () => Promise<void> = async () => {}

  constructor() {
    this.own = this.join('acme.example', { displayName: 'Acme Support' })
  }

  async start(port = 0): Promise<this> {
    const server = createServer((request, response) => void this.#answer(request, response))
    const sockets = new WebSocketServer({ server, path: '/subscribe' })
    sockets.on('connection', (socket, request) =>
      this.#listen(socket, new URL(request.url ?? '/', 'ws://x').searchParams),
    )
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.#close = async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
    return this
  }

  stop(): Promise<void> {
    return this.#close()
  }

  get jetstream(): string {
    return `${this.url.replace('http', 'ws')}/subscribe`
  }

  join(handle: string, given: Partial<Person> = {}): Person {
    const did = `did:plc:${base32(handle).slice(0, 24)}`
    const fresh = { did, handle, displayName: '', followers: 0, bot: false, blocks: new Set<string>() }
    const person = { ...fresh, gone: null, takesMessages: true, ...given }
    this.people.set(did, person)
    return person
  }

  /** A post as an app writes it; `reason` where it comes among the account's notices. */
  post(by: Person, text: string, { reason = null as string | null, key = '', ...more } = {}): Post {
    const at = this.#tick()
    const rkey = key === '' ? tid(Date.parse(at), base32(text)) : tid(0, key)
    const record = { $type: posts, text, createdAt: at, langs: ['en'], ...more }
    const post = {
      uri: `at://${by.did}/${posts}/${rkey}`,
      cid: cidOf(record),
      did: by.did,
      record,
      indexedAt: at,
      repliesOff: false,
    }
    this.posts.set(post.uri, post)
    if (reason !== null) this.#notices.push({ uri: post.uri, reason, at })
    this.#tell(by.did, {
      kind: 'commit',
      commit: { rev: rkey, operation: 'create', collection: posts, rkey, record, cid: post.cid },
    })
    return post
  }

  mention(by: Person, text: string, given: { key?: string; [more: string]: unknown } = {}): Post {
    return this.post(by, text, { reason: 'mention', ...given })
  }

  /** Something among the notices that is none. */
  garble(raw: object): void {
    this.#garbled = true
    this.#notices.push({ uri: '', reason: 'mention', at: this.#tick(), raw })
  }

  notice(uri: string, reason: string, at = this.#tick()): void {
    this.#notices.push({ uri, reason, at })
  }

  edit(post: Post, text: string): void {
    post.record = { ...post.record, text }
    post.cid = cidOf(post.record)
    const { did, cid, record } = post
    this.#tell(did, {
      kind: 'commit',
      commit: { operation: 'update', collection: posts, rkey: rkeyOf(post.uri), record, cid },
    })
  }

  remove({ uri, did }: Post): void {
    this.posts.delete(uri)
    this.#tell(did, { kind: 'commit', commit: { operation: 'delete', collection: posts, rkey: rkeyOf(uri) } })
  }

  leave(person: Person, status: NonNullable<Person['gone']>): void {
    person.gone = status
    this.#tell(person.did, { kind: 'account', account: { active: false, did: person.did, seq: 1, status } })
  }

  write(by: Person, text: string, given: Partial<Chat> = {}): Said {
    const id = given.id ?? `chat-${by.handle}`
    const chat = this.chats.get(id) ?? {
      members: [this.own.did, by.did],
      status: 'accepted',
      group: false,
      said: [],
      ...given,
      id,
    }
    this.chats.set(id, chat)
    return this.#say(chat, by.did, text)
  }

  unsay(by: Person, { id, rev, sentAt }: Said): void {
    const message = { $type: 'chat.bsky.convo.defs#deletedMessageView', id, rev, sender: { did: by.did }, sentAt }
    this.#enter('logDeleteMessage', `chat-${by.handle}`, message)
  }

  /** Every token there is is worth nothing any more, but for refreshing. */
  expire(): void {
    this.#tokens++
  }

  /** Breaks every line of the stream. */
  hangUp(): void {
    for (const socket of this.#listeners) socket.terminate()
  }

  sayOnStream(line: string): void {
    for (const socket of this.#listeners) socket.send(line)
  }

  get replies(): Post[] {
    return [...this.posts.values()].filter(({ did }) => did === this.own.did)
  }

  #tick(): string {
    this.#clock = Math.max(this.#clock + 1, Date.now())
    return new Date(this.#clock).toISOString()
  }

  #say(chat: Chat, by: string, text: string, replyTo?: string): Said {
    const sentAt = this.#tick()
    const id = tid(Date.parse(sentAt), base32(text))
    const said = {
      id,
      rev: id,
      text,
      sender: { did: by },
      sentAt,
      ...(replyTo !== undefined && { replyTo: { id: replyTo } }),
    }
    chat.said.push(said)
    this.#enter('logCreateMessage', chat.id, viewOfSaid(said, chat))
    return said
  }

  #enter(kind: string, convoId: string, message: object): void {
    const rev = `3${String(this.#log.length + 1).padStart(12, '0')}`
    this.#log.push({ rev, entry: { $type: `chat.bsky.convo.defs#${kind}`, rev, convoId, message } })
  }

  #tell(did: string, event: object): void {
    const at = Math.max(Date.now() * 1000, (this.#stream.at(-1)?.at ?? 0) + 1)
    const line = JSON.stringify({ did, time_us: at, ...event })
    this.#stream.push({ at, line })
    for (const socket of this.#listeners) socket.send(line)
  }

  #listen(socket: WebSocket, query: URLSearchParams): void {
    const cursor = query.get('cursor')
    const missed = cursor === null ? [] : this.#stream.filter(({ at }) => at >= Number(cursor))
    for (const { line } of missed) socket.send(line)
    this.#listeners.add(socket)
    socket.on('close', () => this.#listeners.delete(socket))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const name = url.pathname.replace('/xrpc/', '')
    const written = await textOf(request)
    const body = written === '' ? {} : JSON.parse(written)
    const call = { name, query: url.searchParams, body, headers: request.headers }
    this.calls.push(name)
    const meeting = this.meet(name, call)
    if (meeting === 'reset') return void response.destroy()
    if (meeting !== null && typeof meeting === 'object') return say(response, meeting)
    const answer = this.#carryOut(call)
    if (meeting === 'hang after') return
    if (meeting === 'reset after') return void response.destroy()
    if (meeting === 'fail after') return say(response, refuse(500, 'InternalServerError', 'Internal Server Error'))
    this.#keep(call, answer)
    say(response, answer)
  }

  /** For whoever holds what is asked and answered against the network's own schemas. */
  #keep({ name, query, body }: Call, answer: Answer): void {
    const kept = process.env.MUSTER_KEEP_EXCHANGES
    if (kept && !this.#garbled) appendFileSync(kept, `${JSON.stringify({ name, query: [...query], body, answer })}\n`)
  }

  #carryOut(call: Call): Answer {
    const { name, headers } = call
    if (this.trusting) return this.#chat(call)
    if (name === 'com.atproto.server.createSession') return this.#signIn(call)
    if (name === 'com.atproto.server.refreshSession') return this.#refresh(headers.authorization)
    if (headers.authorization === undefined) return refuse(401, 'AuthMissing', 'Authentication Required')
    if (headers.authorization !== `Bearer access-${this.#tokens}`)
      return refuse(400, 'ExpiredToken', 'Token has expired')
    if (name.startsWith('chat.')) return this.#chat(call)
    if (name === 'com.atproto.server.getSession') return this.#standing()
    return this.#read(call)
  }

  #signIn({ body }: Call): Answer {
    const good = [this.own.handle, this.own.did].includes(String(body.identifier)) && body.password === this.password
    return good ? this.#session() : refuse(401, 'AuthenticationRequired', 'Invalid identifier or password')
  }

  /** Who is switched off or taken down reads on with the tokens there are. */
  #standing(): Answer {
    const { did, handle, gone } = this.own
    if (gone === 'takendown') return refuse(400, 'InvalidRequest', `Could not find user info for account: ${did}`)
    return ok({ did, handle, active: gone === null, ...(gone !== null && { status: gone }) })
  }

  #refresh(authorization: string | undefined): Answer {
    return authorization?.startsWith('Bearer refresh-')
      ? this.#session()
      : refuse(400, 'InvalidToken', 'Token could not be verified')
  }

  #session(): Answer {
    const { did, handle, gone } = this.own
    if (gone === 'takendown') return refuse(401, 'AccountTakedown', 'Account has been taken down')
    const tokens = { accessJwt: `access-${this.#tokens}`, refreshJwt: `refresh-${this.#tokens}` }
    const service = [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: this.host }]
    const didDoc = { '@context': ['https://www.w3.org/ns/did/v1'], id: did, service }
    return ok({ ...tokens, did, handle, ...(this.host !== null && { didDoc }), active: gone === null })
  }

  #read(call: Call): Answer {
    const { query, body } = call
    switch (call.name) {
      case 'app.bsky.notification.listNotifications':
        return this.#list(query)
      case 'app.bsky.feed.getPosts':
        return ok({ posts: query.getAll('uris').flatMap(uri => this.#view(uri) ?? []) })
      case 'app.bsky.actor.getProfiles':
        return ok({
          profiles: query
            .getAll('actors')
            .flatMap(did => this.#living(did) ?? [])
            .map(person => this.#profile(person)),
        })
      case 'app.bsky.actor.getProfile':
        return this.#profileOf(query.get('actor') ?? '')
      case 'com.atproto.identity.resolveHandle': {
        const found = [...this.people.values()].find(({ handle }) => handle === query.get('handle'))
        return found ? ok({ did: found.did }) : refuse(400, 'HandleNotFound', 'Unable to resolve handle')
      }
      case 'com.atproto.repo.getRecord':
        return this.#record(`at://${query.get('repo')}/${query.get('collection')}/${query.get('rkey')}`)
      case 'com.atproto.repo.putRecord':
        return this.#put(body)
      default:
        return refuse(501, 'MethodNotImplemented', 'Method Not Implemented')
    }
  }

  #list(query: URLSearchParams): Answer {
    const wanted = query.getAll('reasons')
    const cursor = query.get('cursor')
    const size = Math.min(this.pageSize, Number(query.get('limit') ?? 50))
    const all = this.#notices
      .filter(({ reason }) => wanted.includes(reason))
      .toSorted((one, other) => (one.at < other.at ? 1 : -1))
    const rest = cursor === null ? all : all.filter(({ at }) => at < cursor)
    const page = rest.slice(0, size)
    const shown = page.flatMap(({ uri, reason, at, raw }) => raw ?? this.#notice(uri, reason, at) ?? [])
    const notifications = this.scrambled ? [...shown.toReversed(), ...shown] : shown
    const more = rest.length > size ? page.at(-1)?.at : undefined
    return ok({ notifications, priority: false, ...(more !== undefined && { cursor: more }) })
  }

  #notice(uri: string, reason: string, at: string): object | null {
    const post = this.posts.get(uri)
    const author = post && this.#living(post.did)
    if (!post || !author || author.blocks.has(this.own.did)) return null
    const { cid, record } = post
    return { uri, cid, author: this.#profile(author, false), reason, record, isRead: false, indexedAt: at, labels: [] }
  }

  #living(did: string): Person | null {
    const person = this.people.get(did)
    return person === undefined || person.gone !== null ? null : person
  }

  #profile({ did, handle, displayName, followers, bot, blocks }: Person, whole = true): object {
    const labels = bot
      ? [{ val: 'bot', src: did, uri: `at://${did}/app.bsky.actor.profile/self`, cts: '2026-01-01T00:00:00.000Z' }]
      : []
    const viewer = { muted: false, blockedBy: blocks.has(this.own.did) }
    const basic = { did, handle, ...(displayName !== '' && { displayName }), viewer, labels }
    return whole ? { ...basic, followersCount: followers, followsCount: 0, postsCount: 1 } : basic
  }

  #profileOf(did: string): Answer {
    const person = this.people.get(did)
    if (person === undefined || person.gone === 'deleted') return refuse(400, 'InvalidRequest', 'Profile not found')
    if (person.gone === 'takendown') return refuse(400, 'AccountTakedown', 'Account has been suspended')
    if (person.gone === 'deactivated') return refuse(400, 'AccountDeactivated', 'Account is deactivated')
    return ok(this.#profile(person))
  }

  #view(uri: string): object | null {
    const post = this.posts.get(uri)
    const author = post && this.#living(post.did)
    if (!post || !author || author.blocks.has(this.own.did)) return null
    const { cid, record, indexedAt, repliesOff } = post
    const viewer = { threadMuted: false, embeddingDisabled: false, ...(repliesOff && { replyDisabled: true }) }
    return { uri, cid, author: this.#profile(author, false), record, indexedAt, viewer, labels: [] }
  }

  #record(uri: string): Answer {
    const post = this.posts.get(uri)
    if (post === undefined) return refuse(400, 'RecordNotFound', `Could not locate record: ${uri}`)
    return ok({ uri, cid: post.cid, value: post.record })
  }

  #put({ repo, collection, rkey, record, swapRecord }: Record<string, unknown>): Answer {
    const limit = { 'ratelimit-limit': String(hourPoints), 'ratelimit-policy': `${hourPoints};w=3600` }
    const reset = { 'ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 60) }
    if (this.pointsLeft < 2) {
      return {
        ...refuse(429, 'RateLimitExceeded', 'Rate Limit Exceeded'),
        headers: { ...limit, ...reset, 'ratelimit-remaining': '0' },
      }
    }
    this.pointsLeft -= 2
    const headers = { ...limit, ...reset, 'ratelimit-remaining': String(this.pointsLeft) }
    const uri = ['at:/', repo, collection, rkey].join('/')
    const wrong = wrongIn(String(rkey), record as Record<string, unknown>)
    if (wrong !== null) return { ...refuse(400, 'InvalidRequest', wrong), headers }
    const cid = cidOf(record as object)
    const there = this.posts.get(uri)
    if (there?.cid === cid) return ok({ uri, cid, validationStatus: 'valid' }, headers)
    if ((there?.cid ?? null) !== swapRecord)
      return { ...refuse(400, 'InvalidSwap', `Record was at ${there?.cid ?? 'null'}`), headers }
    const post = {
      uri,
      cid,
      did: String(repo),
      record: record as Record<string, unknown>,
      indexedAt: this.#tick(),
      repliesOff: false,
    }
    this.posts.set(uri, post)
    return ok({ uri, cid, commit: { cid, rev: String(rkey) }, validationStatus: 'valid' }, headers)
  }

  #chat(call: Call): Answer {
    if (!this.trusting && call.headers['atproto-proxy'] !== chatService)
      return refuse(501, 'MethodNotImplemented', 'Method Not Implemented')
    if (!this.privileged) return refuse(400, 'InvalidToken', 'Bad token method')
    if (call.name === 'chat.bsky.convo.getLog') return this.#logFrom(call.query.get('cursor'))
    if (call.name === 'chat.bsky.convo.getConvoForMembers') return this.#chatWith(call.query.get('members') ?? '')
    const chat = this.chats.get(String(call.query.get('convoId') ?? call.body.convoId))
    if (chat === undefined) return refuse(400, 'InvalidConvo', 'Could not find convo')
    return this.#inChat(chat, call)
  }

  #inChat(chat: Chat, { name, query, body }: Call): Answer {
    switch (name) {
      case 'chat.bsky.convo.getConvo':
        return ok({ convo: this.#convo(chat) })
      case 'chat.bsky.convo.acceptConvo':
        chat.status = 'accepted'
        return ok({ rev: '2222222222222' })
      case 'chat.bsky.convo.getMessages': {
        const end = query.get('cursor') === null ? chat.said.length : Number(query.get('cursor'))
        const size = Math.min(this.pageSize, Number(query.get('limit') ?? 50))
        const page = chat.said.slice(Math.max(0, end - size), end).toReversed()
        return ok({
          messages: page.map(said => viewOfSaid(said, chat)),
          ...(end - size > 0 && { cursor: String(end - size) }),
        })
      }
      case 'chat.bsky.convo.sendMessage':
        return this.#send(chat, body.message as { text: string; replyTo?: { messageId: string } })
      default:
        return refuse(501, 'MethodNotImplemented', 'Method Not Implemented')
    }
  }

  #send(chat: Chat, { text, replyTo }: { text: string; replyTo?: { messageId: string } }): Answer {
    const { used, longest } = inBluesky(text, 'direct')
    const shut = chat.members.map(did => this.people.get(did)).find(person => person?.takesMessages === false)
    if (chat.status === 'request') return refuse(400, 'InvalidConvo', 'Convo was not accepted')
    if (shut) return refuse(400, 'MessagesDisabled', 'recipient has disabled incoming messages')
    if (used > (longest ?? 0))
      return refuse(400, 'InvalidRequest', 'Input/message/text must not be longer than 1000 graphemes')
    return ok(viewOfSaid(this.#say(chat, this.own.did, text, replyTo?.messageId), chat, false))
  }

  #logFrom(cursor: string | null): Answer {
    const head = this.#log.at(-1)?.rev ?? '2222222222222'
    if (cursor === null) return ok({ logs: [], cursor: head })
    const page = this.#log.filter(({ rev }) => rev > cursor).slice(0, this.pageSize)
    return ok({ logs: page.map(({ entry }) => entry), cursor: page.at(-1)?.rev ?? cursor })
  }

  #chatWith(did: string): Answer {
    const person = this.people.get(did)
    if (person === undefined) return refuse(400, 'RecipientNotFound', 'recipient not found')
    if (!person.takesMessages) return refuse(400, 'MessagesDisabled', 'recipient has disabled incoming messages')
    const id = `chat-${person.handle}`
    const chat = this.chats.get(id) ?? { id, members: [this.own.did, did], status: 'accepted', group: false, said: [] }
    this.chats.set(id, chat)
    return ok({ convo: this.#convo(chat) })
  }

  #convo({ id, members, status, group }: Chat): object {
    const shown = members.flatMap(did => this.#living(did) ?? []).map(person => this.#profile(person, false))
    const at = { createdAt: '2026-01-01T00:00:00.000Z', lockStatus: 'unlocked', lockStatusModerationOverride: false }
    const size = { memberCount: members.length, memberLimit: 50, name: 'A group' }
    const kind = group
      ? { $type: 'chat.bsky.convo.defs#groupConvo', ...at, ...size }
      : { $type: 'chat.bsky.convo.defs#directConvo' }
    return { id, rev: '2222222222222', members: shown, muted: false, unreadCount: 0, status, kind }
  }
}

function isTid(rkey: string): boolean {
  return isValidTid(rkey)
}

/** What a server says of a record it does not take; null where it takes it. */
function wrongIn(rkey: string, record: Record<string, unknown>): string | null {
  const text = String(record.text)
  if (!isTid(rkey)) return `Invalid record key for ${posts}: Invalid TID string (got "${rkey}") at $`
  const { used, longest, unit } = inBluesky(text, 'public')
  if (used > (longest ?? 0))
    return `Invalid ${posts} record: ${unit === 'bytes' ? 'string' : 'grapheme'} too big (maximum ${longest}, got ${used}) at $.record.text`
  const reply = record.reply as { root?: Ref; parent?: Ref } | undefined
  if (reply !== undefined && (!reply.root?.cid || !reply.parent?.cid))
    return `Invalid ${posts} record: Missing required key "cid" at $.record.reply`
  return Array.isArray(record.langs) && record.langs.length > 3
    ? `Invalid ${posts} record: array too big (maximum 3, got ${record.langs.length}) at $.record.langs`
    : null
}

function viewOfSaid({ replyTo, ...said }: Said, chat: Chat, typed = true): object {
  const answered = replyTo && chat.said.find(({ id }) => id === replyTo.id)
  const { replyTo: _, ...view } = answered ?? { replyTo: null }
  return {
    ...(typed && { $type: 'chat.bsky.convo.defs#messageView' }),
    ...said,
    ...(answered && { replyTo: { $type: 'chat.bsky.convo.defs#messageView', ...view } }),
  }
}

function say(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function ok(body: object, headers?: Record<string, string>): Answer {
  return { status: 200, body, ...(headers && { headers }) }
}

function refuse(status: number, error: string, message: string): Answer {
  return { status, body: { error, message } }
}

function rkeyOf(uri: string): string {
  return uri.split('/').at(-1) ?? ''
}

const letters = '234567abcdefghijklmnopqrstuvwxyz'

function base32(text: string): string {
  const bytes = createHash('sha256').update(text).digest()
  return [...bytes, ...bytes].map(byte => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(byte % 32)).join('')
}

/** A key as servers give them: a moment, and something to tell two of one moment apart. */
function tid(at: number, salt: string): string {
  let bits =
    (BigInt(at) * 1000n * 1024n) |
    BigInt(Number.parseInt(createHash('sha256').update(salt).digest('hex').slice(0, 4), 16))
  let key = ''
  for (let place = 0; place < 13; place++) {
    key = letters.charAt(Number(bits & 31n)) + key
    bits >>= 5n
  }
  return key
}

/** The hash of a record as the network writes it, though over its JSON. */
function cidOf(record: object): string {
  const bytes = Buffer.concat([
    Buffer.from([1, 0x71, 0x12, 0x20]),
    createHash('sha256').update(JSON.stringify(record)).digest(),
  ])
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const fives = bits.match(/.{1,5}/g) ?? []
  return `b${fives.map(five => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(Number.parseInt(five.padEnd(5, '0'), 2))).join('')}`
}
