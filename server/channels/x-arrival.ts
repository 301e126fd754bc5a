import type { XSettings } from '@muster/shared/channel.ts'
import { type Closed, closedFor } from '@muster/shared/closed.ts'
import { z } from 'zod'
import type { Arrival, Received } from './channel.ts'
import { asText, cut, longestText, oneLine } from './plain-text.ts'
import type { XPost, XUser } from './x-shape.ts'
import { timeOf } from './x-snowflake.ts'

const Id = z.string().regex(/^\d{1,25}$/)

/** What is needed to answer a message: the newest version of a post, or who wrote directly. */
export const Anchor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('post'), post: Id }),
  z.object({ kind: z.literal('direct'), participant: Id }),
])
export type Anchor = z.infer<typeof Anchor>

export type DirectText = { id: string; senderId: string; text: string; at: number | null }

/**
 * A post as it is now; null for one of the account's own, and for one that only passes another on. `summons`: X itself says
 * that it names or quotes the account.
 */
export function receivedPost(
  post: XPost,
  author: XUser | null,
  settings: XSettings,
  summons: boolean,
): Extract<Received, { type: 'arrival' | 'edited' }> | null {
  if (post.authorId === settings.userId || post.references.some(({ type }) => type === 'retweeted')) return null
  const arrival = arrivalOf(post, author, settings, summons)
  if (post.versions.length < 2) return { type: 'arrival', arrival }
  return { type: 'edited', arrival, at: post.createdAt ?? timeOf(post.id) }
}

export function receivedDirect({ id, senderId, text, at }: DirectText, sender: XUser | null): Received {
  const shown = cut(asText(unescaped(text)), longestText)
  const anchor: Anchor = { kind: 'direct', participant: senderId }
  const arrival: Arrival = {
    externalId: `direct-${id}`,
    from: fromOf(senderId, sender),
    subject: null,
    ...shown,
    visibility: 'direct',
    link: null,
    closed: null,
    anchor,
    sentAt: at,
    answersReply: null,
    automatic: null,
  }
  return { type: 'arrival', arrival }
}

function arrivalOf(post: XPost, author: XUser | null, settings: XSettings, summons: boolean): Arrival {
  const anchor: Anchor = { kind: 'post', post: post.id }
  const link = linkOf(author?.username ?? null, post.id)
  return {
    externalId: post.versions[0] ?? post.id,
    from: fromOf(post.authorId, author),
    subject: null,
    ...cut(readable(post), longestText),
    visibility: author?.followersOnly === true ? 'followers' : 'public',
    link,
    closed: closedOf(post, author, settings, summons),
    anchor,
    sentAt: post.createdAt ?? timeOf(post.id),
    answersReply: null,
    automatic: null,
  }
}

function fromOf(id: string, user: XUser | null): Arrival['from'] {
  const address = user?.username ? `@${oneLine(user.username, 100)}` : id
  // A name is changed at will, and its number never.
  return {
    address,
    name: oneLine(user?.name ?? '', 200),
    reach: user?.reach ?? null,
    identity: `https://x.com/i/user/${id}`,
  }
}

export function linkOf(username: string | null, postId: string): string {
  return `https://x.com/${username ?? 'i/web'}/status/${postId}`
}

/** Why X's API would not let the account answer it, as far as that can be told beforehand. */
function closedOf(post: XPost, author: XUser | null, settings: XSettings, summons: boolean): Closed | null {
  const isNamed = summons || names(post, settings)
  const byHand = byHandOf(settings, linkOf(author?.username ?? null, post.id))
  if (author?.followersOnly === true) return closedFor('protected', byHand)
  if (post.replySettings !== 'everyone' && !isNamed) return closedFor('replies-off', { network })
  const isFree = settings.plan === 'enterprise' || isNamed || quotes(post, settings)
  return isFree ? null : closedFor('not-summoned', byHand)
}

export const network = 'X'

/** What the API may not answer, somebody may who is signed in. */
export function byHandOf({ username }: XSettings, link: string) {
  return { network, how: 'by-hand', account: `@${username}`, link } as const
}

/** Also where X put the name in front itself, because the post answers one of the account's. */
function names({ mentions }: XPost, { userId, username }: XSettings): boolean {
  const name = username.toLowerCase()
  return mentions.some(mention => mention.id === userId || mention.username?.toLowerCase() === name)
}

/** A post that quotes another ends in its address, which says whose it is. */
function quotes({ references, urls }: XPost, { username }: XSettings): boolean {
  const ours = new RegExp(`^https://(?:x|twitter)\\.com/${username}/status/\\d`, 'i')
  return references.some(({ type }) => type === 'quoted') && urls.some(url => ours.test(url.expanded_url ?? ''))
}

/** A post's text as its author wrote it: links lead where they lead. */
function readable({ text, urls }: XPost): string {
  const whole = urls.reduce((written, { url, expanded_url }) => {
    if (!url?.startsWith('https://t.co/') || !expanded_url || written.length > 2 * longestText) return written
    return written.replaceAll(url, () => expanded_url)
  }, unescaped(text))
  return asText(whole)
}

/** X writes these three of HTML's names in texts, and no others. */
export function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => (name === 'lt' ? '<' : name === 'gt' ? '>' : '&'))
}
