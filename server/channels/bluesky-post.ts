import { AtUri } from '@atproto/syntax'
import type { Closed } from '@muster/shared/conversation.ts'
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

export function nameOf({ displayName, handle }: Author): string {
  return oneLine(displayName ?? '', 200) || oneLine(handle, 200)
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

export const closed = {
  blocked: {
    why: 'blocked',
    sentence: 'They have blocked this account: a reply would reach nobody.',
    otherWay: null,
  },
  notSummoned: {
    why: 'not-summoned',
    sentence: 'They did not mention this account. Bluesky asks that automated accounts reply only to those who do.',
    otherWay: 'Open the post in Bluesky and answer it by hand there.',
  },
  repliesOff: {
    why: 'replies-off',
    sentence: 'They have limited who may reply to this post, and this account is not among them.',
    otherWay: 'Open their profile in Bluesky and write them a direct message, if they take those.',
  },
  gone: { why: 'gone', sentence: 'The post is no longer there.', otherWay: null },
  accountGone: { why: 'gone', sentence: 'Their account is no longer there.', otherWay: null },
  noDirect: {
    why: 'replies-off',
    sentence: 'They take no direct messages from this account.',
    otherWay: 'Open their profile in Bluesky and ask them there to write to you.',
  },
  group: {
    why: 'protected',
    sentence: 'It was written in a group chat, where others would read the answer.',
    otherWay: 'Open their profile in Bluesky and write them a direct message.',
  },
} as const satisfies Record<string, Closed>

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
