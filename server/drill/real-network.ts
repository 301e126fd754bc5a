import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import type { Postbox } from './postbox.ts'

/** A played network that speaks a real one's protocol, so that the channel's own adapter reads it and writes to it. */
export interface RealNetwork {
  readonly channelId: string
  readonly postbox: Postbox
  /** Whether its adapter can find out by itself that a reply is not there, and not only that it is. */
  readonly tellsAbsence: boolean
  /** Resolves with the port it listens on. */
  listen(): Promise<number>
  close(): Promise<void>
  /** What the settings hold for the account on it, once it listens. */
  settings(): { settings: ChannelRecord['settings']; secrets: ChannelSecrets; name: string }
  /** Somebody writes to the account. Answers with what the network calls the message, and what stands there. */
  write(from: { name: string; address: string }, words: string): { externalId: string; text: string }
}
