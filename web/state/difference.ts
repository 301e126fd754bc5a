export type Piece = { text: string; kind: 'same' | 'new' | 'gone' }

/** What became of a text, word by word. Fetched where something changed: nobody waits for it to write. */
export async function difference(before: string, after: string, language: string): Promise<Piece[]> {
  const { diffWords } = await import('diff')
  // Where words end differs between languages; in some nothing stands between them.
  const intlSegmenter = new Intl.Segmenter(language, { granularity: 'word' })
  return diffWords(before, after, { intlSegmenter }).map(({ value, added, removed }) => ({
    text: value,
    kind: added ? 'new' : removed ? 'gone' : 'same',
  }))
}
