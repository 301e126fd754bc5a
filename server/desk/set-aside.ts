import type { Received, Unreadable } from '../channels/channel.ts'
import type { Quarantined } from '../domain/company.ts'
import { muster } from '../domain/decision.ts'
import { fingerprint } from '../domain/fingerprint.ts'
import { company } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'
import { defectIn, type Faulty, known } from './known.ts'

/** A quarantined original longer than this keeps its beginning only: 1 MB. */
const longestRaw = 1_000_000

type Readable = Exclude<Received, { type: 'unreadable' }>
type Kept = Pick<Quarantined, 'arrival' | 'editedAt' | 'heard'>
/** `name`: what it is known by among all that its channel brings; `time`: a later one is another. */
type Label = { name: readonly string[]; time: number | null }

/** What cannot be read. */
export async function setAsideUnread(desk: Desk, channelId: string, unreadable: Unreadable): Promise<void> {
  await keep(desk, channelId, unreadable, { name: [unreadable.externalId], time: null }, { arrival: null })
}

/** What was read, and Muster fails at. */
export async function setAside(desk: Desk, channelId: string, received: Readable, fault: Faulty): Promise<void> {
  const defect = defectIn(fault)
  if ('arrival' in received) {
    const { arrival } = received
    const editedAt = received.type === 'edited' ? received.at : null
    const unreadable = { externalId: arrival.externalId, defect, raw: Buffer.from(JSON.stringify(arrival)) }
    // Under its message's name: with that it is taken away.
    const under = { name: [arrival.externalId], time: editedAt }
    return keep(desk, channelId, unreadable, under, { arrival, editedAt })
  }
  const externalId = received.type === 'account-gone' ? received.address : received.externalId
  const unreadable = { externalId, defect, raw: Buffer.from(JSON.stringify(received)) }
  const under = { name: [received.type, externalId], time: received.at }
  return keep(desk, channelId, unreadable, under, { arrival: null, heard: received })
}

async function keep(
  desk: Desk,
  channelId: string,
  { externalId, defect, raw }: Unreadable,
  { name, time }: Label,
  read: Kept,
): Promise<void> {
  const quarantineId = fingerprint(channelId, ...name)
  const id = time === null ? `@q-${quarantineId}` : `@q-${quarantineId}-${time}`
  const beginning = Buffer.from(raw.subarray(0, longestRaw)).toString('base64')
  const what = { kind: 'message', channelId, externalId, defect, raw: beginning, ...read } as const
  known(await desk.handle(company.room, { id, type: 'message/quarantine', quarantineId, ...what }, muster))
}
