import { z } from 'zod'

const troubles = [
  'status',
  'sign-in',
  'no-right',
  'unreached',
  'held',
  /** A secret is not stored; or it is, and its key is not here; or it was changed where it is kept. */
  'secret-missing',
  'key-missing',
  'secret-changed',
  /** A host that is not on the public internet is not listed; one would be told a secret in clear; ours is not one that is called. */
  'not-listed',
  'in-clear',
  'own-address',
  /** A server answered, and not as those do that it was taken for. */
  'unexpected',
  /** Muster itself failed. */
  'ours',
  'other',
] as const

/** What kind of failure something comes from. Screens say it in their own language. */
export const FailureKind = z.object({
  /** Null where it comes from none. */
  trouble: z.enum(troubles).nullable(),
  /** The status its server answered with, where that is the trouble. */
  status: z.number().int().nullable(),
  /**
   * What its network, or whatever stands between, said of it: as it said it; or the host or address it is about. Null where the
   * words would be Muster's.
   */
  said: z.string().nullable(),
  /** The names of the secrets it is about, as ChannelSecrets has them. */
  secrets: z.array(z.string()).optional(),
  /** Under which the log says more, where Muster itself failed. */
  reference: z.string().nullable().optional(),
})
export type FailureKind = z.infer<typeof FailureKind>

/** What failed, in English without a full stop, and what a screen says of it in its reader's language. */
export type Failure = { reason: string } & FailureKind

export const noFailure: Failure = { reason: '', trouble: null, status: null, said: null }

/** A sentence alone, where nobody knows more. */
export function plainFailure(reason: string): Failure {
  return { reason, trouble: 'other', status: null, said: null }
}
