import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Defect } from '@muster/shared/defect.ts'
import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import type { Arrival, Channel } from '../channels/channel.ts'
import type { Quarantined } from '../domain/company.ts'
import type { Actor } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { notFound } from '../domain/refusals.ts'
import type { Desk } from './desk.ts'
import { defectIn, Faulty } from './known.ts'
import type { Switchboard } from './switchboard.ts'

type Surroundings = {
  desk: Desk
  switchboard: Switchboard
  store: (channel: ChannelRecord, arrival: Arrival) => Promise<void>
}

/** Reads a quarantined message again: taken in and out of quarantine when that works, else left where it is. */
export function retryOf({ desk, switchboard, store }: Surroundings) {
  return async (actor: Actor, commandId: string, quarantineId: string): Promise<Outcome> => {
    const { records } = await desk.store.read(company.room, [company.quarantine(quarantineId)])
    const quarantined = (records[0]?.value ?? null) as Quarantined | null
    if (quarantined === null) return { type: 'refused', refusal: notFound('quarantined message') }
    const line = switchboard.line(quarantined.channelId)
    const channel = switchboard.channel(quarantined.channelId)
    if (line === null || channel === null) {
      return {
        type: 'refused',
        refusal: {
          code: 'no-channel',
          sentence: 'It came by no channel that is switched on. Switch its channel on, or have it sent once more.',
        },
      }
    }
    const defect = await tryAgain(quarantined, channel, arrival => store(line.record, arrival))
    if (defect !== null) return { type: 'refused', refusal: stillUnread(defect) }
    return desk.handle(company.room, { id: commandId, type: 'quarantine/discard', quarantineId }, actor)
  }
}

function stillUnread(defect: Defect): Refusal {
  const kept = defect.code === 'fault' ? 'stored' : 'read'
  return { code: 'still-unread', sentence: `It still cannot be ${kept}: ${defect.sentence} It stays here.`, defect }
}

/** What is still wrong with it, or null when it is stored. */
async function tryAgain(
  { arrival, raw, externalId }: Quarantined,
  channel: Channel,
  store: (arrival: Arrival) => Promise<void>,
): Promise<Defect | null> {
  const received = arrival ? null : await channel.reread(Buffer.from(raw, 'base64'), externalId)
  if (received?.type === 'unreadable') return received.unreadable.defect
  try {
    const readable = arrival ?? (received?.type === 'arrival' ? received.arrival : null)
    if (readable) await store(readable)
    return null
  } catch (error) {
    if (!(error instanceof Faulty)) throw error
    return defectIn(error)
  }
}
