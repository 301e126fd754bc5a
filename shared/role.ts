import { z } from 'zod'

export const Role = z.enum(['commander', 'lead', 'reviewer', 'responder', 'observer'])
export type Role = z.infer<typeof Role>

const everybody = ['commander', 'lead', 'reviewer', 'responder', 'observer'] as const
const answering = ['commander', 'lead', 'reviewer', 'responder'] as const
const leading = ['commander', 'lead'] as const
const commanding = ['commander'] as const

/** What each role may do. Every door and every screen asks this one table. `system` acts are Muster's own. */
export const permissions = {
  'incident/declare': commanding,
  'incident/surge': commanding,
  'incident/resolve': commanding,
  'incident/join': everybody,
  'facts/publish': leading,
  'conversation/claim': answering,
  'conversation/take-next': answering,
  'conversation/renew': answering,
  'conversation/release': answering,
  'draft/save': answering,
  'reply/submit': answering,
  'reply/settle': leading,
  'channel/save': commanding,
  'channel/remove': commanding,
  'person/save': commanding,
  'person/invite': commanding,
  'person/disable': commanding,
  'quarantine/retry': leading,
  'quarantine/discard': leading,
  'drill/start': commanding,
  'drill/stop': commanding,
  'read/incident': everybody,
  'read/conversation': everybody,
  'read/channels': leading,
  'read/people': leading,
  'read/quarantine': leading,
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

export function may(role: Role | 'system', permission: Permission): boolean {
  return role === 'system' || (permissions[permission] as readonly Role[]).includes(role)
}
