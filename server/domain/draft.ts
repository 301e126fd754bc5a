import type { Draft } from '@muster/shared/conversation.ts'
import { drafted } from '@muster/shared/drafted.ts'
import { fold } from '@muster/shared/fold.ts'

/** What a merge brought stays until a text holds it that whoever holds the conversation saves. */
export function stillBrought(draft: Draft | null, text: string): Pick<Draft, 'brought'> {
  const brought = draft?.brought
  return brought === undefined || fold(text).includes(fold(brought.text)) ? {} : { brought }
}

/** Whoever left the very text as a draft wrote it too, though they may have gone from the conversation since. */
export function wroteIt(text: string, draft: Draft | null): Draft['writer'] | null {
  if (draft === null) return null
  return [draft, drafted(draft)].some(each => fold(each.text) === fold(text)) ? draft.writer : null
}
