/** How long a text is for a person who counts: code points, not UTF-16 units. */
export function charactersIn(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
