import { afterEach, expect, test } from 'vitest'
import type { Giving } from '../support/faulty-imap.ts'
import { until } from '../support/until.ts'
import { endMailboxes, mailOf, receiving } from './mail-bench.ts'
import { type Desk, rawMail } from './workbench.ts'

afterEach(endMailboxes)

const texts = (desk: Desk) => desk.arrivals.map(({ text }) => text)
const refusals: Giving[] = ['NO', 'BAD', 'leaves out', 'ends']

test.each(refusals)(
  '[CH80] [CH23] one mail that is not given out (%s) is set aside, and all others come in',
  async giving => {
    const { server, channel, desk, place } = await receiving(['gives', giving, 'gives', giving, 'gives'])
    await until('all others are there', () => texts(desk).includes('mail 5'))
    expect([...new Set(texts(desk))]).toEqual(['mail 1', 'mail 3', 'mail 5'])
    expect(desk.unreadables.map(({ externalId }) => externalId)).toEqual(['withheld-5-2', 'withheld-5-4'])
    const [withheld] = desk.unreadables
    expect(withheld?.defect).toMatchObject({
      code: 'withheld',
      sentence: expect.stringContaining('does not give it out'),
    })
    expect(Buffer.from(withheld?.raw ?? []).toString()).toMatch(
      /^Received: .+\nFolder: INBOX\nSize: \d+ bytes\nUID: 2$/,
    )
    await until('the place is past them', () => place.saved?.uid === 5)
    await until('it is receiving', () => channel.health().state === 'receiving')
    const asked = server.asked.length
    await until('it was looked at again', () => (channel.health().currentAt ?? 0) > 0)
    expect(server.asked).toHaveLength(asked)
  },
)

test.each(refusals)('[CH80] the newest is set aside too, beside one that was read long before (%s)', async giving => {
  const { mails, desk } = await receiving(['gives'])
  await desk.arrived(1)
  mails.set(2, mailOf(2, giving))
  await until('it is set aside', () => desk.unreadables.length > 0)
  expect(desk.unreadables.map(({ externalId }) => externalId)).toEqual(['withheld-5-2'])
})

test('[CH80] the only mail of a mailbox is set aside too', async () => {
  const { desk } = await receiving(['NO'])
  await until('it is set aside', () => desk.unreadables.length > 0)
})

test.each(refusals)(
  '[CH80] of a server that gives out none (%s) nothing is set aside: all comes in later',
  async giving => {
    const { mails, server, channel, desk } = await receiving([giving, giving, giving])
    await until('it was asked often', () => server.asked.length > 30)
    expect(desk.taken).toEqual([])
    expect(channel.health()).toMatchObject({ state: 'away', complaint: { code: 'unread' } })
    for (const mail of mails.values()) mail.giving = 'gives'
    await desk.arrived(3)
    expect(texts(desk)).toEqual(['mail 1', 'mail 2', 'mail 3'])
    expect(desk.unreadables).toEqual([])
  },
)

test('[CH80] what is given out at the next try is taken in as usual, and what is removed meanwhile is passed over', async () => {
  const { mails, server, desk, place } = await receiving(['gives', 'NO', 'NO', 'gives'])
  await until('one was asked for alone', () => server.asked.some(uids => uids.length === 1 && uids[0] === 2))
  mails.set(2, mailOf(2))
  mails.delete(3)
  await until('the place is past them', () => place.saved?.uid === 4)
  expect([...new Set(texts(desk))]).toEqual(['mail 1', 'mail 2', 'mail 4'])
  expect(desk.unreadables).toEqual([])
})

test('[CH80] read again it is asked for once more: it stays, or comes in, or is gone, or its server is away', async () => {
  const { mails, server, channel, desk } = await receiving(['gives', 'NO'])
  await until('it is set aside', () => desk.unreadables.length > 0)
  const [{ raw, externalId } = { raw: Buffer.alloc(0), externalId: '' }] = desk.unreadables
  const again = async () => {
    const received = await channel.reread(raw, externalId)
    return received.type === 'unreadable' ? received.unreadable : received
  }
  for (const giving of refusals) {
    mails.set(2, mailOf(2, giving))
    expect(await again()).toMatchObject({ externalId, raw, defect: { code: 'withheld' } })
  }
  mails.set(2, mailOf(2))
  expect(await again()).toMatchObject({ type: 'arrival', arrival: { text: 'mail 2', whole: true } })
  mails.set(2, { raw: rawMail({ From: undefined }, 'who am I?'), giving: 'gives' })
  expect(await again()).toMatchObject({ externalId, raw, defect: { code: 'no-sender' } })
  mails.delete(2)
  expect(await again()).toMatchObject({ externalId, raw, defect: { code: 'gone' } })
  await server.stop()
  expect(await again()).toMatchObject({ externalId, raw, defect: { code: 'not-looked-up', trouble: 'unreached' } })
})
