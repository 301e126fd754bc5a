import type { ServerResponse } from 'node:http'
import { charactersIn } from '@muster/shared/characters.ts'
import { weightOf } from '@muster/shared/length-x.ts'
import { type Answer, limited, problem } from './x-exchange.ts'
import { directQuotas, postQuotas, type Quota, Quotas } from './x-quota.ts'
import { namesIn, type Person, type Post, type XWorld } from './x-world.ts'

/** What becomes of one send, instead of what should: `…, taken` means that X holds it all the same. */
export type Fate =
  | 'no answer, taken'
  | 'reset, taken'
  | '500, taken'
  | '503, taken'
  | 'reset'
  | '503'
  | '429'
  | '429 without headers'
  | '403'
  | '402'
  | '401'

export type SendingOptions = {
  /** With `self-serve` only who named or quoted the account can be answered. */
  plan: 'self-serve' | 'enterprise'
  posts: readonly Quota[]
  directs: readonly Quota[]
  clock: () => number
}

export const usualSending = { plan: 'self-serve', posts: postQuotas, directs: directQuotas } as const

/** Takes what the account writes, within its limits, and as the fate of each send has it. */
export class XSending {
  readonly posts: Quotas
  readonly directs: Quotas
  /** For the next sends, one each; `always` for all after them. */
  readonly fates: Fate[] = []
  always: Fate | null = null
  readonly #world: XWorld
  readonly #account: Person
  readonly #plan: SendingOptions['plan']
  readonly #hanging = new Set<ServerResponse>()

  constructor(world: XWorld, account: Person, { plan, posts, directs, clock }: SendingOptions) {
    this.#world = world
    this.#account = account
    this.#plan = plan
    this.posts = new Quotas(posts, clock)
    this.directs = new Quotas(directs, clock)
  }

  /** Null: there is no answer. */
  post(body: Record<string, unknown>, response: ServerResponse): Answer | null {
    return this.#send(this.posts, response, () => this.#takePost(body))
  }

  direct(participant: string, body: Record<string, unknown>, response: ServerResponse): Answer | null {
    return this.#send(this.directs, response, () => this.#takeDirect(participant, body))
  }

  end(): void {
    for (const response of this.#hanging) response.socket?.destroy()
  }

  #send(quotas: Quotas, response: ServerResponse, take: () => Answer): Answer | null {
    const fate = this.fates.shift() ?? this.always
    if (fate !== null && !fate.endsWith(', taken')) return this.#refuse(fate, quotas, response)
    if (!quotas.take()) return limited(quotas.headers())
    const answer = take()
    if (fate === null || answer.status >= 300) return { ...answer, headers: quotas.headers() }
    return this.#fail(fate, response)
  }

  #fail(fate: Fate, response: ServerResponse): Answer | null {
    if (fate.startsWith('5')) return problem(Number(fate.slice(0, 3)), 'Something went wrong.')
    if (fate.startsWith('reset')) response.socket?.destroy()
    else this.#hanging.add(response)
    return null
  }

  #refuse(fate: Fate, quotas: Quotas, response: ServerResponse): Answer | null {
    if (fate === 'reset' || fate === '503') return this.#fail(fate, response)
    if (fate === '429') return limited({ ...quotas.headers(), 'x-rate-limit-remaining': '0' })
    if (fate === '429 without headers') return limited({})
    if (fate === '401') return problem(401, 'Unauthorized')
    if (fate === '402') return problem(402, 'Your enrolled account does not have any credits to fulfill this request.')
    return problem(403, 'You are not permitted to perform this action.')
  }

  #takePost(body: Record<string, unknown>): Answer {
    const { text = '', reply } = body as { text?: string; reply?: { in_reply_to_tweet_id: string } }
    if (weightOf(text) > longestPost) return problem(400, tooLong)
    const target = reply === undefined ? null : this.#world.post(reply.in_reply_to_tweet_id)
    const no = target === undefined ? goneTarget : this.#whyNot(target, text)
    if (no !== null) return problem(403, no)
    const { id } = this.#world.write(this.#account, text, { replyTo: target ?? null })
    return { status: 201, body: { data: { id, text, edit_history_post_ids: [id] } } }
  }

  #whyNot(target: Post | null, text: string): string | null {
    const ours = this.#world.posts.filter(({ author }) => author === this.#account)
    if (ours.some(post => post.text === text && post.replyTo === target)) {
      return 'You are not allowed to create a Tweet with duplicate content.'
    }
    if (target === null) return null
    const isNamed = namesIn(target).includes(this.#account.username)
    if (target.replySettings !== 'everyone' && !isNamed) {
      return 'The original Tweet author restricted who can reply to this Tweet.'
    }
    const isFree = this.#plan === 'enterprise' || isNamed || target.quotes?.author === this.#account
    return isFree ? null : unsummoned
  }

  #takeDirect(participant: string, { text }: Record<string, unknown>): Answer {
    if (charactersIn(String(text)) > longestDirect) return problem(400, tooLong)
    const to = this.#world.people.find(({ id }) => id === participant)
    if (to === undefined) return problem(403, 'You cannot send messages to this user.')
    const { id } = this.#world.direct(this.#account, to, String(text))
    const data = { dm_conversation_id: `${participant}-${this.#account.id}`, dm_event_id: id }
    return { status: 201, body: { data } }
  }
}

const longestPost = 280
const longestDirect = 10_000
const tooLong = 'Your text is too long.'
const goneTarget = 'You attempted to reply to a Tweet that is deleted or not visible to you.'
const unsummoned =
  'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of ' +
  'the post you are replying to.'
