import type { Conversation, Visibility } from '@muster/shared/conversation.ts'
import type { ChannelMark } from '@muster/shared/protocol.ts'
import type { LaneWeather } from '@muster/shared/weather.ts'
import { extentFor } from './counting.svelte.ts'
import type { Extent } from './extent.ts'
import { laneOf } from './forecast.ts'
import { networkOf } from './network.ts'
import type { Room } from './room.svelte.ts'

/** Where a reply to a conversation would go: who would read it, how long it may be, and by which pipe it would leave. */
export class Outlet {
  readonly #room: Room
  readonly #conversation: () => Conversation | null

  constructor(room: Room, conversation: () => Conversation | null) {
    this.#room = room
    this.#conversation = conversation
  }

  /** Everybody in its network, or its customer alone. */
  get visibility(): Visibility {
    return this.#conversation()?.replyTo?.visibility ?? 'direct'
  }

  /** What its network is called, where others could read along and there is something to answer; null elsewhere. */
  get network(): string | null {
    return this.#conversation()?.replyTo ? networkOf(this.#channel?.kind) : null
  }

  /** How the pipe is doing. */
  get lane(): LaneWeather | null {
    return laneOf(this.#room.weather.get(this.#channel?.id ?? ''), this.visibility)
  }

  extentOf(text: string): Extent {
    return extentFor(text, this.#channel, this.visibility)
  }

  get #channel(): ChannelMark | null {
    return this.#room.channels.get(this.#conversation()?.human.channelId ?? '') ?? null
  }
}
