import { isValidHandle } from '@atproto/syntax'

/** What makes a part of a text a link or a mention. Without it nothing is one, whatever the text looks like. */
export type Facet = {
  index: { byteStart: number; byteEnd: number }
  features: [
    { $type: 'app.bsky.richtext.facet#link'; uri: string } | { $type: 'app.bsky.richtext.facet#mention'; did: string },
  ]
}

type Piece = { from: number; words: string }

/** The handles a text names, each once, without their "@". */
export function handlesIn(text: string): string[] {
  return [...new Set(mentions(text).map(({ words }) => words.slice(1).toLowerCase()))]
}

/** `dids`: whose the handles are; a handle that nobody has stays plain text. Places are counted in bytes of UTF-8. */
export function facetsOf(text: string, dids: ReadonlyMap<string, string>): Facet[] {
  const named = mentions(text).flatMap(piece => {
    const did = dids.get(piece.words.slice(1).toLowerCase())
    return did === undefined ? [] : [facet(text, piece, { $type: 'app.bsky.richtext.facet#mention', did })]
  })
  const linked = links(text).map(piece =>
    facet(text, piece, { $type: 'app.bsky.richtext.facet#link', uri: piece.words }),
  )
  return [...named, ...linked]
}

function facet(text: string, { from, words }: Piece, feature: Facet['features'][0]): Facet {
  const byteStart = Buffer.byteLength(text.slice(0, from))
  return { index: { byteStart, byteEnd: byteStart + Buffer.byteLength(words) }, features: [feature] }
}

function mentions(text: string): Piece[] {
  return [...text.matchAll(/(?<=^|\s|\()@[a-zA-Z0-9.-]+\b/g)]
    .map(({ 0: words, index }) => ({ from: index, words }))
    .filter(({ words }) => isValidHandle(words.slice(1)))
}

/** A full stop or a bracket that ends the sentence around a link is not part of it. */
function links(text: string): Piece[] {
  return [...text.matchAll(/(?<=^|\s|\()https?:\/\/\S+/gi)]
    .map(({ 0: found, index }) => {
      const bare = found.replace(/[.,;:!?]$/, '')
      return { from: index, words: bare.endsWith(')') && !bare.includes('(') ? bare.slice(0, -1) : bare }
    })
    .filter(({ words }) => URL.canParse(words))
}
