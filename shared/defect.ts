import { z } from 'zod'
import { type Failure, FailureKind, noFailure } from './failure.ts'
import { Wanted } from './wanted.ts'

const codes = [
  'too-long',
  'empty',
  'no-sender',
  'too-slow',
  'reader-ended',
  'unparsed',
  'other-shape',
  'nothing-to-answer',
  'not-looked-up',
  'withheld',
  'gone',
  'alert',
  'fault',
] as const
type Code = (typeof codes)[number]

/** What is wrong with something that came in. Screens say it in their own language by `code`; the sentence is for everybody else. */
export const Defect = z.object({
  code: z.enum(codes),
  /** What of it is not as expected, as it is named there; null where that is not known. */
  field: z.string().nullable(),
  /** The limit it broke: megabytes, or seconds. */
  most: z.number().nullable(),
  /** Which source of alerts sent it, or under which reference the log tells more; null elsewhere. */
  name: z.string().nullable(),
  /** What was expected of the field, where that is known. */
  wanted: Wanted.nullable(),
  ...FailureKind.shape,
  sentence: z.string(),
})
export type Defect = z.infer<typeof Defect>

type Given = { field?: string | null; most?: number; name?: string; wanted?: Wanted | undefined; failure?: Failure }

/** `sentence`: in English. */
export function defectOf(code: Code, sentence: string, given: Given = {}): Defect {
  const { field = null, most = null, name = null, wanted = null, failure = noFailure } = given
  const { reason: _, ...kind } = failure
  return { code, field: field === '' ? null : field, most, name, wanted, ...kind, sentence }
}
