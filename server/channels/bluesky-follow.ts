import { AtUri } from '@atproto/syntax'
import type { BlueskyAccount } from './bluesky-account.ts'
import type { BlueskyKnown, KnownPost } from './bluesky-known.ts'
import { mostAtOnce, postsOf, profilesOf, whyMissing } from './bluesky-look.ts'
import { closed, whyClosed } from './bluesky-post.ts'
import type { PostView } from './bluesky-shape.ts'
import { receivedOf } from './bluesky-take.ts'
import type { Take } from './channel.ts'

/** A post that is not there once may only have been out of sight. */
const surelyMissing = 2
/** Of more misses in a row than so many, only every so many-th has it asked about. */
const longestRest = 256
/** Of so many it is asked why they are missing in one look, by two calls each. */
const mostAsked = 10

/** What is told of a post while it is missing for such a reason. */
const closedWhile = { blocked: closed.blocked, resting: closed.accountGone, hidden: null }

/** Looks at some of the posts that were taken in again: whether they were edited, shut or taken away. */
export async function followPosts(account: BlueskyAccount, take: Take, signal: AbortSignal): Promise<void> {
  const { known, session } = account
  const uris = known.next(mostAtOnce)
  if (uris.length === 0) return
  const views = await postsOf(session, uris, signal)
  let asks = mostAsked
  for (const uri of uris) {
    const post = known.get(uri)
    const view = views.get(uri)
    if (post === undefined) continue
    if (view !== undefined) await changed(account, view, post, take, signal)
    else if (!isAskedAbout(post.missed + 1)) missed(known, uri, post)
    else if (asks-- > 0) await askAbout(account, uri, post, take, signal)
  }
}

async function changed(
  { known, session, surroundings }: BlueskyAccount,
  view: PostView,
  post: KnownPost,
  take: Take,
  signal: AbortSignal,
): Promise<void> {
  const { uri, cid, record, viewer } = view
  const { searched } = post
  const replyDisabled = viewer?.replyDisabled === true
  const why = whyClosed({ author: view.author, replyDisabled, searched })?.why ?? null
  if (cid !== post.cid || why !== post.why) {
    const author = (await profilesOf(session, [view.author.did], signal)).get(view.author.did) ?? view.author
    const received = receivedOf({
      id: uri,
      raw: view,
      sight: { ref: { uri, cid }, author, record, replyDisabled, searched },
    })
    // What it was edited into may be no post: then what was read of it before stands.
    if (received.type === 'arrival') await take({ ...received, type: 'edited', at: surroundings.clock() })
  }
  known.add(uri, { cid, why, searched, missed: 0 })
}

function isAskedAbout(misses: number): boolean {
  return misses >= surelyMissing && (Number.isInteger(Math.log2(misses)) || misses % longestRest === 0)
}

function missed(known: BlueskyKnown, uri: string, post: KnownPost): void {
  const times = post.missed + 1
  known.add(uri, { ...post, missed: times })
  if (times < surelyMissing) known.hurry(uri)
}

/** Counted as a miss only once what came of it is stored. */
async function askAbout(
  account: BlueskyAccount,
  uri: string,
  post: KnownPost,
  take: Take,
  signal: AbortSignal,
): Promise<void> {
  const { known, session, surroundings } = account
  const why = await whyMissing(session, uri, signal)
  if (why === 'deleted') return await deleted(account, uri, take)
  if (why === 'account-gone') return await accountGone(account, new AtUri(uri).host, take)
  const now = post.why === null ? closedWhile[why] : null
  if (now !== null) await take({ type: 'closed', externalId: uri, closed: now, at: surroundings.clock() })
  if (known.has(uri)) missed(known, uri, { ...post, why: now?.why ?? post.why })
}

export async function deleted({ known, surroundings }: BlueskyAccount, uri: string, take: Take): Promise<void> {
  await take({ type: 'deleted', externalId: uri, at: surroundings.clock() })
  known.forget(uri)
}

export async function accountGone({ known, surroundings }: BlueskyAccount, did: string, take: Take): Promise<void> {
  await take({ type: 'account-gone', address: did, at: surroundings.clock() })
  for (const uri of known.of(did)) known.forget(uri)
}
