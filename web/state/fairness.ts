import type { Policy, Responder } from '@muster/shared/incident.ts'

/** How many conversations somebody may still choose before they take whoever waits longest; null while they choose freely. */
export function choicesLeft(
  choices: Responder['choices'],
  { patienceMs, choicesInARow }: Policy,
  oldestFree: number | null,
  now: number,
): number | null {
  if (oldestFree === null || oldestFree + patienceMs >= now) return null
  return Math.max(0, choicesInARow - choices)
}
