/** A blank is a name in double square brackets: [[when]]. */
const blank = /\[\[([^[\]]{0,80})\]\]/g

export type Stretch = { text: string; blank: boolean }

/** A wording in stretches, so that its blanks can be shown as such. */
export function stretches(text: string): Stretch[] {
  const found: Stretch[] = []
  let end = 0
  for (const match of text.matchAll(blank)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index), blank: false })
    found.push({ text: match[1] ?? '', blank: true })
    end = match.index + match[0].length
  }
  if (end < text.length) found.push({ text: text.slice(end), blank: false })
  return found
}
