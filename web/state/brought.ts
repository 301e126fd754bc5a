import type { Draft } from '@muster/shared/conversation.ts'
import type { Sheet } from './sheet.ts'

/**
 * What of a draft that a merge brought is still to be written on below a text, `taken` being what was before; null where
 * nothing is. A newer text of the server's is met first.
 */
export function toTakeIn(
  { text, savedAt, brought }: Pick<Draft, 'text' | 'savedAt' | 'brought'>,
  sheet: Pick<Sheet, 'text' | 'savedAt'>,
  taken: string,
): string | null {
  if (brought === undefined || brought.text === taken) return null
  const isOlder = text.trim() !== '' && text !== sheet.text && savedAt > sheet.savedAt
  const fresh = brought.text.slice(brought.text.startsWith(taken) ? taken.length : 0).trim()
  return isOlder || sheet.text.includes(fresh) ? null : fresh
}
