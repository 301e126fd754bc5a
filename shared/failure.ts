import { z } from 'zod'

/** What kind of failure something comes from. Screens say it in their own language. */
export const FailureKind = z.object({
  /** Null where it comes from none. */
  trouble: z
    .enum(['status', 'sign-in', 'no-right', 'unreached', 'not-allowed', 'in-clear', 'unexpected', 'held', 'other'])
    .nullable(),
  /** The status its server answered with, where that is the trouble. */
  status: z.number().int().nullable(),
  /** What its network, or whatever stands between, said of it: as it said it. Null where the words would be Muster's. */
  said: z.string().nullable(),
})
export type FailureKind = z.infer<typeof FailureKind>

/** What failed, in English without a full stop, and what a screen says of it in its reader's language. */
export type Failure = { reason: string } & FailureKind

export const noFailure: Failure = { reason: '', trouble: null, status: null, said: null }

/** A sentence alone, where nobody knows more. */
export function plainFailure(reason: string): Failure {
  return { reason, trouble: 'other', status: null, said: null }
}
