import { AtUri } from '@atproto/syntax'
import { type Closed, closedFor } from '@muster/shared/closed.ts'
import { type Author, type Notification, PostRecord, type PostRef } from './bluesky-shape.ts'
import type { Arrival } from './channel.ts'
import { asText, cut, longestText, oneLine } from './plain-text.ts'

/** A post as the network shows it. `searched`: it names nobody, and was found by its words. */
export type Sight = { ref: PostRef; author: Author; record: unknown; replyDisabled: boolean; searched: boolean }

/** A post that a notice tells of. */
export function sightOf({ uri, cid, author, record }: Notification, replyDisabled: boolean): Sight {
  return { ref: { uri, cid }, author, record, replyDisabled, searched: false }
}

/** Throws where it is no post that can be read. */
export function arrivalOf(sight: Sight): Arrival {
  const { ref, author } = sight
  const record = PostRecord.parse(sight.record)
  const shown = embedded(record.embed)
  const { text, whole } = cut(asText(record.text), longestText)
  return {
    externalId: ref.uri,
    from: {
      address: author.did,
      name: nameOf(author),
      ...handleOf(author),
      reach: author.followersCount ?? null,
      identity: author.did,
    },
    subject: null,
    text: text.trim() === '' ? (shown ?? '[empty]') : text,
    whole: whole && shown === null,
    visibility: 'public',
    link: linkOf(ref.uri),
    closed: whyClosed(sight),
    anchor: { root: record.reply?.root ?? ref, parent: ref },
    sentAt: instantOf(record.createdAt),
    answersReply: null,
    automatic: isBot(author) ? 'Its account says of itself that it is a bot.' : null,
  }
}

export function nameOf(author: Pick<Author, 'displayName' | 'handle'>): string {
  return oneLine(author.displayName ?? '', 200) || (isHandle(author) ? oneLine(author.handle, 200) : '')
}

export function handleOf(author: Pick<Author, 'handle'>): { handle?: string } {
  return isHandle(author) ? { handle: `@${oneLine(author.handle, 300)}` } : {}
}

/** Whose handle leads nowhere is called so by the network; whom it does not show is known by their id alone. */
function isHandle({ handle }: Pick<Author, 'handle'>): boolean {
  return handle !== 'handle.invalid' && !handle.startsWith('did:')
}

/** Where a browser shows a post. */
export function linkOf(uri: string): string {
  const { host, rkey } = new AtUri(uri)
  return `https://bsky.app/profile/${host}/post/${rkey}`
}

export function instantOf(written: string): number | null {
  const at = Date.parse(written)
  return Number.isNaN(at) ? null : Math.max(0, at)
}

export function whyClosed({ author, replyDisabled, searched }: Omit<Sight, 'ref' | 'record'>): Closed | null {
  if (author.viewer?.blockedBy === true) return closed.blocked
  if (searched) return closed.notSummoned
  return replyDisabled ? closed.repliesOff : null
}

const network = 'Bluesky'

export const closed = {
  blocked: closedFor('blocked', { network }),
  // Bluesky asks that automated accounts reply only to who names them.
  notSummoned: closedFor('not-summoned', { network, how: 'by-hand' }),
  repliesOff: closedFor('replies-off', { network, how: 'write-directly' }),
  gone: closedFor('gone', { network }),
  accountGone: closedFor('account-gone', { network }),
  noDirect: closedFor('no-direct', { network, how: 'ask-to-write' }),
  chatGone: closedFor('hidden', { network, how: 'write-directly' }),
  group: closedFor('group', { network, how: 'write-directly' }),
} as const

function isBot({ did, labels = [] }: Author): boolean {
  return labels.some(({ val, src, neg }) => val === 'bot' && src === did && neg !== true)
}

/** What a post shows beside its text, in a word; null where it shows nothing. */
function embedded(embed: unknown): string | null {
  if (typeof embed !== 'object' || embed === null || !('$type' in embed)) return null
  const kind = String(embed.$type).split('.').at(-1) ?? ''
  const words: Record<string, string> = {
    images: '[picture]',
    gallery: '[picture]',
    video: '[video]',
    external: '[link]',
  }
  return words[kind] ?? '[quote]'
}
