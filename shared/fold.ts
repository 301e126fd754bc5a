/**
 * Case, width, accents' composition, kinds of apostrophe, quotation mark and dash, and runs of space make no difference to
 * what is said: a phone sets its own.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]/g, '')
    .replace(/[\u2018\u2019\u02bc`\u00b4]/g, "'")
    .replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
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
