import { setbackOf } from '@muster/shared/setback.ts'
import type { BlueskyAccount } from './bluesky-account.ts'
import { facetsOf, handlesIn } from './bluesky-facets.ts'
import { recordKeyOf } from './bluesky-key.ts'
import { type Missing, postsOf, whyMissing } from './bluesky-look.ts'
import { closed, linkOf, whyClosed } from './bluesky-post.ts'
import { OwnRecord, PostAnchor, Resolved } from './bluesky-shape.ts'
import { again, notLookedAt, refused, refusedBy, shut } from './bluesky-verdict.ts'
import type { Answer } from './bluesky-xrpc.ts'
import type { Found, Outgoing, Sent } from './channel.ts'

const collection = 'app.bsky.feed.post'
const mostMentions = 10

const shutBecause: Record<Missing, Sent> = {
  deleted: shut(closed.gone),
  'account-gone': shut(closed.accountGone),
  resting: shut(closed.accountGone),
  blocked: shut(closed.blocked),
  hidden: again(setbackOf('out-of-sight')),
}

/** A reply with the place where it stands, or shall stand. */
type Placed = { outgoing: Outgoing; anchor: PostAnchor; did: string; rkey: string; uri: string }

/** Replies in public: posts in the account's repository, each under a key that its reply gives it. */
export class BlueskyOutbox {
  readonly #account: BlueskyAccount

  constructor(account: BlueskyAccount) {
    this.#account = account
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const placed = await this.#placed(outgoing)
    if ('type' in placed) return placed
    const why = await this.#whyShut(placed, signal)
    if (why !== null) return why
    const { did: repo, rkey } = placed
    const record = await this.#record(placed, signal)
    // "Only where there is none": a second try must neither change what was posted nor post it twice.
    const body = { repo, collection, rkey, record, swapRecord: null }
    const request = { method: 'POST', name: 'com.atproto.repo.putRecord', body } as const
    return await this.#judge(await this.#account.session.ask(request, signal), placed, signal)
  }

  async find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    const placed = await this.#placed(outgoing)
    if ('type' in placed) return { type: 'unknown' }
    const standing = await this.#standing(placed, signal)
    if (standing === 'ours') return sentAs(placed)
    return { type: standing === 'absent' ? 'absent' : 'unknown' }
  }

  async #placed(outgoing: Outgoing): Promise<Placed | Sent> {
    const { session, surroundings } = this.#account
    const anchor = PostAnchor.safeParse(outgoing.answering?.anchor).data
    if (anchor === undefined) return refused(setbackOf('no-place'))
    const did = await session.account()
    if (typeof did !== 'string') return refusedBy(did, 'nothing')
    const rkey = recordKeyOf(outgoing.key, outgoing.submittedAt, surroundings.hmacKey)
    return { outgoing, anchor, did, rkey, uri: `at://${did}/${collection}/${rkey}` }
  }

  /** The network takes a reply where none is wished, and then shows it to nobody: so it is looked at first. */
  async #whyShut({ anchor: { parent } }: Placed, signal: AbortSignal): Promise<Sent | null> {
    const { session, conceal } = this.#account
    try {
      const view = (await postsOf(session, [parent.uri], signal)).get(parent.uri)
      if (view !== undefined) {
        const { author, viewer } = view
        const why = whyClosed({ author, replyDisabled: viewer?.replyDisabled === true, searched: false })
        return why && shut(why)
      }
      return shutBecause[await whyMissing(session, parent.uri, signal)]
    } catch (error) {
      return notLookedAt(error, conceal)
    }
  }

  async #record({ outgoing, anchor }: Placed, signal: AbortSignal): Promise<object> {
    const text = outgoing.text.toWellFormed()
    const facets = facetsOf(text, await this.#didsOf(handlesIn(text).slice(0, mostMentions), signal))
    return {
      $type: collection,
      text,
      ...(facets.length > 0 && { facets }),
      reply: anchor,
      ...(outgoing.language !== null && { langs: [outgoing.language] }),
      createdAt: new Date(this.#account.surroundings.clock()).toISOString(),
    }
  }

  /** A handle that cannot be looked up stays plain text. */
  async #didsOf(handles: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    const found = await Promise.all(
      handles.map(async handle => {
        const request = { method: 'GET', name: 'com.atproto.identity.resolveHandle', query: { handle } } as const
        const answer = await this.#account.session.ask(request, signal)
        const did = answer.type === 'done' ? Resolved.safeParse(answer.body).data?.did : undefined
        return did === undefined ? [] : [[handle, did] as const]
      }),
    )
    return new Map(found.flat())
  }

  async #judge(answer: Answer, placed: Placed, signal: AbortSignal): Promise<Sent> {
    const { told, accountWide } = 'told' in answer ? answer : { told: null, accountWide: false }
    if (answer.type === 'done') return { ...sentAs(placed), told, accountWide }
    if (answer.type !== 'refused' || answer.error !== 'InvalidSwap') return refusedBy(answer, 'the post')
    const standing = await this.#standing(placed, signal)
    if (standing === 'ours') return { ...sentAs(placed), told, accountWide }
    if (standing === 'other') return refused(setbackOf('place-taken'))
    return { type: 'unknown', setback: setbackOf('place-unread') }
  }

  /** What stands under the reply's key. */
  async #standing(placed: Placed, signal: AbortSignal): Promise<'ours' | 'other' | 'absent' | 'unknown'> {
    const { did: repo, rkey, outgoing, anchor } = placed
    const request = { method: 'GET', name: 'com.atproto.repo.getRecord', query: { repo, collection, rkey } } as const
    const answer = await this.#account.session.ask(request, signal)
    if (answer.type === 'refused' && answer.error === 'RecordNotFound') return 'absent'
    const record = answer.type === 'done' ? OwnRecord.safeParse(answer.body).data : undefined
    if (record === undefined) return 'unknown'
    const { text, reply } = record.value
    return text === outgoing.text.toWellFormed() && reply?.parent.uri === anchor.parent.uri ? 'ours' : 'other'
  }
}

function sentAs({ uri }: Placed) {
  return { type: 'sent', externalId: uri, link: linkOf(uri) } as const
}
