import { LinkifyIt } from 'linkify-it'

/** Characters that turn the direction of what follows, by which a name can pose as another. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export function plainName(name: string): { name: string; cleaned: boolean } {
  const plain = name.replace(turning, '')
  return { name: plain, cleaned: plain !== name }
}

/** A name inside a sentence, whichever direction it is read in. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`
}

export type Piece = { text: string; href: string | null }

const linkify = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: true })
const safe = /^(https?:\/\/|mailto:)/i
const longestSearched = 20_000

/** A customer's text in pieces, so that links can be followed and nothing else of it does anything. */
export function pieces(text: string): Piece[] {
  const searched = text.slice(0, longestSearched)
  const found: Piece[] = []
  let end = 0
  for (const match of linkify.match(searched) ?? []) {
    if (!safe.test(match.url)) continue
    if (match.index > end) found.push({ text: text.slice(end, match.index), href: null })
    found.push({ text: match.raw, href: match.url })
    end = match.lastIndex
  }
  if (end < text.length) found.push({ text: text.slice(end), href: null })
  return found
}
