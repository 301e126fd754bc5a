import type { ChannelSecrets, XSettings } from '@muster/shared/channel.ts'
import { type Concealment, concealmentOf } from './concealment.ts'
import type { Surroundings } from './surroundings.ts'

/** How patient an X channel is, in ms. */
export type Pace = {
  askLimitMs: number
  sendLimitMs: number
  /** X wants a call answered within 10 s: who wrote is asked for no longer than this. */
  authorLimitMs: number
  /** X says something on a stream every 20 s; one that says nothing for as long as this is dead. */
  silenceMs: number
  /** After a lost connection: longer by this with every try, up to the longest. */
  networkStepMs: number
  networkLongestMs: number
  /** After an answer that is an error: twice as long with every try, up to the longest. */
  refusedFirstMs: number
  refusedLongestMs: number
  /** After being told to slow down, where X does not say for how long. */
  limitedFirstMs: number
  /** What was missed is read this often where X calls, and where a stream is open. */
  catchUpCalledMs: number
  catchUpStreamMs: number
  /** Direct messages may be read 15 times in 15 minutes, and are also looked through for what was sent. */
  catchUpDirectMs: number
  /** X shows a post in its lists some seconds after it was written: so much before the last look is read again. */
  overlapMs: number
  /** How often it is seen to it that X still knows where to send what happens. */
  arrangeMs: number
  /** How often it is judged which posts must be looked at again. */
  reviewMs: number
  /** How often it is asked whether words may still be looked for: reading them costs. */
  capMs: number
  /** A reply is looked for again after each of these. */
  findAgainMs: readonly number[]
}

const minute = 60_000

export const defaultPace: Pace = {
  askLimitMs: 10_000,
  sendLimitMs: 10_000,
  authorLimitMs: 4_000,
  silenceMs: 30_000,
  networkStepMs: 250,
  networkLongestMs: 16_000,
  refusedFirstMs: 5_000,
  refusedLongestMs: 320_000,
  limitedFirstMs: minute,
  catchUpCalledMs: minute,
  catchUpStreamMs: 5 * minute,
  catchUpDirectMs: 3 * minute,
  overlapMs: 2 * minute,
  arrangeMs: 15 * minute,
  reviewMs: 10 * minute,
  capMs: minute,
  findAgainMs: [1_000, 2_000, 3_000],
}

/** An account on X with what is needed to reach it; shared by whatever receives, sends and looks for what was sent. */
export type XAccount = {
  channelId: string
  settings: XSettings
  secrets: ChannelSecrets
  surroundings: Surroundings
  pace: Pace
  conceal: Concealment
}

export function xAccount(
  channelId: string,
  settings: XSettings,
  secrets: ChannelSecrets,
  surroundings: Surroundings,
  pace: Pace,
): XAccount {
  const conceal = concealmentOf(secrets, '')
  return { channelId, settings, secrets, surroundings, pace, conceal }
}

/** The address that X calls. */
export function callAddress({ channelId, surroundings }: XAccount): string {
  return `${surroundings.origin.replace(/\/$/, '')}/hooks/${channelId}`
}

/** What this channel asked X for is known by this. */
export function tagOf({ channelId }: XAccount): string {
  return `muster/${channelId}`
}
