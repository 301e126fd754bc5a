/** One place of a text at which something was taken out and something put in. */
export type Splice = { at: number; removed: number; inserted: string }

/**
 * What was done to a text to make another of it, as one splice and the smallest there is. `cursor` is where the hand stands
 * afterwards, which tells one "a" beside another from it. No character is cut in two.
 */
export function spliceBetween(before: string, after: string, cursor = after.length): Splice {
  const most = Math.min(before.length, after.length)
  const behind = Math.min(most, after.length - cursor)
  let tail = 0
  while (tail < behind && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  let head = 0
  while (head < most - tail && before[head] === after[head]) head += 1
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  if (cuts(before, head) || cuts(after, head)) head -= 1
  if (cuts(before, before.length - tail) || cuts(after, after.length - tail)) tail -= 1
  return { at: head, removed: before.length - tail - head, inserted: after.slice(head, after.length - tail) }
}

export function spliced(text: string, splices: readonly Splice[]): string {
  return splices.reduce((now, { at, removed, inserted }) => now.slice(0, at) + inserted + now.slice(at + removed), text)
}

/** Whether this place is in the midst of a character of two units. */
function cuts(text: string, at: number): boolean {
  return isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at))
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
