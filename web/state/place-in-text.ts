export type Range = { from: number; to: number }

/** Where these words stand in a text that was changed since they stood at `from`: the nearest place; null where they are gone. */
export function placeOf(words: string, text: string, from: number): Range | null {
  if (words === '') return null
  let nearest: number | null = null
  for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, at + 1)) {
    if (nearest === null || Math.abs(at - from) < Math.abs(nearest - from)) nearest = at
  }
  return nearest === null ? null : { from: nearest, to: nearest + words.length }
}
