import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { muster } from '../domain/decision.ts'
import { fingerprint } from '../domain/fingerprint.ts'
import { company, keyOf, lists } from '../domain/indexes.ts'
import type { Store, Stored } from '../store/store.ts'
import type { Desk } from './desk.ts'
import { all } from './picture.ts'

/** Has the company remember the level of those whom a command of an incident may have moved; safe to do twice. */
export async function rememberLevels(desk: Desk, command: IncidentCommand): Promise<void> {
  const people = await judgedBy(desk.store, command)
  if (people.length === 0 || !('incidentId' in command)) return
  const { incidentId } = command
  const { records } = await desk.store.read(incidentId, [keyOf.incident, ...people.map(keyOf.responder)])
  const [incident, ...responders] = records
  if (!incident) return
  await remember(desk, incident.value as Incident, responders, false)
}

async function judgedBy(store: Store, command: IncidentCommand): Promise<string[]> {
  switch (command.type) {
    case 'responder/level':
      return [command.personId]
    case 'review/approve':
    case 'review/return':
    case 'sample/judge':
      return writersOf(store, command.incidentId, [command.replyId])
    case 'review/approve-several':
      return writersOf(
        store,
        command.incidentId,
        command.replies.map(({ replyId }) => replyId),
      )
    default:
      return []
  }
}

async function writersOf(store: Store, incidentId: string, replyIds: string[]): Promise<string[]> {
  const { records } = await store.read(incidentId, replyIds.map(keyOf.reply))
  const writers = records.flatMap(stored => (stored === null ? [] : (stored.value as Reply).writer.id))
  return [...new Set(writers)]
}

/** The same at an incident's end, of everybody who took part: also for those whose change a node that died did not tell. */
export async function rememberRoster(desk: Desk, incident: Incident): Promise<void> {
  const roster = await all<Responder>(desk.store, incident.id, lists.responders)
  const active = roster.filter(
    ({ answered, record }) => answered + record.approved + record.edited + record.returned > 0,
  )
  const stored = active.map(value => ({ value, version: 'over' }))
  await remember(desk, incident, stored, true)
}

async function remember(
  desk: Desk,
  { id: incidentId, title, drill }: Incident,
  responders: readonly (Pick<Stored, 'value' | 'version'> | null)[],
  over: boolean,
): Promise<void> {
  const known = responders.flatMap(stored =>
    stored === null ? [] : [{ ...(stored.value as Responder), version: stored.version }],
  )
  await Promise.all(
    known
      .filter(({ guest }) => !guest)
      .map(({ id: personId, level, version }) => {
        const id = `trained-${fingerprint(incidentId, personId, version)}`
        return desk.handle(
          company.room,
          { id, type: 'person/trained', personId, level, title, drill, over } as const,
          muster,
        )
      }),
  )
}
