/**
 * Who had a hand in a text, by tab: how often each wrote. One text is built on another when it holds all of its strokes;
 * where each has strokes of its own, two people or one person twice wrote at once.
 */
export type Hands = Readonly<Record<string, number>>

export function stroke(hands: Hands, tab: string): Hands {
  return { ...hands, [tab]: (hands[tab] ?? 0) + 1 }
}

export function holdsAll(hands: Hands, others: Hands): boolean {
  return Object.entries(others).every(([tab, strokes]) => (hands[tab] ?? 0) >= strokes)
}

export function joined(one: Hands, other: Hands): Hands {
  const tabs = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...tabs].map(tab => [tab, Math.max(one[tab] ?? 0, other[tab] ?? 0)]))
}
