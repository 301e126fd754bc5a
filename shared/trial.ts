import { z } from 'zod'
import { ChannelRecord, ChannelSecrets } from './channel.ts'
import { type Failure, FailureKind, noFailure } from './failure.ts'
import { line } from './identifier.ts'

/** A channel to be tried out as it would be saved. Secrets left out are those saved under its id, as long as they go where they went. */
export const ChannelTrial = z.object({
  channel: ChannelRecord,
  secrets: ChannelSecrets.default({}),
  /** Whom a test is sent to; null: the channel itself, or nobody. */
  to: line(320).nullable().default(null),
})
export type ChannelTrial = z.infer<typeof ChannelTrial>

/** What can be found: well, or wrong. */
const found = [
  'reached',
  'let-in',
  'folder-read',
  'mail-taken',
  'mail-awaited',
  'signed-in',
  'public-read',
  'direct-read',
  'stream-open',
  'would-be-taken',
  'posts-of',
  'mentions-read',
  'all-read',
  'told-by-stream',
  'to-be-called',
  'called',
  'nothing-posted',
  'test-sent',
  'test-sent-itself',
  'test-taken-away',
  'calls-awaited',
  'post-taken',
] as const
const wrong = [
  'failed',
  'no-folder',
  'one-address',
  'no-caller-key',
  'no-signing-secret',
  'token-refused',
  'google-password',
  'microsoft-password',
  'password-refused',
  'no-such-server',
  'nothing-listens',
  'other-protocol',
  'silent-port',
  'certificate',
  'other-encryption',
  'direct-off',
  'points-elsewhere',
  'no-consumer-secret',
  'not-called',
  'no-such-name',
  'no-answer',
  'fault',
] as const

/**
 * One step of trying a channel out. Screens say what came of it in their own language by `code`; the sentence is for
 * everybody else. `learnt`: settings it found out by itself.
 */
export const Trial = z.object({
  step: z.enum(['reach', 'sign-in', 'read', 'send', 'receive']),
  ok: z.boolean(),
  code: z.enum([...found, ...wrong]),
  /** What a screen's sentence is filled with. */
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  ...FailureKind.shape,
  sentence: z.string(),
  learnt: z.record(z.string(), z.unknown()).optional(),
})
export type Trial = z.infer<typeof Trial>

/** The steps that were taken, in their order: only the last can have failed. */
export const TrialsAnswer = z.object({ trials: z.array(Trial) })
export type TrialsAnswer = z.infer<typeof TrialsAnswer>

type Given = { values?: Trial['values']; learnt?: Record<string, unknown>; failure?: Failure }
/** What came of a step, whichever it was; `sentence` in English. */
export type Finding = Omit<Trial, 'step' | 'ok'>

export function finding(
  code: Trial['code'],
  sentence: string,
  { values = {}, learnt, failure = noFailure }: Given = {},
): Finding {
  const { reason: _, ...kind } = failure
  return { code, values, ...kind, sentence, ...(learnt !== undefined && { learnt }) }
}

export function went(step: Trial['step'], finding: Finding): Trial {
  return { step, ok: true, ...finding }
}

export function failedAt(step: Trial['step'], finding: Finding): Trial {
  return { step, ok: false, ...finding }
}
