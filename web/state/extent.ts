import { charactersIn } from '@muster/shared/characters.ts'
import type { Length } from '@muster/shared/length.ts'

/** Where a channel names no limit, and in the units of the wire: what a command may carry. */
const most = 20_000
const shownFrom = 0.8
const warnedFrom = 0.95

export type Extent = { used: number; longest: number; state: 'ample' | 'shown' | 'near' | 'over' }

/** How much of what its channel takes a text fills, counted as the server counts. */
export function extentOf(text: string, longest: number | null): Extent {
  const bounded = longest !== null && longest < most
  const used = bounded ? charactersIn(text) : text.length
  const limit = bounded ? longest : most
  return { used, longest: limit, state: stateOf(used, limit) }
}

/** What was counted, and is to be held to its limit. */
export function filled({ used, longest }: Length): Extent {
  const limit = longest ?? most
  return { used, longest: limit, state: stateOf(used, limit) }
}

function stateOf(used: number, longest: number): Extent['state'] {
  if (used > longest) return 'over'
  if (used >= longest * warnedFrom) return 'near'
  return used >= longest * shownFrom ? 'shown' : 'ample'
}
