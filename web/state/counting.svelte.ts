import type { Visibility } from '@muster/shared/conversation.ts'
import type { ChannelMark } from '@muster/shared/protocol.ts'
import { type Extent, extentOf, filled } from './extent.ts'

type Lengths = typeof import('./network-lengths.ts')

/** How networks count is code that nobody needs before they write to one. */
let lengths = $state.raw<Lengths | null>(null)
let asked = false

export async function learnLengths(): Promise<void> {
  if (asked) return
  asked = true
  lengths = await import('./network-lengths.ts').catch(() => {
    asked = false
    return null
  })
}

/** As its channel counts, once that is known here; in characters before. The server counts again. */
export function extentFor(text: string, mark: ChannelMark | null, visibility: Visibility): Extent {
  if (mark === null || mark.counting === 'characters') return extentOf(text, mark?.longest ?? null)
  void learnLengths()
  if (lengths === null) return extentOf(text, mark.longest)
  return filled(lengths.lengthIn(mark.counting, text, mark.longest, visibility))
}
