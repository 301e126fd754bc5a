import { z } from 'zod'
import { ChannelRecord, ChannelSecrets } from './channel.ts'
import { line } from './identifier.ts'

/** A channel to be tried out as it would be saved. Secrets left out are those saved under its id. */
export const ChannelTrial = z.object({
  channel: ChannelRecord,
  secrets: ChannelSecrets.default({}),
  /** Whom a test is sent to; null: the channel itself, or nobody. */
  to: line(320).nullable().default(null),
})
export type ChannelTrial = z.infer<typeof ChannelTrial>

/** One step of trying a channel out, with a sentence for whoever set it up. `learnt`: settings it found out by itself. */
export const Trial = z.object({
  step: z.enum(['reach', 'sign-in', 'read', 'send', 'receive']),
  ok: z.boolean(),
  sentence: z.string(),
  learnt: z.record(z.string(), z.unknown()).optional(),
})
export type Trial = z.infer<typeof Trial>

/** The steps that were taken, in their order: only the last can have failed. */
export const TrialsAnswer = z.object({ trials: z.array(Trial) })
export type TrialsAnswer = z.infer<typeof TrialsAnswer>
