import { MailChannel } from '@muster/server/channels/mail.ts'
import { defaultPace } from '@muster/server/channels/mail-account.ts'
import { MailSettings } from '@muster/shared/channel.ts'
import { afterEach, expect, test } from 'vitest'
import { startFaultySmtp } from '../support/faulty-smtp.ts'
import { freePort } from '../support/free-port.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'
import { mailRecord, surroundingsOf } from './workbench.ts'

const to = { address: 'customer@example.test', name: 'Kim' }

function mailboxOn(ports: { imap: number; smtp: number }): MailChannel {
  const server = { host: '127.0.0.1', security: 'none' as const, user: 'support' }
  const settings = MailSettings.parse({
    kind: 'mail',
    address: 'support@muster.test',
    imap: { ...server, port: ports.imap },
    smtp: { ...server, port: ports.smtp },
  })
  const { surroundings } = surroundingsOf()
  return new MailChannel(mailRecord(settings), settings, { password: 'support-password' }, surroundings, defaultPace)
}

onEachStore(shelf => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  test('[DL30] [DL29] a mailbox whose server takes no letters says so after three tries, until it takes one', async () => {
    const pier = await Pier.open(await shelf.open())
    const port = await freePort()
    const mailbox = pier.add(mailboxOn({ imap: await freePort(), smtp: port }))
    ends.push(
      () => mailbox.close(),
      () => pier.close(),
    )
    const send = mailbox.send.bind(mailbox)
    mailbox.send = (outgoing, signal) => send({ ...outgoing, to }, signal)
    await pier.save(mailbox)
    const lane = async () => {
      const weather = await pier.weather().weather.of(pier.incidentId)
      return weather?.channels[0]?.lanes.find(({ visibility }) => visibility === 'direct')
    }
    const id = await pier.queued(mailbox, { visibility: 'direct' })
    pier.worker()
    await pier.work()
    for (const seconds of [2, 4]) await pier.wait(seconds * 1_000)
    const unreached = { code: 'not-taken', trouble: 'unreached', said: 'ECONNREFUSED' }
    expect(await pier.reply(id)).toMatchObject({ state: 'queued', attempts: 3, setback: unreached })
    expect(await lane()).toMatchObject({ heldBy: 'failing', failing: { tries: 3, setback: unreached }, leavesAt: null })
    const server = await startFaultySmtp(null, { port })
    ends.push(server.stop)
    await pier.wait(8_000)
    expect(await pier.reply(id)).toMatchObject({ state: 'sent' })
    expect(server.letters).toHaveLength(1)
    expect(await lane()).toMatchObject({ queued: 0, heldBy: null, failing: null })
  })
})
