import type { ChannelSecrets } from '@muster/shared/channel.ts'
import type { Command, IncidentCommand } from '@muster/shared/command.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { may, type Permission, roleIn } from '@muster/shared/permission.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { StatusPage } from '@muster/shared/status-page.ts'
import { type Actor, muster } from '../domain/decision.ts'
import { beyondGuest } from '../domain/guest.ts'
import { company, keyOf } from '../domain/indexes.ts'
import { notAllowed } from '../domain/refusals.ts'
import type { Store } from '../store/store.ts'
import type { Desk } from './desk.ts'
import { all } from './picture.ts'
import { giveBackProposal, takeProposal } from './proposals.ts'
import type { Safe } from './safe.ts'
import { sealed } from './sealing.ts'
import { rememberLevels, rememberRoster } from './training.ts'

/** What a person asks, through whichever door: checked against the permissions, then decided. */
export type Ask = (actor: Actor, command: Command) => Promise<Outcome>

/** Acts that are more than one decision. */
export type Acts = {
  /** Answers with a one-time sign-in link. */
  invite: (actor: Actor, command: Extract<Command, { type: 'person/invite' }>) => Promise<Outcome>
  /** Answers with the code and the link. */
  openJoin: (actor: Actor, command: Extract<Command, { type: 'join/open' }>) => Promise<Outcome>
  retryQuarantined: (actor: Actor, commandId: string, quarantineId: string) => Promise<Outcome>
  startDrill: (actor: Actor, command: Extract<Command, { type: 'drill/start' }>) => Promise<Outcome>
  stopDrill: (actor: Actor, incidentId: string) => Promise<Outcome>
  /** What a trial made of these secrets of a channel: they may be good for nothing else any more. */
  tried?: (channelId: string, secrets: ChannelSecrets) => string | null
  /** A new incident takes the messages that came before it. */
  incidentDeclared: () => Promise<void>
}

export function askOf(desk: Desk, acts: Acts, safe: Safe): Ask {
  return async (actor, command) => {
    const incidentId = 'incidentId' in command ? command.incidentId : null
    const beyond = beyondGuest(actor, incidentId, command.type)
    if (beyond !== null) return { type: 'refused', refusal: beyond }
    if (!may(actor.role, command.type) && !(await mayThere(desk.store, actor, incidentId, command.type))) {
      return { type: 'refused', refusal: notAllowed(actor.role, command.type) }
    }
    switch (command.type) {
      case 'person/invite':
        return acts.invite(actor, command)
      case 'join/open':
        return acts.openJoin(actor, command)
      case 'quarantine/retry':
        return acts.retryQuarantined(actor, command.id, command.quarantineId)
      case 'drill/start':
        return acts.startDrill(actor, command)
      case 'drill/stop':
        return acts.stopDrill(actor, command.incidentId)
      case 'channel/save': {
        const vault = acts.tried?.(command.channel.id, command.secrets) ?? null
        return desk.handle(company.room, sealed(safe, command, vault), actor)
      }
      case 'alert-source/save':
      case 'status-page/save':
        return desk.handle(company.room, sealed(safe, command), actor)
      case 'channel/remove':
      case 'proposal/dismiss':
      case 'alert-source/remove':
      case 'status-page/remove':
      case 'playbook/save':
      case 'playbook/remove':
      case 'join/close':
      case 'person/save':
      case 'person/disable':
      case 'quarantine/discard':
        return desk.handle(company.room, command, actor)
      case 'status/approve':
        return desk.handle(command.incidentId, { ...command, pages: await enabledPages(desk.store) }, actor)
      default:
        return askIncident(desk, acts, actor, command)
    }
  }
}

/** Whether the role they were given in this one incident lets them. */
export async function mayThere(
  store: Store,
  actor: Actor,
  incidentId: string | null,
  permission: Permission,
): Promise<boolean> {
  if (incidentId === null) return false
  const { records } = await store.read(incidentId, [keyOf.responder(actor.id)])
  const responder = (records[0]?.value ?? null) as Responder | null
  return responder !== null && may(roleIn(responder), permission)
}

async function enabledPages(store: Store): Promise<string[]> {
  const pages = await all<StatusPage>(store, company.room, company.statusPages)
  return pages.filter(({ enabled }) => enabled).map(({ id }) => id)
}

async function askIncident(desk: Desk, acts: Acts, actor: Actor, command: IncidentCommand): Promise<Outcome> {
  const room = command.type === 'incident/declare' ? command.id : command.incidentId
  const taken = await takeProposal(desk, actor, command)
  if (taken !== null) return taken
  const outcome = await desk.handle(room, command, actor)
  if (outcome.type === 'refused') await giveBackProposal(desk, command)
  if (outcome.type !== 'done') return outcome
  await rememberLevels(desk, command)
  if (!mirrored.has(command.type)) return outcome
  await mirrorIncident(desk, room)
  if (command.type === 'incident/declare') await acts.incidentDeclared()
  return outcome
}

/** What changes an incident's record as the company's lists show it. */
const mirrored = new Set<string>([
  'incident/declare',
  'incident/surge',
  'incident/change',
  'incident/hand-over',
  'incident/resolve',
])

/** Brings what the company knows of an incident up to date: its copy last. Safe to do at any time and twice. */
export async function mirrorIncident(desk: Desk, incidentId: string): Promise<Incident | null> {
  const { records } = await desk.store.read(incidentId, [keyOf.incident])
  const [stored] = records
  if (stored === null || stored === undefined) return null
  const incident = stored.value as Incident
  if (incident.state === 'resolved') await rememberRoster(desk, incident)
  const id = `mirror-${stored.version}`
  await desk.handle(company.room, { id, type: 'incident/mirror', incident }, muster)
  return incident
}
