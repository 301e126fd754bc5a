import { z } from 'zod'

export const Role = z.enum(['commander', 'lead', 'reviewer', 'responder', 'observer'])
export type Role = z.infer<typeof Role>
