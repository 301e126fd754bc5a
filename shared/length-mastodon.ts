import { charactersIn } from './characters.ts'
import type { Length } from './length.ts'

/** A link takes as much room as its server says, however long it is; every Mastodon server says this. */
const link = 'x'.repeat(23)
/** As narrow as the network reads it: what it would not take for a link counts in full. */
const links =
  /(?<![A-Za-z0-9@$#＠＃])https?:\/\/(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?][\w!*';:=+,.$/%#[\]~&|@?()^-]*[\w=#/+&-]|[/?])?/gu
const mentions = /(?<![\w=/])@(\w+(?:[\w.-]*\w)?)@[\p{L}\p{N}.-]*[\p{L}\p{N}]/gu

/** The name of whoever is answered stands in front of a reply: at most 30 characters of it count, an "@" and a space. */
const nameRoom = 32

/** Mastodon counts characters, a link as 23 of them and of a mention only the name, not its server. */
export function inMastodon(text: string, longest: number): Length {
  return { used: mastodonCharacters(text), longest: Math.max(1, longest - nameRoom), unit: 'characters' }
}

export function mastodonCharacters(text: string): number {
  return charactersIn(text.replace(links, link).replace(mentions, '@$1'))
}
