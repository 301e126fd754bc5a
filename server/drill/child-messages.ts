import type { Accounts } from './foundation.ts'
import type { LevelName } from './level.ts'

/** What a server tells the process that plays its drill's customers and networks. */
export type ToChild =
  | { type: 'prepare'; url: string; accounts: Accounts; level: LevelName; ms: number; seed: number }
  | { type: 'begin' }
  /** Nobody writes any more; replies are still taken. */
  | { type: 'calm' }

/** What that process answers. */
export type FromChild =
  | { type: 'listening'; port: number }
  /** All customers have written what they had to. */
  | { type: 'over' }
