import { setbackOf } from '@muster/shared/setback.ts'
import { z } from 'zod'
import type { BlueskyAccount } from './bluesky-account.ts'
import { closed, instantOf } from './bluesky-post.ts'
import { DirectMessage, Messages } from './bluesky-shape.ts'
import { again, notLookedAt, refused, refusedBy, shut } from './bluesky-verdict.ts'
import type { Answer } from './bluesky-xrpc.ts'
import type { Found, Outgoing, Sent } from './channel.ts'

/** The chat a direct message stands in; `request`: the account has not said yet that it takes part. */
const Anchor = z.object({ chat: z.string().min(1), message: z.string().min(1), request: z.boolean().catch(false) })
type Anchor = z.infer<typeof Anchor>

const mostPages = 20
/** Clocks of two servers differ. */
const driftMs = 5_000
/** After so long a message that is under way has arrived, or never will. */
const settledMs = 60_000
const shutWords: Record<string, (typeof closed)[keyof typeof closed]> = {
  AccountSuspended: closed.accountGone,
  RecipientNotFound: closed.accountGone,
  BlockedActor: closed.blocked,
  BlockedSubject: closed.blocked,
  MessagesDisabled: closed.noDirect,
  NotFollowedBySender: closed.noDirect,
  ConvoLocked: closed.noDirect,
  InvalidConvo: closed.noDirect,
}

/**
 * Replies to direct messages, which go nowhere but into the chat they answer. Nothing marks one as ours beforehand, so the
 * chat is read back before each try.
 */
export class BlueskyDirectOutbox {
  readonly #account: BlueskyAccount
  /** When a reply was last on its way from here. */
  readonly #underway = new Map<string, number>()

  constructor(account: BlueskyAccount) {
    this.#account = account
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const anchor = Anchor.safeParse(outgoing.answering?.anchor).data
    if (anchor === undefined) return refused(setbackOf('no-place'))
    try {
      const standing = await this.#standing(outgoing, anchor, signal)
      if (standing !== null) return { type: 'sent', externalId: standing, link: null }
    } catch (error) {
      if (error instanceof TooLong) return again(setbackOf('unread-back'))
      return notLookedAt(error, this.#account.conceal)
    }
    if (anchor.request) {
      const accepted = await this.#call('acceptConvo', { convoId: anchor.chat }, signal)
      if (accepted.type !== 'done') return judged(accepted, 'nothing')
    }
    this.#note(outgoing.key)
    const message = { text: outgoing.text.toWellFormed(), replyTo: { messageId: anchor.message } }
    const answer = await this.#call('sendMessage', { convoId: anchor.chat, message }, signal)
    if (answer.type !== 'done') return judged(answer, 'the post')
    const id = z.object({ id: z.string().min(1) }).safeParse(answer.body).data?.id
    if (id === undefined) return { type: 'unknown', setback: setbackOf('unnamed') }
    return { type: 'sent', externalId: externalIdOf(anchor, id), link: null }
  }

  async find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    const anchor = Anchor.safeParse(outgoing.answering?.anchor).data
    if (anchor === undefined) return { type: 'unknown' }
    const standing = await this.#standing(outgoing, anchor, signal).catch(() => undefined)
    if (typeof standing === 'string') return { type: 'sent', externalId: standing, link: null }
    const at = Math.max(this.#underway.get(outgoing.key) ?? 0, outgoing.triedAt ?? 0)
    const settled = this.#account.surroundings.clock() - at >= settledMs
    return { type: standing === null && settled ? 'absent' : 'unknown' }
  }

  /** Under which id the chat shows it since it was handed in; null where it does not. Throws where it cannot be read. */
  async #standing(outgoing: Outgoing, anchor: Anchor, signal: AbortSignal): Promise<string | null> {
    const since = outgoing.submittedAt - driftMs
    const own = await this.#account.session.account()
    let cursor: string | null = null
    for (let pages = 0; pages < mostPages; pages++) {
      const page: z.infer<typeof Messages> = await this.#page(anchor.chat, cursor, signal)
      const messages = page.messages.flatMap(each => DirectMessage.safeParse(each).data ?? [])
      const ours = messages.find(
        ({ sender, text, sentAt, replyTo }) =>
          sender.did === own &&
          text === outgoing.text.toWellFormed() &&
          (instantOf(sentAt) ?? 0) >= since &&
          (replyTo === undefined || replyTo.id === anchor.message),
      )
      if (ours !== undefined) return externalIdOf(anchor, ours.id)
      cursor = page.cursor ?? null
      if (cursor === null || messages.some(({ sentAt }) => (instantOf(sentAt) ?? since) < since)) return null
    }
    throw new TooLong('The chat is too long to be read back.')
  }

  async #page(convoId: string, cursor: string | null, signal: AbortSignal): Promise<z.infer<typeof Messages>> {
    const query = { convoId, limit: '100', ...(cursor !== null && { cursor }) }
    const request = { method: 'GET', name: 'chat.bsky.convo.getMessages', query, direct: true } as const
    return await this.#account.session.read(request, Messages, signal)
  }

  #call(name: 'acceptConvo' | 'sendMessage', body: object, signal: AbortSignal): Promise<Answer> {
    const request = { method: 'POST', name: `chat.bsky.convo.${name}`, body, direct: true } as const
    return this.#account.session.ask(request, signal, true)
  }

  #note(key: string): void {
    const now = this.#account.surroundings.clock()
    for (const [each, at] of this.#underway) if (now - at >= settledMs) this.#underway.delete(each)
    this.#underway.set(key, now)
  }
}

class TooLong extends Error {}

function judged(answer: Exclude<Answer, { type: 'done' }>, asked: 'nothing' | 'the post'): Sent {
  const why = answer.type === 'refused' && answer.status < 500 ? shutWords[answer.error] : undefined
  return why === undefined ? refusedBy(answer, asked) : shut(why)
}

function externalIdOf({ chat }: Anchor, id: string): string {
  return `chat:${chat}/${id}`
}
