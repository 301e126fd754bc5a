import type { Notebook } from './notebook.ts'
import type { Pauses } from './pauses.ts'
import type { Random } from './random.ts'
import type { Held, Responder } from './responder.ts'
import type { Library } from './wordings.ts'

/** What an episode can reach besides its responder. */
export type Stage = {
  random: Random
  pauses: Pauses
  notebook: Notebook
  library: Library
  leaseMs: number
  /** Somebody else who has nothing to do, made busy until `free`; null when nobody is idle. */
  another: () => Responder | null
  free: (responder: Responder) => void
  /** The conversation that has waited longest and is held by nobody, as a screen shows it; null where nobody waits. */
  waiting: () => string | null
  /** How long a reply by a channel may be, in characters; more than anybody writes where that is no matter. */
  longest: (channelId: string) => number
  /** Whether another customer of the same network has read these very words. */
  shownToAnother: (held: Held, text: string) => boolean
}

/** What one simulated person does in one turn. Ends with nothing in hand that they know of. */
export type Episode = (responder: Responder, stage: Stage) => Promise<void>
