/** A blank is a name in double square brackets, as wording carries it: [[when]]. */
const pattern = /\[\[([^[\]]{0,80})\]\]/g

export type Blank = { name: string; from: number; to: number }

/** What must be filled in before a text may leave, in its order. */
export function blanksIn(text: string): Blank[] {
  return Array.from(text.matchAll(pattern), ({ 0: whole, 1: name = '', index }) => ({
    name: name.trim(),
    from: index,
    to: index + whole.length,
  }))
}
