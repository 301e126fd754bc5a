import { charactersIn } from './characters.ts'

/** How a network counts the length of a text. */
export type Counting = 'characters' | 'bluesky' | 'mastodon' | 'x'

/** `used` of at most `longest` `unit`s; `longest` is null where there is no limit. */
export type Length = {
  used: number
  longest: number | null
  unit: 'characters' | 'graphemes' | 'bytes' | 'weighted'
}

/** Every code point counts one. */
export function inCharacters(text: string, longest: number | null): Length {
  return { used: charactersIn(text), longest, unit: 'characters' }
}
