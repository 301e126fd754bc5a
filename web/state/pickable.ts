import type { Responder } from '@muster/shared/incident.ts'
import { roleIn } from '@muster/shared/permission.ts'
import type { Presence } from '@muster/shared/protocol.ts'
import { say } from './words.ts'

/** A person as a picker shows them: by name, with team, role and whether they are here. */
export function pickable(responder: Responder, present: ReadonlyMap<string, Presence>) {
  const { id, name, team } = responder
  const told = [team, say(`role.${roleIn(responder)}`), present.has(id) ? say('command.here') : '']
  return { value: id, label: name, detail: told.filter(Boolean).join(', ') }
}
