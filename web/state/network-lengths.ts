import type { Visibility } from '@muster/shared/conversation.ts'
import { inBluesky } from '@muster/shared/graphemes.ts'
import { type Counting, inCharacters, type Length } from '@muster/shared/length.ts'
import { inMastodon } from '@muster/shared/length-mastodon.ts'
import { inX } from '@muster/shared/length-x.ts'

/** A text as its network counts it: the same functions that the server judges by. */
export function lengthIn(counting: Counting, text: string, longest: number | null, visibility: Visibility): Length {
  switch (counting) {
    case 'bluesky':
      return inBluesky(text, visibility)
    case 'mastodon':
      return inMastodon(text, longest ?? 500, visibility)
    case 'x':
      return inX(text, visibility)
    case 'characters':
      return inCharacters(text, longest)
  }
}
