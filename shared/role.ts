import { z } from 'zod'

export const Role = z.enum(['commander', 'lead', 'reviewer', 'responder', 'observer'])
export type Role = z.infer<typeof Role>

export { may, type Permission, permissions, roleIn } from './permission.ts'
