import { createHash } from 'node:crypto'
import type { Closed } from '@muster/shared/closed.ts'
import { defectOf } from '@muster/shared/defect.ts'
import { accountOf, type BlueskyAccount } from './bluesky-account.ts'
import { profilesOf } from './bluesky-look.ts'
import { closed, handleOf, instantOf, nameOf } from './bluesky-post.ts'
import { type Author, Conversation, DeletedMessage, DirectMessage, LogEntry, LogPage } from './bluesky-shape.ts'
import { unreadable } from './bluesky-take.ts'
import { BlueskyTrouble } from './bluesky-xrpc.ts'
import type { Arrival, Received, Take } from './channel.ts'
import { asText, cut, longestText } from './plain-text.ts'

type People = ReadonlyMap<string, Author>
/** `gone`: this account is not in it any more. */
type Chat = { id: string; request: boolean; group: boolean; gone: boolean; members: Author[] }

const mostChats = 1_000
const message = 'chat.bsky.convo.defs#logCreateMessage'
const deletion = 'chat.bsky.convo.defs#logDeleteMessage'

/** What people write to the account directly: the log of its chats, from a place on. */
export class BlueskyDirect {
  readonly #account: BlueskyAccount
  readonly #chats = new Map<string, Chat>()

  constructor(account: BlueskyAccount) {
    this.#account = account
  }

  /** Reads the log to its end. Without a mark it begins now: older messages are not ours to answer. */
  async look(
    mark: string | null,
    take: Take,
    reached: (mark: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    for (let cursor = mark; ; ) {
      const query = cursor === null ? {} : { cursor }
      const request = { method: 'GET', name: 'chat.bsky.convo.getLog', query, direct: true } as const
      const page = await this.#account.session.read(request, LogPage, signal)
      await this.#takeIn(page.logs, take, signal)
      const next = page.cursor ?? null
      if (next === null || next === cursor) return
      await reached(next)
      if (page.logs.length === 0) return
      cursor = next
    }
  }

  async #takeIn(entries: readonly unknown[], take: Take, signal: AbortSignal): Promise<void> {
    const senders = entries.flatMap(entry => messageIn(entry)?.written?.sender.did ?? [])
    const people = await profilesOf(this.#account.session, senders, signal)
    for (const entry of entries) {
      const received = await this.#receivedOf(entry, people, signal)
      if (received !== null) await take(received)
    }
  }

  /** Reads an entry of the log again that was once unreadable. */
  async reread(entry: unknown, signal: AbortSignal): Promise<Received | null> {
    const sender = messageIn(entry)?.written?.sender.did
    const people = await profilesOf(this.#account.session, sender === undefined ? [] : [sender], signal)
    return await this.#receivedOf(entry, people, signal)
  }

  /** Null for what is no customer's message: our own, reactions, reading marks. */
  async #receivedOf(entry: unknown, people: People, signal: AbortSignal): Promise<Received | null> {
    const read = messageIn(entry)
    if (read === null) return null
    const { convoId, written } = read
    if (convoId === null) return aside(entry, 'It names no chat.')
    if (read.$type === deletion) return await this.#deletion(convoId, read.message)
    if (written === null) {
      return DeletedMessage.safeParse(read.message).success ? null : aside(entry, 'It holds no message.')
    }
    if (written.sender.did === (await accountOf(this.#account))) return null
    const arrival = this.#arrival(await this.#chat(convoId, signal), written, people)
    return { type: 'arrival', arrival }
  }

  async #deletion(convoId: string, deleted: unknown): Promise<Received | null> {
    const { id, sender } = DeletedMessage.safeParse(deleted).data ?? {}
    if (id === undefined || sender?.did === (await accountOf(this.#account))) return null
    return { type: 'deleted', externalId: externalIdOf(convoId, id), at: this.#account.surroundings.clock() }
  }

  #arrival(chat: Chat, { id, text, sender, sentAt, embed }: DirectMessage, people: People): Arrival {
    const nobody = { did: sender.did, handle: sender.did }
    const author = { ...(chat.members.find(({ did }) => did === sender.did) ?? nobody), ...people.get(sender.did) }
    const kept = cut(asText(text), longestText)
    return {
      externalId: externalIdOf(chat.id, id),
      from: {
        address: sender.did,
        name: nameOf(author),
        ...handleOf(author),
        reach: author.followersCount ?? null,
        identity: sender.did,
      },
      subject: null,
      text: kept.text.trim() === '' ? '[post]' : kept.text,
      whole: kept.whole && embed === undefined,
      visibility: 'direct',
      link: `https://bsky.app/messages/${chat.id}`,
      closed: shut(chat, author),
      anchor: { chat: chat.id, message: id, request: chat.request },
      sentAt: instantOf(sentAt),
      answersReply: null,
      automatic: null,
    }
  }

  async #chat(id: string, signal: AbortSignal): Promise<Chat> {
    const known = this.#chats.get(id)
    if (known !== undefined) return known
    const request = { method: 'GET', name: 'chat.bsky.convo.getConvo', query: { convoId: id }, direct: true } as const
    const found = await this.#account.session.read(request, Conversation, signal).catch(nothingThere)
    // Looked for again with the next message of it: nobody stops what others write.
    if (found === null) return { id, request: false, group: false, gone: true, members: [] }
    const { convo } = found
    const group = convo.kind?.$type === 'chat.bsky.convo.defs#groupConvo' || convo.members.length > 2
    const chat = { id, request: convo.status === 'request', group, gone: false, members: convo.members }
    this.#chats.set(id, chat)
    const oldest = this.#chats.size > mostChats ? this.#chats.keys().next().value : undefined
    if (oldest !== undefined) this.#chats.delete(oldest)
    return chat
  }
}

/** What of an entry is about a message; null for every other kind of entry. */
function messageIn(entry: unknown) {
  const read = LogEntry.safeParse(entry).data
  if (read?.$type !== message && read?.$type !== deletion) return null
  const written = read.$type === message ? (DirectMessage.safeParse(read.message).data ?? null) : null
  return { $type: read.$type, convoId: read.convoId ?? null, message: read.message, written }
}

/** That it is not there is an answer; that its server is away, or does not let us ask, is none. */
function nothingThere(error: unknown): null {
  if (error instanceof BlueskyTrouble && (error.status === 400 || error.status === 404)) return null
  throw error
}

function shut({ group, gone }: Chat, { viewer, chatDisabled }: Author): Closed | null {
  if (gone) return closed.chatGone
  if (group) return closed.group
  if (viewer?.blockedBy === true) return closed.blocked
  return chatDisabled === true ? closed.noDirect : null
}

function externalIdOf(convoId: string, id: string): string {
  return `chat:${convoId}/${id}`
}

function aside(entry: unknown, sentence: string): Received {
  const hash = createHash('sha256').update(JSON.stringify(entry)).digest('hex').slice(0, 32)
  return unreadable(`chat-${hash}`, entry, defectOf('other-shape', sentence))
}
