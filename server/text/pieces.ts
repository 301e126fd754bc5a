import { wordsOf } from '../domain/words.ts'

const pieceLength = 4

/** What a text is told by, each with how often it occurs: its words, its pairs of words, its pieces of four characters. */
export function piecesOf(text: string): Map<string, number> {
  const pieces = new Map<string, number>()
  const count = (piece: string) => pieces.set(piece, (pieces.get(piece) ?? 0) + 1)
  const words = wordsOf(text)
  for (const [index, word] of words.entries()) {
    count(word)
    if (index > 0) count(`${words[index - 1]} ${word}`)
  }
  // A mark of its own keeps a piece apart from a word of four letters.
  const line = ` ${words.join(' ')} `
  for (let from = 0; from + pieceLength <= line.length; from++) count(`~${line.slice(from, from + pieceLength)}`)
  return pieces
}

/** The known pieces of a text: where each stands, and how much it says. */
export type Vector = { places: Int32Array; weights: Float64Array }

/** The pieces of the texts one learns from. What few of them hold says more than what all do (TF-IDF, its root). */
export class Vocabulary {
  readonly #known = new Map<string, { place: number; telling: number }>()

  constructor(texts: readonly ReadonlyMap<string, number>[]) {
    const holders = new Map<string, number>()
    for (const pieces of texts) for (const piece of pieces.keys()) holders.set(piece, (holders.get(piece) ?? 0) + 1)
    for (const [piece, count] of holders) {
      const telling = Math.sqrt(Math.log((1 + texts.length) / count))
      this.#known.set(piece, { place: this.#known.size, telling })
    }
  }

  get size(): number {
    return this.#known.size
  }

  /** Of length 1, so that a long text says no more than a short one; empty where nothing of it is known. */
  vectorOf(pieces: ReadonlyMap<string, number>): Vector {
    const places: number[] = []
    const weights: number[] = []
    for (const [piece, count] of pieces) {
      const known = this.#known.get(piece)
      if (known === undefined) continue
      places.push(known.place)
      weights.push((1 + Math.log(count)) * known.telling)
    }
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0))
    return { places: Int32Array.from(places), weights: Float64Array.from(weights, weight => weight / length) }
  }
}
