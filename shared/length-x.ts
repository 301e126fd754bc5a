import type { Visibility } from './conversation.ts'
import { inCharacters, type Length } from './length.ts'
import { linksIn } from './length-x-links.ts'

const longest = { post: 280, direct: 10_000 }
/** Every link is shortened to as many characters. */
const linkWeight = 23
/** One, however many people and skin tones are joined in it; a key cap is also one without the mark that makes it colourful. */
const emoji = /\p{RGI_Emoji}\uFE0F?|[#*0-9]\u20E3/gv

/** What X lets stand in one post: most letters count one, those of East Asia and emoji two. Directly every one is a character. */
export function inX(text: string, visibility: Visibility): Length {
  if (visibility === 'direct') return inCharacters(text, longest.direct)
  return { used: weightOf(text), longest: longest.post, unit: 'weighted' }
}

/** As twitter-text 3.1.0 weighs a text, but for the emoji that it does not know yet. */
export function weightOf(text: string): number {
  const normal = text.normalize()
  let weight = 0
  let at = 0
  for (const { start, end } of linksIn(normal)) {
    weight += proseWeight(normal.slice(at, start)) + linkWeight
    at = end
  }
  return weight + proseWeight(normal.slice(at))
}

function proseWeight(prose: string): number {
  let weight = 0
  // Two letters of East Asia weigh as much as an emoji does, whatever it is made of.
  for (const character of prose.replace(emoji, '　')) weight += isLight(character.codePointAt(0) ?? 0) ? 1 : 2
  return weight
}

function isLight(point: number): boolean {
  return (
    point <= 4351 ||
    (point >= 8192 && point <= 8205) ||
    (point >= 8208 && point <= 8223) ||
    (point >= 8242 && point <= 8247)
  )
}
