import { z } from 'zod'

/** Why two conversations are perhaps of one human. Screens say it in their own language; the sentence is for everybody else. */
export const Likeness = z.object({
  why: z.enum(['parted', 'wrote-address', 'alike', 'same-name']),
  /** The other one's, where that is what says so. */
  address: z.string().nullable(),
  sentence: z.string(),
})
export type Likeness = z.infer<typeof Likeness>
