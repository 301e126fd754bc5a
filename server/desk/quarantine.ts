import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import type { Arrival, Channel } from '../channels/channel.ts'
import type { Quarantined } from '../domain/company.ts'
import type { Actor } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { leftInQuarantine, stillDefective } from '../domain/refusals.ts'
import type { Desk } from './desk.ts'
import { defectIn, Faulty } from './known.ts'
import type { Switchboard } from './switchboard.ts'

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
  store: (channel: ChannelRecord, arrival: Arrival) => Promise<void>
}

/** Reads a message again by the channel it came by. */
export function readingMessagesAgain({ switchboard, store }: Channels): ReadAgain {
  return async quarantined => {
    const line = switchboard.line(quarantined.channelId)
    const channel = switchboard.channel(quarantined.channelId)
    if (line === null || channel === null) return { type: 'left', refusal: leftInQuarantine('channel-off') }
    const refusal = await readAgain(quarantined, channel, arrival => store(line.record, arrival))
    return refusal === null ? { type: 'taken', answer: {} } : { type: 'left', refusal }
  }
}

/** What is still wrong with it, or null when it is stored. */
async function readAgain(
  { arrival, raw, externalId }: Quarantined,
  channel: Channel,
  store: (arrival: Arrival) => Promise<void>,
): Promise<Refusal | null> {
  const received = arrival ? null : await channel.reread(Buffer.from(raw, 'base64'), externalId)
  if (received?.type === 'unreadable') return stillDefective(received.unreadable.defect)
  try {
    const readable = arrival ?? (received?.type === 'arrival' ? received.arrival : null)
    if (readable) await store(readable)
    return null
  } catch (error) {
    if (!(error instanceof Faulty)) throw error
    return stillDefective(defectIn(error))
  }
}
