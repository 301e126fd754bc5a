/** A text as rules read it, and where each of its characters stands in what was written. */
export type Folded = { text: string; rangeOf: (from: number, to: number) => { from: number; to: number } }

/** Marks are taken a few at a time: a thousand on one letter are no word, and sorting them is slow. */
const pieces = /\s+|[!-~]+(?!\p{M})|[\s\S]\p{M}{0,4}/gu
const spelled: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', '’': "'", '‘': "'", '`': "'", '´': "'" }

/**
 * Case, width and kinds of space, dash and apostrophe make no difference to what is said; "ü" reads as "ue". A new line is
 * kept where a paragraph or an item of a list begins: a sentence ends there without a full stop.
 */
export function foldedOf(written: string): Folded {
  const starts: number[] = []
  const ends: number[] = []
  let text = ''
  for (const { 0: piece, index } of written.matchAll(pieces)) {
    const folded = foldPiece(piece, written.charAt(index + piece.length))
    const alike = folded.length === piece.length
    for (let unit = 0; unit < folded.length; unit++) {
      starts.push(alike ? index + unit : index)
      ends.push(alike ? index + unit + 1 : index + piece.length)
    }
    text += folded
  }
  return { text, rangeOf: (from, to) => ({ from: starts[from] ?? 0, to: ends[to - 1] ?? written.length }) }
}

function foldPiece(piece: string, next: string): string {
  if (/^\s/.test(piece)) return piece.includes('\n') && (/\n\s*\n/.test(piece) || /[-*•]/.test(next)) ? '\n' : ' '
  if (/^[!-~]/.test(piece) && !/\p{M}/u.test(piece)) return piece.toLowerCase().replaceAll('`', "'")
  if (/[\u00ad\u200b-\u200f\u2060\ufeff]/.test(piece)) return ''
  const plain = piece.normalize('NFKC').toLowerCase()
  return spelled[plain] ?? plain.replace(/[\u2010-\u2015\u2212]/g, '-')
}

/** The words alone, one space between them: what is compared where two texts say the same word for word. */
export function plainOf(written: string): string {
  return foldedOf(written).text.replaceAll('\n', ' ').trim()
}
