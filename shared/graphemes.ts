import type { Visibility } from './conversation.ts'
import type { Length } from './length.ts'

/** Both are counted, and the tighter one binds: an emoji of a family is one grapheme, and 18 bytes. */
const longest = {
  post: { graphemes: 300, bytes: 3_000 },
  direct: { graphemes: 1_000, bytes: 10_000 },
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const encoder = new TextEncoder()

/** As Bluesky counts: what people see as one character, and at the same time the bytes of UTF-8. */
export function inBluesky(text: string, visibility: Visibility): Length {
  const limit = visibility === 'direct' ? longest.direct : longest.post
  const bytes = encoder.encode(text).length
  const graphemes = graphemesIn(text)
  return bytes / limit.bytes > graphemes / limit.graphemes
    ? { used: bytes, longest: limit.bytes, unit: 'bytes' }
    : { used: graphemes, longest: limit.graphemes, unit: 'graphemes' }
}

function graphemesIn(text: string): number {
  let count = 0
  for (const _ of segmenter.segment(text)) count++
  return count
}
