import type { Received } from '@muster/server/channels/channel.ts'
import { MailChannel } from '@muster/server/channels/mail.ts'
import { defaultPace } from '@muster/server/channels/mail-account.ts'
import { MailSettings } from '@muster/shared/channel.ts'
import { type Giving, type Kept, startFaultyImap } from '../support/faulty-imap.ts'
import { Desk, MemoryPlace, mailRecord, rawMail, surroundingsOf } from './workbench.ts'

const ends: (() => Promise<void>)[] = []

export async function endMailboxes(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end()
}

export const mailOf = (uid: number, giving: Giving = 'gives') => ({ raw: rawMail({}, `mail ${uid}`), giving })

/** A mailbox whose mails have these UIDs, from 1 on, and are given out so; and a desk that takes what comes of it. */
export async function receiving(givings: Giving[], take?: (received: Received) => Promise<void>) {
  const mails: Kept = new Map(givings.map((giving, index) => [index + 1, mailOf(index + 1, giving)]))
  const server = await startFaultyImap(mails)
  const box = { host: '127.0.0.1', port: server.port, security: 'none', user: 'support' }
  const settings = MailSettings.parse({ kind: 'mail', address: 'support@muster.test', imap: box, smtp: box })
  const pace = { ...defaultPace, firstPauseMs: 5, longestPauseMs: 20, pollMs: 20 }
  const { surroundings } = surroundingsOf()
  const channel = new MailChannel(mailRecord(settings), settings, { password: 'secret' }, surroundings, pace)
  const desk = new Desk(take)
  const place = new MemoryPlace()
  const stop = new AbortController()
  const received = channel.receive(desk.take, place, stop.signal)
  ends.push(
    () => server.stop(),
    () => channel.close(),
    () => received,
    async () => stop.abort(),
  )
  return { mails, server, channel, desk, place }
}
