import { fold } from '@muster/shared/fold.ts'

/** The words of a text, folded: case and width make no difference, accents do. */
export function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}

type Phrase<T> = { words: string[]; of: T }

/** Finds phrases of whole words in texts: each word of a text is looked up once, however many phrases there are. */
export class Phrases<T> {
  readonly #byFirst = new Map<string, Phrase<T>[]>()

  constructor(phrases: Iterable<[text: string, of: T]>) {
    for (const [text, of] of phrases) {
      const words = wordsOf(text)
      const [first] = words
      if (first === undefined) continue
      const others = this.#byFirst.get(first)
      if (others === undefined) this.#byFirst.set(first, [{ words, of }])
      else others.push({ words, of })
    }
  }

  /** What the phrases stand for that the text holds. */
  in(text: string): Set<T> {
    const words = wordsOf(text)
    const found = new Set<T>()
    for (const [index, first] of words.entries()) {
      for (const phrase of this.#byFirst.get(first) ?? []) {
        if (phrase.words.every((word, offset) => words[index + offset] === word)) found.add(phrase.of)
      }
    }
    return found
  }
}
