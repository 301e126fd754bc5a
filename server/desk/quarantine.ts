import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Arrival, Channel } from '../channels/channel.ts'
import type { Quarantined } from '../domain/company.ts'
import type { Actor } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { conflict, notFound } from '../domain/refusals.ts'
import type { Desk } from './desk.ts'
import { Faulty } from './known.ts'
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
        refusal: conflict(
          'It came by no channel that is switched on. Switch its channel on, or have it sent once more.',
        ),
      }
    }
    const complaint = await tryAgain(quarantined, channel, arrival => store(line.record, arrival))
    if (complaint !== null) return { type: 'refused', refusal: conflict(`${complaint} It stays here.`) }
    return desk.handle(company.room, { id: commandId, type: 'quarantine/discard', quarantineId }, actor)
  }
}

/** What is still wrong with it, or null when it is stored. */
async function tryAgain(
  { arrival, raw, externalId }: Quarantined,
  channel: Channel,
  store: (arrival: Arrival) => Promise<void>,
): Promise<string | null> {
  const received = arrival ? null : await channel.reread(Buffer.from(raw, 'base64'), externalId)
  if (received?.type === 'unreadable') return `It still cannot be read: ${received.unreadable.reason}`
  try {
    const readable = arrival ?? (received?.type === 'arrival' ? received.arrival : null)
    if (readable) await store(readable)
    return null
  } catch (error) {
    if (!(error instanceof Faulty)) throw error
    return `It still cannot be stored: ${error.message}`
  }
}
