import type { IncomingHttpHeaders } from 'node:http'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Received } from './channels/channel.ts'
import { verifyHook } from './channels/webhook.ts'
import type { Switchboard } from './desk/switchboard.ts'
import { StoreUnavailable } from './store/store.ts'

export type HookAnswer = { status: number; body: object }

type Surroundings = {
  switchboard: Switchboard
  take: (channel: ChannelRecord, received: Received) => Promise<void>
  now: () => Promise<number>
}

/** A call to a webhook channel: judged, stored, and only then answered with 202. */
export function hookOf({ switchboard, take, now }: Surroundings) {
  return async (channelId: string, headers: IncomingHttpHeaders, body: Buffer): Promise<HookAnswer> => {
    const line = switchboard.line(channelId)
    if (line === null || line.record.settings.kind !== 'webhook') {
      return { status: 404, body: { sentence: 'There is no webhook channel at this address, or it is switched off.' } }
    }
    const verified = verifyHook({ secrets: line.secrets.signing ?? [], headers, body, now: await now() })
    if (verified.type === 'refused') {
      const { status, sentence, field } = verified
      return { status, body: { sentence: sentence, ...(field !== undefined && { field }) } }
    }
    try {
      await take(line.record, { type: 'arrival', arrival: verified.arrival })
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      return {
        status: 503,
        body: { sentence: 'The message could not be stored just now. Send it again, with the same webhook-id.' },
      }
    }
    return { status: 202, body: { accepted: true } }
  }
}
