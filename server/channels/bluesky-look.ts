import { AtUri } from '@atproto/syntax'
import type { BlueskySession } from './bluesky-session.ts'
import { Author, Posts, PostView, Profiles } from './bluesky-shape.ts'
import { type Answer, BlueskyTrouble } from './bluesky-xrpc.ts'

export type Missing = 'deleted' | 'account-gone' | 'blocked' | 'resting' | 'hidden'

/** Most posts or people that the network is asked about at once. */
export const mostAtOnce = 25

/** The posts that are there to be seen, by their address. */
export async function postsOf(
  session: BlueskySession,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, PostView>> {
  const found = new Map<string, PostView>()
  for (const some of chunks([...new Set(uris)])) {
    const request = { method: 'GET', name: 'app.bsky.feed.getPosts', query: { uris: some } } as const
    const { posts } = await session.read(request, Posts, signal)
    for (const view of posts.flatMap(post => PostView.safeParse(post).data ?? [])) found.set(view.uri, view)
  }
  return found
}

/** Who people are now, with how many follow them; by DID. */
export async function profilesOf(
  session: BlueskySession,
  dids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Author>> {
  const found = new Map<string, Author>()
  for (const some of chunks([...new Set(dids)])) {
    const request = { method: 'GET', name: 'app.bsky.actor.getProfiles', query: { actors: some } } as const
    const { profiles } = await session.read(request, Profiles, signal)
    for (const profile of profiles.flatMap(each => Author.safeParse(each).data ?? [])) found.set(profile.did, profile)
  }
  return found
}

/**
 * Why a post is not shown: it was deleted, its account is gone for good, blocks this one or rests; or (`hidden`) nobody can
 * tell, and it may be there again. Throws where our own account may not ask now.
 */
export async function whyMissing(session: BlueskySession, uri: string, signal: AbortSignal): Promise<Missing> {
  const { host: did, collection, rkey } = new AtUri(uri)
  const ask = async (name: string, query: Record<string, string>) =>
    heard(await session.ask({ method: 'GET', name, query }, signal))
  const profile = await ask('app.bsky.actor.getProfile', { actor: did })
  if (profile.type !== 'done') return profile.type === 'refused' ? standingOf(profile) : 'hidden'
  const { viewer } = Author.partial().catch({}).parse(profile.body)
  if (viewer?.blockedBy === true || viewer?.blocking !== undefined) return 'blocked'
  const record = await ask('com.atproto.repo.getRecord', { repo: did, collection, rkey })
  return record.type === 'refused' && record.error === 'RecordNotFound' ? 'deleted' : 'hidden'
}

/** Throws on a no to whoever asks: it says nothing of what was asked for. */
export function heard(answer: Answer): Answer {
  if (answer.type === 'refused' && [401, 429].includes(answer.status)) throw new BlueskyTrouble(answer)
  return answer
}

function chunks(all: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(all.length / mostAtOnce) }, (_, index) =>
    all.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
  )
}

function standingOf({ error, message }: { error: string; message: string }): Missing {
  if (error === 'AccountTakedown' || message === 'Profile not found') return 'account-gone'
  return error === 'AccountDeactivated' ? 'resting' : 'hidden'
}
