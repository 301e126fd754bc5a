import type { Outcome } from '@muster/shared/refusal.ts'
import type { Courier } from './courier.ts'
import type { Errands } from './errands.svelte.ts'
import type { Place } from './shelf.ts'

export type Flight = { errands: Errands; outcome: Promise<Outcome | null> }

const flights = new WeakMap<Courier, Map<string, Flight>>()

/** The sending of a reply that nobody answered yet: a screen that was left and is opened again waits on for it. */
export function flightOf(courier: Courier, place: Place): Flight | null {
  return flights.get(courier)?.get(nameOf(place)) ?? null
}

/** Remembers it until it is answered. */
export async function fly(courier: Courier, place: Place, flight: Flight): Promise<Outcome | null> {
  const all = flights.get(courier) ?? new Map<string, Flight>()
  flights.set(courier, all.set(nameOf(place), flight))
  const outcome = await flight.outcome
  all.delete(nameOf(place))
  return outcome
}

function nameOf({ incidentId, conversationId }: Place): string {
  return `${incidentId}/${conversationId}`
}
