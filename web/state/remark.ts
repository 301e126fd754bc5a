import type { Comment } from '@muster/shared/reply.ts'

export type Range = Pick<Comment, 'from' | 'to'>

/** How many characters both have alike, from the beginning or from the end. */
function alike(one: string, other: string, most: number, side: 'begin' | 'end'): number {
  let length = 0
  const at = () => (side === 'begin' ? length : -1 - length)
  while (length < most && one.at(at()) === other.at(at())) length += 1
  return length
}

/**
 * Where in the text as it was written that part of the edited one stands: a comment goes to whoever wrote it. What was
 * changed stands for all that it took the place of; null where it took the place of nothing.
 */
export function rangeIn(written: string, edited: string, { from, to }: Range): Range | null {
  const most = Math.min(written.length, edited.length)
  const before = alike(written, edited, most, 'begin')
  const after = alike(written, edited, most - before, 'end')
  const grown = edited.length - written.length
  const changedTo = edited.length - after
  const first = from <= before ? from : Math.max(before, from >= changedTo ? from - grown : before)
  const last = to <= before ? to : to >= changedTo ? to - grown : written.length - after
  return first < last ? { from: first, to: last } : null
}

/** The words a comment is about, short enough to stand above it. */
export function quoteOf(written: string, { from, to }: Range): string {
  const words = written.slice(from, to).replace(/\s+/g, ' ').trim()
  return words.length > 80 ? `${words.slice(0, 79)}…` : words
}

/** Where these words stand in a text that was changed since they stood at `from`: the nearest place; null where they are gone. */
export function placeOf(words: string, text: string, from: number): Range | null {
  if (words === '') return null
  let nearest: number | null = null
  for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, at + 1)) {
    if (nearest === null || Math.abs(at - from) < Math.abs(nearest - from)) nearest = at
  }
  return nearest === null ? null : { from: nearest, to: nearest + words.length }
}
