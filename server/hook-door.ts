import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Call, Received } from './channels/channel.ts'
import type { Switchboard } from './desk/switchboard.ts'
import type { Hook, HookAnswer } from './http/surroundings.ts'
import { StoreUnavailable } from './store/store.ts'

type Surroundings = {
  switchboard: Switchboard
  take: (channel: ChannelRecord, received: Received) => Promise<void>
  now: () => Promise<number>
  /** Room for a call of so many bytes; null where there is none. */
  enter: (bytes: number) => (() => void) | null
}

/** A call to a channel's address: judged by the channel, what it brought stored, and only then answered. */
export function hookOf({ switchboard, take, now, enter }: Surroundings): Hook {
  return {
    // Far more than any network sends; what a loop on the other side would reach.
    callsPerSecond: 1_000,
    // Who calls is a server with what it posts at hand.
    bodyWithinMs: 5_000,
    enter,
    longest: channelId => switchboard.channel(channelId)?.longestCall ?? null,
    meet: (channelId, head) => {
      const known = switchboard.channel(channelId)?.knows?.(head)
      if (known === false) return { type: 'turned-away', answer: unknown }
      return { type: known === true ? 'proved' : 'unproved' }
    },
    judge: async (channelId: string, call: Omit<Call, 'now'>) => {
      const line = switchboard.line(channelId)
      const channel = switchboard.channel(channelId)
      if (line === null || channel === null || channel.longestCall === null) return { answer: nobody, take: null }
      const { received, ...answer } = await channel.called({ ...call, now: await now() })
      const takeAll = () => stored(answer, Promise.all(received.map(each => take(line.record, each))))
      return { answer, take: received.length === 0 ? null : takeAll }
    },
  }
}

async function stored(answer: HookAnswer, taking: Promise<unknown>): Promise<HookAnswer> {
  try {
    await taking
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    return unstored
  }
  return answer
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
