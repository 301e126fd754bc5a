import { beyond, type Commitment } from './commitment.ts'
import type { Facts } from './incident.ts'

const updateWords = /update|news|hear from|write again|melden|neuigkeit|stand der dinge/i
const around = 80

/** What a text commits to that neither the facts nor these current wordings do. */
export function beyondFacts(
  text: string,
  facts: Pick<Facts, 'maySay' | 'example' | 'nextUpdateAt'>,
  wordings: readonly string[],
): Commitment[] {
  return beyond(text, [facts.maySay, facts.example, ...wordings]).filter(
    commitment => !tellsNextUpdate(commitment, text, facts.nextUpdateAt),
  )
}

/**
 * The time of the next update may be told, by the clock of whoever reads it: the hour differs by where they live, the
 * minutes do not, but for the half and quarter hours of some.
 */
function tellsNextUpdate({ kind, key, from, to }: Commitment, text: string, nextUpdateAt: number | null): boolean {
  const minutes = /^at \d\d:(\d\d)$/.exec(key)?.[1]
  if (kind !== 'time' || nextUpdateAt === null || minutes === undefined) return false
  const due = new Date(nextUpdateAt).getUTCMinutes()
  if ((Number(minutes) - due + 60) % 15 !== 0) return false
  return updateWords.test(text.slice(Math.max(0, from - around), to + around))
}
