import type { Draft } from '@muster/shared/conversation.ts'
import { fold } from '@muster/shared/fold.ts'

/** Whoever left the very text as a draft wrote it too, though they may have gone from the conversation since. */
export function wroteIt(text: string, draft: Draft | null): Draft['writer'] | null {
  return draft !== null && fold(draft.text) === fold(text) ? draft.writer : null
}
