import type { Range } from './remark.ts'

/** A piece of the text around somebody's cursor: of its line alone, and short enough to be seen at a glance. */
export type OtherPlace = { before: string; chosen: string; after: string }

const around = 20

export function otherPlace(text: string, { from, to }: Range): OtherPlace {
  const lineFrom = text.lastIndexOf('\n', from - 1) + 1
  const next = text.indexOf('\n', from)
  const lineTo = next === -1 ? text.length : next
  return {
    before: shortened(text.slice(lineFrom, from), true),
    chosen: shortened(text.slice(from, Math.min(to, lineTo)), false),
    after: shortened(text.slice(Math.min(Math.max(from, to), lineTo), lineTo), false),
  }
}

function shortened(text: string, fromEnd: boolean): string {
  const characters = Array.from(text)
  if (characters.length <= around) return text
  return fromEnd ? `…${characters.slice(-around).join('')}` : `${characters.slice(0, around).join('')}…`
}
