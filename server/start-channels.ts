import { isDeepStrictEqual } from 'node:util'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { StartChannel } from './config.ts'
import type { Desk } from './desk/desk.ts'
import type { Safe } from './desk/safe.ts'
import { sealed } from './desk/sealing.ts'
import { muster } from './domain/decision.ts'
import { company } from './domain/indexes.ts'
import type { KeptSecrets } from './domain/secrets.ts'
import { Complaint } from './listen.ts'

/** Saves the channels of the settings' file. What stands there already is not written again. */
export async function saveChannels(desk: Desk, safe: Safe, channels: readonly StartChannel[]): Promise<void> {
  for (const start of channels) {
    if (await isSaved(desk, safe, start)) continue
    // Their command's id is their content: an unchanged file does not undo what was changed on a screen since.
    const id = `file-${safe.fingerprint(JSON.stringify(start))}`
    const outcome = await desk.handle(company.room, sealed(safe, { id, type: 'channel/save', ...start }), muster)
    if (outcome.type === 'refused') throw refusedIn(start, outcome.refusal.sentence)
  }
}

function refusedIn({ channel }: StartChannel, sentence: string): Complaint {
  return new Complaint(
    `The setting MUSTER_CHANNELS names a file whose channel "${channel.id}" was not saved. ${sentence}`,
  )
}

async function isSaved(desk: Desk, safe: Safe, { channel, secrets }: StartChannel): Promise<boolean> {
  const { id } = channel
  const { records } = await desk.store.read(company.room, [company.channel(id), company.secrets(id)])
  const record = (records[0]?.value ?? null) as ChannelRecord | null
  if (!isDeepStrictEqual(record, JSON.parse(JSON.stringify(channel)))) return false
  try {
    const kept = safe.open<object>(company.secrets(id), (records[1]?.value ?? {}) as KeptSecrets)
    return isDeepStrictEqual({ ...kept, ...secrets }, kept)
  } catch {
    return false
  }
}
