import type { IncomingHttpHeaders } from 'node:http'
import type { ChannelHealth, ChannelRecord } from '@muster/shared/channel.ts'
import type { ChannelTrial } from '@muster/shared/trial.ts'
import type { SessionCookie } from '../auth/cookie.ts'
import type { Guests } from '../auth/guests.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Entrance } from '../auth/sign-in.ts'
import type { Ask } from '../desk/ask.ts'
import type { Suggestions } from '../desk/suggestions.ts'
import type { Tried } from '../desk/trials.ts'
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
  /** How many calls a second are taken by one channel, and tried by one network. */
  callsPerSecond: number
  /** In what time the body of a call that has proved nothing must be there, in ms. */
  bodyWithinMs: number
  /** Room for a proved call of so many bytes until what is answered gives it back; null where there is none just now. */
  enter: (bytes: number) => (() => void) | null
  /** What the head of a call proves; where it proves nothing, its body may. */
  meet: (channelId: string, head: Omit<HookCall, 'body'>) => HookHead
  /** Judges a call. */
  judge: (channelId: string, call: HookCall) => Promise<HookJudged>
}

/** `body` is what is answered. */
export type HookAnswer = { status: number; body: object }

export type HookHead = { type: 'proved' | 'unproved' } | { type: 'turned-away'; answer: HookAnswer }

/** What is answered, and what takes in before that what a proved call brought; null where it brought nothing. */
export type HookJudged = { answer: HookAnswer; take: (() => Promise<HookAnswer>) | null }

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
  tryChannel: (trial: ChannelTrial) => Promise<Tried>
  measures: Measures
  log: Logger
  /** Hears of what nobody expected; answers the reference a person can quote. */
  fault: (error: unknown, about: string) => string
  /** Whether a stop has begun: then no balancer should send anybody here. */
  leaving: () => boolean
  /** The folder of the built screens. */
  webFolder: string
}
