import type { PutRecord, View } from './decision.ts'
import { keyOf } from './indexes.ts'

type Draw = { through: number; chance: number }

/**
 * What chance says of an answer to these messages. It says it once: whoever takes a reply back and sends it again, or claims
 * again, is drawn no second time.
 */
export function drawn(
  conversationId: string,
  through: number,
  view: View,
  chance: number,
): { chance: number; put: PutRecord[] } {
  const key = keyOf.draw(conversationId)
  const former = view.get<Draw>(key)
  if (former !== null && former.through >= through) return { chance: former.chance, put: [] }
  return { chance, put: [{ key, value: { through, chance } satisfies Draw }] }
}
