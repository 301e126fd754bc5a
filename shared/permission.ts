import type { Role } from './role.ts'

const everybody = ['commander', 'lead', 'reviewer', 'responder', 'observer'] as const
const answering = ['commander', 'lead', 'reviewer', 'responder'] as const
const reviewing = ['commander', 'lead', 'reviewer'] as const
const leading = ['commander', 'lead'] as const
const commanding = ['commander'] as const

/** What each role may do. Every door and every screen asks this one table. `system` acts are Muster's own. */
export const permissions = {
  'incident/declare': commanding,
  'incident/surge': commanding,
  'incident/change': leading,
  'incident/hand-over': commanding,
  'incident/resolve': commanding,
  'incident/join': everybody,
  'responder/appoint': commanding,
  /** Anybody for themselves; a lead for others too. */
  'responder/move': everybody,
  'responder/pause': everybody,
  'responder/level': leading,
  'responder/thank': leading,
  'briefing/finish': everybody,
  'facts/publish': leading,
  'facts/acknowledge': everybody,
  'wording/publish': leading,
  'wording/retract': leading,
  'wording/propose': answering,
  'wording/decline': leading,
  'conversation/claim': answering,
  'conversation/claim-several': answering,
  'conversation/hand-over': answering,
  'conversation/tag': answering,
  'conversation/look': everybody,
  'conversation/settle': answering,
  'conversation/merge': answering,
  'conversation/part': answering,
  'status/propose': leading,
  /** Never of one's own. */
  'status/approve': leading,
  'status/decline': leading,
  'status/settle': leading,
  'question/ask': answering,
  'question/answer': leading,
  'conversation/take-next': answering,
  'conversation/renew': answering,
  'conversation/release': answering,
  'draft/save': answering,
  'reply/submit': answering,
  'reply/recall': answering,
  'reply/settle': leading,
  'review/take-next': reviewing,
  'review/claim': reviewing,
  'review/renew': reviewing,
  'review/release': reviewing,
  'review/approve': reviewing,
  'review/approve-several': reviewing,
  'review/return': reviewing,
  'sample/judge': reviewing,
  'pair/ask': answering,
  'pair/join': answering,
  'pair/leave': answering,
  /** Setting aside what the gate found, with a reason. */
  'gate/override': leading,
  'proposal/dismiss': leading,
  'alert-source/save': commanding,
  'alert-source/remove': commanding,
  'status-page/save': commanding,
  'status-page/remove': commanding,
  'channel/save': commanding,
  'channel/remove': commanding,
  'channel/try': commanding,
  'person/save': commanding,
  'person/invite': commanding,
  'person/disable': commanding,
  'join/open': leading,
  'join/close': leading,
  'playbook/save': leading,
  'playbook/remove': leading,
  'quarantine/retry': leading,
  'quarantine/discard': leading,
  'drill/start': commanding,
  'drill/stop': commanding,
  'read/incident': everybody,
  'read/conversation': everybody,
  'read/samples': reviewing,
  'read/usage': answering,
  'read/channels': leading,
  'read/status-pages': leading,
  'read/people': leading,
  'read/join': leading,
  'read/playbooks': everybody,
  'read/quarantine': leading,
  'read/alert-sources': leading,
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

export function may(role: Role | 'system', permission: Permission): boolean {
  return role === 'system' || (permissions[permission] as readonly Role[]).includes(role)
}

const rising: readonly Role[] = ['observer', 'responder', 'reviewer', 'lead', 'commander']

/** Whether one role may do more than the other. */
export function exceeds(role: Role, other: Role): boolean {
  return rising.indexOf(role) > rising.indexOf(other)
}

/** What somebody may do in an incident: by their own role, or by the one a commander gave them where that may do more. */
export function roleIn({ role, appointed }: { role: Role; appointed: Role | null }): Role {
  return appointed !== null && exceeds(appointed, role) ? appointed : role
}
