/** Case, width, accents' composition and runs of space make no difference to what is said. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Where words stand in a text as they are written, whatever their case and spaces; null where only folding shows them. */
export function rangeOf(words: string, text: string): { from: number; to: number } | null {
  const pattern = words
    .trim()
    .split(/\s+/)
    .map(word => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('\\s+')
  const found = pattern === '' ? null : new RegExp(pattern, 'iu').exec(text)
  return found && { from: found.index, to: found.index + found[0].length }
}
