import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Received } from '../channels/channel.ts'
import type { Quarantined } from '../domain/company.ts'
import type { Actor } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { conflict, notFound } from '../domain/refusals.ts'
import type { Desk } from './desk.ts'
import type { Switchboard } from './switchboard.ts'

type Surroundings = {
  desk: Desk
  switchboard: Switchboard
  take: (channel: ChannelRecord, received: Received) => Promise<void>
}

/** Reads a quarantined message again: taken in and out of quarantine when that works, else left where it is. */
export function retryOf({ desk, switchboard, take }: Surroundings) {
  return async (actor: Actor, commandId: string, quarantineId: string): Promise<Outcome> => {
    const { records } = await desk.store.read(company.room, [company.quarantine(quarantineId)])
    const quarantined = (records[0]?.value ?? null) as Quarantined | null
    if (quarantined === null) return { type: 'refused', refusal: notFound('quarantined message') }
    const line = switchboard.line(quarantined.channelId)
    const channel = switchboard.channel(quarantined.channelId)
    if (line === null || channel === null) {
      return {
        type: 'refused',
        refusal: conflict('Its channel is switched off or gone. Switch it on, then try again.'),
      }
    }
    const received = await channel.reread(Buffer.from(quarantined.raw, 'base64'), quarantined.externalId)
    if (received.type === 'unreadable') {
      const sentence = `It still cannot be read: ${received.unreadable.reason} It stays here.`
      return { type: 'refused', refusal: conflict(sentence) }
    }
    await take(line.record, received)
    return desk.handle(company.room, { id: commandId, type: 'quarantine/discard', quarantineId }, actor)
  }
}
