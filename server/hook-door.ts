import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Call, Received } from './channels/channel.ts'
import type { Switchboard } from './desk/switchboard.ts'
import { StoreUnavailable } from './store/store.ts'

export type HookAnswer = { status: number; body: object }

type Surroundings = {
  switchboard: Switchboard
  take: (channel: ChannelRecord, received: Received) => Promise<void>
  now: () => Promise<number>
  /** Room for a call of so many bytes; null where there is none. */
  enter: (bytes: number) => (() => void) | null
}

/** A call to a channel's address: judged by the channel, what it brought stored, and only then answered. */
export function hookOf({ switchboard, take, now, enter }: Surroundings) {
  return {
    enter,
    /** Longest body in bytes; null where no channel is called at this address. */
    longest: (channelId: string): number | null => switchboard.channel(channelId)?.longestCall ?? null,
    /** The answer to a call that is not worth reading; null for one that is read and judged. */
    turnedAway: (channelId: string, head: Omit<Call, 'body' | 'now'>): HookAnswer | null =>
      switchboard.channel(channelId)?.knows?.(head) === false ? unknown : null,
    call: async (channelId: string, call: Omit<Call, 'now'>): Promise<HookAnswer> => {
      const line = switchboard.line(channelId)
      const channel = switchboard.channel(channelId)
      if (line === null || channel === null || channel.longestCall === null) return nobody
      const { received, status, body } = await channel.called({ ...call, now: await now() })
      try {
        await Promise.all(received.map(each => take(line.record, each)))
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        return unstored
      }
      return { status, body }
    },
  }
}

const nobody: HookAnswer = {
  status: 404,
  body: { sentence: 'No channel that is called is at this address, or it is switched off.' },
}
const unknown: HookAnswer = {
  status: 401,
  body: { sentence: 'Whoever calls here must prove who they are, as it was set up for this channel.' },
}
const unstored: HookAnswer = {
  status: 503,
  body: { sentence: 'The message could not be stored just now. Send it again, with the same id.' },
}
