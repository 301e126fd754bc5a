import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { CompanyCommand } from '@muster/shared/company-command.ts'
import type { Defect } from '@muster/shared/defect.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { channelSecretsElsewhere } from '@muster/shared/secret-place.ts'
import type { Arrival, Heard, Watermark } from '../channels/channel.ts'
import { addressId } from './address.ts'
import { type CompanyTold, type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { wentAfter } from './human.ts'
import { company } from './indexes.ts'
import { type KeptSecrets, keeping, misdirected, type Sealed, type SealedCommand, signingInBy } from './secrets.ts'
import { switched } from './switched-off.ts'
import { savedMeanwhile, versionOf } from './version.ts'

type Of<T extends CompanyCommand['type']> = Extract<CompanyCommand, { type: T }>

/** The company's copy of an incident, by which messages are matched and lists are made. */
export type Mirror = { id: string; type: 'incident/mirror'; incident: Incident }

export function mirror(command: Mirror, view: View, { now }: Context): Decision {
  const key = company.incident(command.incident.id)
  const former = view.get<Incident>(key)
  if (former?.state === 'resolved' && command.incident.state === 'open') return { type: 'unchanged', answer: {} }
  const about = { at: now, by: null, subject: command.incident.id }
  const tell: CompanyTold[] = [{ type: 'incident/mirrored', ...about }]
  // One line for all of them, however many they are: whoever keeps doors open knows who is whose guest.
  if (command.incident.state === 'resolved') tell.push({ type: 'guests/ended', ...about })
  return change([{ key, value: command.incident }], tell)
}

/** Which incident a message belongs to, for ever once it is in it: null while none has taken it. What was deleted goes nowhere any more. */
export type Sighting = { incidentId: string | null; deletedAt?: number }

export type WaitingArrival = {
  messageId: string
  channelId: string
  arrival: Arrival
  arrivedAt: number
  /** When its sender changed it to what it is; left out where it is as it was written. */
  editedAt?: number | null
}

/** The first sight of a message says where it goes. Without an incident it is kept until one takes it. */
export type Sight = {
  id: string
  type: 'message/sight'
  messageId: string
  channelId: string
  arrival: Arrival
  editedAt?: number | null
  incidentId: string | null
  /** The incident it was meant for and was not taken by, as that was resolved by then. */
  insteadOf?: string | null
}

export function sight(command: Sight, view: View, { now }: Context): Decision {
  const { messageId, incidentId, channelId, arrival, insteadOf = null } = command
  const key = company.sighting(messageId)
  const account = company.gone(addressId({ channelId, address: arrival.from.address }))
  view.need([key, account])
  const former = view.get<Sighting>(key)
  if (former !== null && isPlaced(former, insteadOf)) {
    return { type: 'unchanged', answer: { incidentId: former.deletedAt === undefined ? former.incidentId : null } }
  }
  if (wentAfter(view.get(account), arrival.sentAt)) return { type: 'unchanged', answer: { incidentId: null } }
  const sighting = { key, value: { incidentId } satisfies Sighting }
  if (incidentId !== null) return change([sighting], [], { incidentId })
  const kept = keptFor(command, former, view, now)
  if (former?.incidentId === null && kept.length === 0) return { type: 'unchanged', answer: { incidentId } }
  return change([sighting, ...kept], [], { incidentId })
}

function isPlaced({ incidentId, deletedAt }: Sighting, insteadOf: string | null): boolean {
  return deletedAt !== undefined || (incidentId !== null && incidentId !== insteadOf)
}

/** What waits for an incident, where it does not wait so already; what was brought into one waits no more. */
function keptFor(command: Sight, former: Sighting | null, view: View, now: number): PutRecord[] {
  const { messageId, channelId, arrival, editedAt = null } = command
  const key = company.arrival(messageId)
  const waiting = view.get<WaitingArrival>(key)
  const isKept = waiting === null ? former?.incidentId === null : (editedAt ?? -1) <= (waiting.editedAt ?? -1)
  if (isKept) return []
  const arrivedAt = waiting?.arrivedAt ?? now
  return [{ key, value: { messageId, channelId, arrival, arrivedAt, editedAt } satisfies WaitingArrival }]
}

/** A kept arrival has reached its incident. */
export type Pour = { id: string; type: 'message/poured'; messageId: string }

export function poured({ messageId }: Pour, view: View): Decision {
  const key = company.arrival(messageId)
  if (view.get(key) === null) return { type: 'unchanged', answer: {} }
  return change([{ key, value: null }], [])
}

export type Quarantined = {
  id: string
  /** What a channel brought, or a call of a source of alerts. */
  kind: 'message' | 'alert'
  /** By which channel or source it came. */
  channelId: string
  externalId: string
  defect: Defect
  arrivedAt: number
  /** What came, base64. */
  raw: string
  /** What it was read as, where reading it was not the trouble. */
  arrival: Arrival | null
  /** When its sender changed it to that; left out where it is as it was written. */
  editedAt?: number | null
  /** What was heard, where it is no message; left out where it is one. */
  heard?: Heard
}

export type Quarantine = Omit<Quarantined, 'id' | 'arrivedAt'> & {
  id: string
  type: 'message/quarantine'
  quarantineId: string
}

export function quarantine(command: Quarantine, view: View, { now }: Context): Decision {
  const { id: _, type: __, quarantineId, ...kept } = command
  const key = company.quarantine(quarantineId)
  // What its sender took away is not kept for being unreadable.
  const deleted = view.get<Sighting>(company.sighting(quarantineId))?.deletedAt !== undefined
  const former = view.get<Quarantined>(key)
  const isKnown = former !== null && (kept.editedAt ?? -1) <= (former.editedAt ?? -1)
  if (deleted || isKnown) return { type: 'unchanged', answer: {} }
  const quarantined: Quarantined = { ...kept, id: quarantineId, arrivedAt: former?.arrivedAt ?? now }
  return change(
    [{ key, value: quarantined }],
    [{ type: 'message/quarantined', at: now, by: null, subject: quarantineId }],
  )
}

export function discard(command: { quarantineId: string }, view: View, { actor, now }: Context): Decision {
  const key = company.quarantine(command.quarantineId)
  if (view.get(key) === null) return refuse(notFound('quarantined-message'))
  return change(
    [{ key, value: null }],
    [{ type: 'quarantine/discarded', at: now, by: actor, subject: command.quarantineId }],
  )
}

/** Secrets are only ever written: what the command leaves out stays as it was, and goes where it went. */
export function saveChannel(
  { channel, secrets, vault: made, over }: SealedCommand<'channel/save'>,
  view: View,
  { actor, now }: Context,
): Decision {
  const { id } = channel
  const [record, kept, vault] = [company.channel(id), company.secrets(id), company.vault(id)]
  view.need([record, kept, vault, company.off(id)])
  const former = view.get<KeptSecrets>(kept)
  const saved = view.get<ChannelRecord>(record)
  const elsewhere = channelSecretsElsewhere(saved?.settings ?? null, channel.settings)
  const refusal = savedMeanwhile(over, saved, former) ?? misdirected(elsewhere, former, secrets)
  if (refusal !== null) return refuse(refusal)
  const keeps = keeping(former, secrets)
  const put: PutRecord[] = [
    { key: record, value: channel },
    { key: kept, value: keeps },
    ...switched(id, channel.enabled, view, now),
  ]
  const renewed = Object.keys(signingInBy(secrets)).length > 0 && (view.get(vault) !== null || made !== null)
  if (renewed) put.push({ key: vault, value: made === null ? null : { secret: made } })
  return change(
    put,
    [{ type: 'channel/saved', at: now, by: { id: actor.id, name: actor.name }, subject: channel.id }],
    {
      version: versionOf(channel, keeps),
    },
  )
}

export function removeChannel({ channelId }: Of<'channel/remove'>, view: View, { actor, now }: Context): Decision {
  const { channel: record, secrets, place, vault } = company
  const keys = [record, secrets, place, vault].map(keyOf => keyOf(channelId))
  const [channel] = keys.map(key => view.get<ChannelRecord>(key))
  if (channel === null || channel === undefined) return refuse(notFound('channel'))
  return change(
    [...keys.map(key => ({ key, value: null })), ...switched(channelId, false, view, now)],
    [{ type: 'channel/removed', at: now, by: { id: actor.id, name: actor.name }, subject: channelId }],
  )
}

/** How far a channel has read, so that it goes on there after a restart. */
export type SavePlace = { id: string; type: 'channel/save-place'; channelId: string; watermark: Watermark }

export function savePlace(command: SavePlace, view: View): Decision {
  const key = company.place(command.channelId)
  view.get(key)
  return change([{ key, value: command.watermark }], [])
}

/** What a channel must keep secret between two starts. */
export type SaveVault = { id: string; type: 'channel/save-vault'; channelId: string; secret: Sealed }

export function saveVault({ channelId, secret }: SaveVault, view: View): Decision {
  const key = company.vault(channelId)
  view.get(key)
  return change([{ key, value: { secret } }], [])
}

/** What every node of this installation shares; made by whichever starts first. `keyId`: under which key secrets are sealed. */
export type Installation = { hmacKey: Sealed; keyId: string }

export type Found = { id: string; type: 'installation/found'; installation: Installation }

export function found({ installation }: Found, view: View): Decision {
  if (view.get(company.installation) !== null) return { type: 'unchanged', answer: {} }
  return change([{ key: company.installation, value: installation }], [])
}
