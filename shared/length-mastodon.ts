import { charactersIn } from './characters.ts'
import type { Visibility } from './conversation.ts'
import type { Length } from './length.ts'
import { links } from './links-mastodon.ts'
import { isAnsweredDirectly, namingNobody } from './mention-mastodon.ts'

/** A link takes as much room as its server says, however long it is; every Mastodon server says this. */
const link = 'x'.repeat(23)
const mentions = /(?<![\w=/])@(\w+(?:[\w.-]*\w)?)@[\p{L}\p{N}.-]*[\p{L}\p{N}]/gu

/** The name of whoever is answered stands in front of a reply: at most 30 characters of it count, an "@" and a space. */
const nameRoom = 32

/**
 * Mastodon counts characters, a link as 23 of them and of a mention only the name, not its server. A reply that is direct
 * names nobody but its author, so that every name in it counts whole.
 */
export function inMastodon(text: string, longest: number, visibility: Visibility): Length {
  const posted = isAnsweredDirectly(visibility) ? namingNobody(text) : text
  return { used: mastodonCharacters(posted), longest: Math.max(1, longest - nameRoom), unit: 'characters' }
}

export function mastodonCharacters(text: string): number {
  return charactersIn(text.replace(links, link).replace(mentions, '@$1'))
}
