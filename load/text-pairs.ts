const pieceLength = 4

/** Two places of a list as one number, the smaller first. */
export function pairOf(one: number, other: number): number {
  return Math.min(one, other) * 2 ** 20 + Math.max(one, other)
}

export function sidesOf(pair: number): [one: number, other: number] {
  return [Math.floor(pair / 2 ** 20), pair % 2 ** 20]
}

/** Every pair of texts of which at least this share of pieces is common to both, and the share: each with each. */
export function pairsAlike(texts: readonly string[], least: number): Map<number, number> {
  const numbers = new Map<string, number>()
  const sets = texts
    .map((text, index) => ({ index, pieces: piecesOf(text, numbers) }))
    .toSorted((one, other) => one.pieces.length - other.pieces.length)
  const found = new Map<number, number>()
  for (const [place, longer] of sets.entries()) {
    // What is shorter than the least share of a text cannot be that much alike to it, nor can anything before it.
    for (let before = place - 1; before >= 0; before--) {
      const shorter = sets[before]
      if (shorter === undefined || shorter.pieces.length < least * longer.pieces.length) break
      const share = shareOf(shorter.pieces, longer.pieces, least)
      if (share >= least) found.set(pairOf(shorter.index, longer.index), share)
    }
  }
  return found
}

function piecesOf(text: string, numbers: Map<string, number>): Int32Array {
  const pieces = new Set<number>()
  for (let from = 0; from + pieceLength <= text.length; from++) {
    const piece = text.slice(from, from + pieceLength)
    const number = numbers.get(piece) ?? numbers.size
    numbers.set(piece, number)
    pieces.add(number)
  }
  return Int32Array.from(pieces).toSorted()
}

/** The share two sorted sets have in common; 0 as soon as it cannot reach the least. */
function shareOf(one: Int32Array, other: Int32Array, least: number): number {
  const both = one.length + other.length
  const needed = (least * both) / (1 + least)
  let [common, here, there] = [0, 0, 0]
  while (here < one.length && there < other.length) {
    if (common + Math.min(one.length - here, other.length - there) < needed) return 0
    const difference = (one[here] ?? 0) - (other[there] ?? 0)
    if (difference === 0) common++
    if (difference <= 0) here++
    if (difference >= 0) there++
  }
  return common / (both - common)
}
