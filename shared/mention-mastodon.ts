import type { Visibility } from './conversation.ts'
import { links } from './links-mastodon.ts'

/** A word joiner: nobody sees it, and what stands behind it is no name. */
export const joiner = '\u2060'
/** In a link only Mastodon looks for names: anywhere but behind a letter, a number, "_" or "/". */
const inLink = /(?<![\p{L}\p{M}\p{Nd}\p{Pc}/])@/gu
/** Elsewhere GoToSocial takes also what stands behind "_" or "/" for one. A mail address is none for either. */
const linksAndNames = new RegExp(`${links.source}|(?<![\\p{L}\\p{M}\\p{Nd}])@(?=\\S)`, 'gu')

/**
 * Whether what those could read is answered so that nobody but its author reads the answer. Mastodon shows a followers-only
 * reply to our own followers, who could not read what it answers.
 */
export function isAnsweredDirectly(visibility: Visibility): boolean {
  return visibility === 'followers' || visibility === 'direct'
}

/** The same for who reads it, and for its server a text that names nobody. */
export function namingNobody(text: string): string {
  return text.replace(linksAndNames, found => (found === '@' ? `@${joiner}` : found.replace(inLink, '%40')))
}
