import type { BlueskySettings } from '@muster/shared/channel.ts'
import { BlueskyKnown } from './bluesky-known.ts'
import { BlueskySession } from './bluesky-session.ts'
import { BlueskyTrouble } from './bluesky-xrpc.ts'
import { type Concealment, concealmentOf } from './concealment.ts'
import type { Surroundings } from './surroundings.ts'

/** How patient a Bluesky channel is, in ms. */
export type Pace = {
  /** Between two looks for what is new. */
  pollMs: number
  /** Between two looks for what its author dated back, or what came late: a day back; and for whether the account is in use. */
  deepMs: number
  askLimitMs: number
  firstPauseMs: number
  longestPauseMs: number
  /** A stream that says nothing for so long is taken for broken. */
  silenceMs: number
}

export const defaultPace: Pace = {
  pollMs: 4_000,
  deepMs: 600_000,
  askLimitMs: 10_000,
  firstPauseMs: 1_000,
  longestPauseMs: 300_000,
  silenceMs: 60_000,
}

/** An account with what is needed to reach it; shared by whatever receives, sends and looks for what was sent. */
export type BlueskyAccount = {
  settings: BlueskySettings
  session: BlueskySession
  known: BlueskyKnown
  pace: Pace
  conceal: Concealment
  surroundings: Surroundings
}

export function blueskyAccount(
  settings: BlueskySettings,
  password: string,
  surroundings: Surroundings,
  pace: Pace,
): BlueskyAccount {
  const session = new BlueskySession(settings, password, surroundings, pace.askLimitMs)
  const conceal = concealmentOf({ password }, settings.handle)
  return { settings, session, known: new BlueskyKnown(), pace, conceal, surroundings }
}

/** The account's DID; throws where it cannot sign in. */
export async function accountOf({ session }: BlueskyAccount): Promise<string> {
  const account = await session.account()
  if (typeof account === 'string') return account
  throw new BlueskyTrouble(account)
}
