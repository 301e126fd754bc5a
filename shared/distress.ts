import { z } from 'zod'

/** By what one sees how badly a customer fares, the gravest first. */
export const signs = [
  'danger',
  'security',
  'law',
  'hostile',
  'money',
  'leaving',
  'unheard',
  'upset',
  'haste',
  'shouting',
  'exclaiming',
  'repeating',
] as const
export const Sign = z.enum(signs)
export type Sign = z.infer<typeof Sign>
