import { blanksIn } from '@muster/shared/blank.ts'

export type Stretch = { text: string; blank: boolean }

/** A wording in stretches, so that its blanks can be shown as such. */
export function stretches(text: string): Stretch[] {
  const found: Stretch[] = []
  let end = 0
  for (const { name, from, to } of blanksIn(text)) {
    if (from > end) found.push({ text: text.slice(end, from), blank: false })
    found.push({ text: name, blank: true })
    end = to
  }
  if (end < text.length) found.push({ text: text.slice(end), blank: false })
  return found
}
