import { createHash } from 'node:crypto'
import { type Defect, defectOf } from '@muster/shared/defect.ts'
import type { z } from 'zod'
import type { Received } from './channel.ts'
import { wordsOf } from './concealment.ts'
import { jsonOf } from './json.ts'
import { tagOf, type XAccount } from './x-account.ts'
import { receivedDirect, receivedPost } from './x-arrival.ts'
import type { XAuthors } from './x-authors.ts'
import { NotAsDocumented, readEvents, type XEvent } from './x-event.ts'
import type { XMeter } from './x-known.ts'
import { type DirectEvent, type Includes, Searched, XPost } from './x-shape.ts'

/** Makes what X shows into what is received. What cannot be read is told as such, and never ends anything. */
export class XReader {
  readonly #account: XAccount
  readonly #authors: XAuthors
  readonly #meter: XMeter

  constructor(account: XAccount, authors: XAuthors, meter: XMeter) {
    this.#account = account
    this.#authors = authors
    this.#meter = meter
  }

  /** A post from one of X's lists; null where it is none to be answered. */
  async post(raw: unknown, includes: Includes, signal: AbortSignal): Promise<Received | null> {
    const read = XPost.safeParse(raw)
    if (!read.success) return unreadable(envelopeOf(raw, includes, this.#account), postDefect(read.error))
    return await this.#post(read.data, includes, false, signal)
  }

  async direct(event: DirectEvent, includes: Includes, signal: AbortSignal): Promise<Received | null> {
    const { id, senderId, text, at } = event
    if (senderId === null) return null
    const sender = await this.#authors.of(senderId, userIn(includes, senderId), signal)
    return receivedDirect({ id, senderId, text, at }, sender)
  }

  /** What an event of the activity API brings. */
  async event(raw: Uint8Array | string, signal: AbortSignal): Promise<Received[]> {
    try {
      const events = readEvents(raw, this.#account.settings.userId)
      const received = await Promise.all(events.map(event => this.#event(event, signal)))
      return received.filter(each => each !== null)
    } catch (error) {
      return [unreadable(Buffer.from(raw), defectIn(error))]
    }
  }

  /** A post of the stream that is searched for words; nothing where only others of the same app look for it. */
  async searched(line: string, signal: AbortSignal): Promise<Received[]> {
    const said = Searched.safeParse(jsonOf(line)).data
    if (said === undefined) return [unreadable(Buffer.from(line), defectOf('other-shape', 'It is no post of X.'))]
    const isOurs = said.matching_rules?.some(({ tag }) => tag === tagOf(this.#account)) ?? true
    const received = isOurs ? await this.post(said.data, said.includes, signal) : null
    return received === null ? [] : [received]
  }

  async reread(raw: Uint8Array, externalId: string): Promise<Received> {
    const [received] = await this.event(raw, AbortSignal.timeout(this.#account.pace.askLimitMs))
    if (received !== undefined && received.type !== 'unreadable') return received
    const nothing = defectOf('nothing-to-answer', 'It is nothing that is answered.')
    const defect = received?.unreadable.defect ?? nothing
    return { type: 'unreadable', unreadable: { externalId, defect, raw } }
  }

  async #event(event: XEvent, signal: AbortSignal): Promise<Received | null> {
    switch (event.type) {
      case 'post':
        this.#meter.read('post', [event.post.id])
        return await this.#post(event.post, { users: event.author && [event.author] }, event.summons, signal)
      case 'direct': {
        this.#meter.read('direct', [event.id])
        return receivedDirect(event, await this.#authors.of(event.senderId, event.sender, signal))
      }
      case 'deleted':
        return { type: 'deleted', externalId: event.postId, at: this.#account.surroundings.clock() }
      case 'revoked':
      case 'nothing':
        return null
    }
  }

  async #post(post: XPost, includes: Includes, summons: boolean, signal: AbortSignal): Promise<Received | null> {
    this.#meter.read('post', [post.id])
    const { settings } = this.#account
    if (post.authorId === settings.userId) return null
    const author = await this.#authors.of(post.authorId, userIn(includes, post.authorId), signal)
    return receivedPost(post, author, settings, summons)
  }
}

function userIn(includes: Includes, id: string) {
  return includes?.users?.find(user => user.id === id) ?? null
}

/** As the activity API would have told it, so that it can be read again. */
function envelopeOf(payload: unknown, includes: Includes, { settings }: XAccount): Buffer {
  const data = { event_type: 'post.create', filter: { user_id: settings.userId }, payload, includes }
  return Buffer.from(JSON.stringify({ data }))
}

function postDefect({ issues }: z.ZodError): Defect {
  return defectOf('other-shape', 'Its post is not as X documents it.', { field: issues[0]?.path.join('.') ?? null })
}

function defectIn(error: unknown): Defect {
  return defectOf('other-shape', wordsOf(error), { field: error instanceof NotAsDocumented ? error.field : null })
}

function unreadable(raw: Buffer, defect: Defect): Received {
  const hash = createHash('sha256').update(raw).digest('hex').slice(0, 32)
  return { type: 'unreadable', unreadable: { externalId: `raw-${hash}`, defect, raw } }
}
