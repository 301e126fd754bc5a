import { may, type Permission } from '@muster/shared/permission.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { type Place, type Tryer, text, tryers } from './roads-scene.ts'

export type Code = Refusal['code'] | 'invalid'

/** A way by which something could leave, or be read, that should not. `code` is null where it is somebody's right. */
export type Road = {
  name: string
  rules: string
  ask: (place: Place) => { type: string } & object
  code: (tryer: Tryer) => Code | null
}

export const isLead = (tryer: Tryer) => may(tryers[tryer].role, 'facts/publish')

/** Whoever may ask this gets this code, everybody else learns that they may not. */
export function refused(type: Permission, code: Code | ((tryer: Tryer) => Code | null)): Road['code'] {
  return tryer => {
    if (!may(tryers[tryer].role, type)) return 'not-allowed'
    // A program holds nothing: it stands in no roster.
    return typeof code === 'function' ? code(tryer) : code
  }
}

export const holding = (type: Permission, code: Code) =>
  refused(type, tryer => (tryer === 'token' ? 'not-found' : code))

/** It is whoever leads's right. */
export function unlessLead(code: Road['code']): Road['code'] {
  return tryer => (isLead(tryer) ? null : code(tryer))
}

export const submit = ({ here }: Place, more: object) => ({
  type: 'reply/submit',
  incidentId: here.id,
  epoch: here.epoch,
  text,
  through: 1,
  ...more,
})
export const yes = ({ here }: Place, more: object) => ({
  type: 'review/approve',
  incidentId: here.id,
  epoch: here.epoch,
  text,
  ...more,
})
export const about = ({ here }: Place, type: string, more: object) => ({ type, incidentId: here.id, ...more })
export const at = ({ conversationId, fence }: { conversationId: string; fence: number }) => ({ conversationId, fence })
export const of = ({ replyId, fence }: { replyId: string; fence: number }) => ({ replyId, fence })

export const override = { override: { reason: 'It is right.' } }
