/** A whole number from 0 below `count`. */
export type Pick = (count: number) => number

/** Picks that look accidental and are the same for the same seed: nobody's choices jump while they read. */
export function pickBy(seed: string): Pick {
  let state = 0
  for (const character of seed) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) | 0
  return count => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }
}

/** One of them; null of none. */
export function one<Item>(items: readonly Item[], pick: Pick): Item | null {
  return items.length === 0 ? null : (items[pick(items.length)] ?? null)
}

export function shuffled<Item>(items: readonly Item[], pick: Pick): Item[] {
  const left = [...items]
  return items.flatMap(() => left.splice(pick(left.length), 1))
}
