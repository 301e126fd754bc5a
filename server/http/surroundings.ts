import type { IncomingHttpHeaders } from 'node:http'
import type { ChannelHealth, ChannelRecord } from '@muster/shared/channel.ts'
import type { ChannelTrial, Trial } from '@muster/shared/trial.ts'
import type { SessionCookie } from '../auth/cookie.ts'
import type { Guests } from '../auth/guests.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Entrance } from '../auth/sign-in.ts'
import type { Ask } from '../desk/ask.ts'
import type { Suggestions } from '../desk/suggestions.ts'
import type { IncidentWeather } from '../desk/weather.ts'
import type { Logger } from '../insight/log.ts'
import type { Measures } from '../insight/measures.ts'
import type { Store } from '../store/store.ts'

/** A call of another server to an address of ours, its bytes as they came. */
export type HookCall = {
  method: 'GET' | 'POST'
  query: Readonly<Record<string, string>>
  headers: IncomingHttpHeaders
  body: Buffer
}

export type Hook = {
  /** Longest body in bytes; null where no channel is called at this address. */
  longest: (channelId: string) => number | null
  /** Room for a call of so many bytes until what is answered gives it back; null where there is none just now. */
  enter: (bytes: number) => (() => void) | null
  /** The answer to a call that is not worth reading, by its head alone; null for one that is. */
  turnedAway?: (channelId: string, head: Omit<HookCall, 'body'>) => { status: number; body: object } | null
  /** Judges a call and takes in what it brought; `body` is what is answered. */
  call: (channelId: string, call: HookCall) => Promise<{ status: number; body: object }>
}

/** Judges a call of another system that alarms, and takes in what it told; `body` is what is answered. */
export type AlertDoor = (
  sourceId: string,
  call: Pick<HookCall, 'headers' | 'body'>,
) => Promise<{ status: number; body: object }>

export type Origins = { origin: string; origins: readonly string[] }

/** What the HTTP door works with. */
export type HttpSurroundings = {
  /** Where people's browsers find Muster, and every origin that may ask for changes. */
  config: Origins
  store: Store
  ask: Ask
  sessions: Sessions
  entrance: Entrance
  guests: Guests
  cookie: SessionCookie
  hook: Hook
  alertDoor: AlertDoor
  /** Topics a conversation is likely about. */
  suggestions: Suggestions
  /** How the channels of an incident are doing; null where there is no such one. */
  weather: (incidentId: string) => Promise<IncidentWeather | null>
  channelHealth: (record: ChannelRecord) => ChannelHealth
  tryChannel: (trial: ChannelTrial) => Promise<Trial[]>
  measures: Measures
  log: Logger
  /** Hears of what nobody expected; answers the reference a person can quote. */
  fault: (error: unknown, about: string) => string
  /** Whether a stop has begun: then no balancer should send anybody here. */
  leaving: () => boolean
  /** The folder of the built screens. */
  webFolder: string
}
