import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Defect } from '@muster/shared/defect.ts'
import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import type { Channel, Received } from '../channels/channel.ts'
import type { Quarantined } from '../domain/company.ts'
import type { Actor } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { leftInQuarantine, stillDefective } from '../domain/refusals.ts'
import type { Desk } from './desk.ts'
import { defectIn, Faulty } from './known.ts'
import type { Switchboard } from './switchboard.ts'
import { writtenAs } from './written.ts'

/** What became of reading it again: it was taken in, with what is to be told of that, or why it stays. */
type Again = { type: 'taken'; answer: Record<string, unknown> } | { type: 'left'; refusal: Refusal }

/** Reads what is in quarantine again. What it takes in twice must do no more than once. */
export type ReadAgain = (quarantined: Quarantined) => Promise<Again>

type Surroundings = { desk: Desk; again: Record<Quarantined['kind'], ReadAgain> }

/** Tries what could not be read again: out of quarantine when that works, else left where it is. */
export function retryOf({ desk, again }: Surroundings) {
  return async (actor: Actor, commandId: string, quarantineId: string): Promise<Outcome> => {
    const { records } = await desk.store.read(company.room, [company.quarantine(quarantineId)])
    const quarantined = (records[0]?.value ?? null) as Quarantined | null
    const reading = quarantined?.kind === 'alert' ? again.alert : again.message
    const read = quarantined === null ? null : await reading(quarantined)
    if (read?.type === 'left') return { type: 'refused', refusal: read.refusal }
    // Where it is not there any more this tells whether the same command took it out, or somebody else did.
    const out = { id: commandId, type: 'quarantine/discard', quarantineId } as const
    const outcome = await desk.handle(company.room, out, actor)
    return outcome.type === 'done' ? { ...outcome, answer: { ...outcome.answer, ...read?.answer } } : outcome
  }
}

type Channels = {
  switchboard: Pick<Switchboard, 'line' | 'channel'>
  /** As for what comes by itself, but throws `Faulty` where Muster fails at it. */
  takeIn: (channel: ChannelRecord, received: Received) => Promise<void>
}

/** Reads a message again by the channel it came by, and takes it in as whatever it is now read as. */
export function readingMessagesAgain({ switchboard, takeIn }: Channels): ReadAgain {
  return async quarantined => {
    const line = switchboard.line(quarantined.channelId)
    const channel = switchboard.channel(quarantined.channelId)
    if (line === null || channel === null) return { type: 'left', refusal: leftInQuarantine('channel-off') }
    const received = await readAgain(quarantined, channel)
    if (received.type === 'unreadable') return left(received.unreadable.defect)
    try {
      await takeIn(line.record, received)
      return { type: 'taken', answer: {} }
    } catch (error) {
      if (!(error instanceof Faulty)) throw error
      return left(defectIn(error))
    }
  }
}

/** What Muster itself failed at was read before. */
async function readAgain(quarantined: Quarantined, channel: Channel): Promise<Received> {
  const { arrival, editedAt = null, heard, raw, externalId } = quarantined
  if (heard !== undefined) return heard
  return arrival ? writtenAs({ arrival, editedAt }) : await channel.reread(Buffer.from(raw, 'base64'), externalId)
}

function left(defect: Defect): Again {
  return { type: 'left', refusal: stillDefective(defect) }
}
