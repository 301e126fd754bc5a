import type { Permission } from '@muster/shared/permission.ts'
import type { z } from 'zod'

/** Something the door answers to programs. */
export type Operation = {
  method: 'get' | 'post'
  path: string
  summary: string
  /** `open`: for anybody; `person`: for whoever is signed in. */
  access: Permission | 'open' | 'person'
  body?: z.ZodType
  parameters?: z.ZodObject
  query?: z.ZodObject
  answer: z.ZodType
}
