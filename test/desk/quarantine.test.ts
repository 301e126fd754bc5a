import type { Received } from '@muster/server/channels/channel.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { conversationOf } from '@muster/server/desk/picture.ts'
import { readingMessagesAgain, retryOf } from '@muster/server/desk/quarantine.ts'
import type { Quarantined } from '@muster/server/domain/company.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { closedFor } from '@muster/shared/closed.ts'
import { defectOf } from '@muster/shared/defect.ts'
import { afterEach, expect, test } from 'vitest'
import { arrivalOf, lena, nextId } from '../support/builders.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'
import { hookChannel } from '../support/post.ts'
import { refusedWith } from '../support/setback.ts'

/** A network whose things set aside are read as it is told. */
class Rereading extends Network {
  reads: Received | null = null
  override async reread(): Promise<Received> {
    return this.reads ?? (await super.reread())
  }
}

/** A desk that fails at these commands. */
class Failing extends Desk {
  at: string | null = null
  override async handle(...given: Parameters<Desk['handle']>): ReturnType<Desk['handle']> {
    if (given[1].type !== this.at) return await super.handle(...given)
    return { type: 'unavailable', sentence: 'Muster failed at it.', reference: 'r-1', faulty: true }
  }
}

onEachStore(shelf => {
  let pier: Pier
  let network: Rereading
  let desk: Failing
  let intake: Intake
  afterEach(() => pier.close())

  async function setup() {
    pier = await Pier.open(await shelf.open())
    network = pier.add(new Rereading(nextId('network')))
    desk = new Failing(pier.desk.store, {
      random: () => 0.5,
      sameness: () => null,
      length: () => null,
      fault: () => '',
    })
    intake = new Intake(desk)
  }

  const origin = () => ({ ...hookChannel(network.id).channel, incidentId: pier.incidentId })
  const take = (received: Received) => intake.take(origin(), received)
  const setAside = () => {
    const unreadable = {
      externalId: nextId('broken'),
      defect: defectOf('too-slow', 'Too slow.'),
      raw: Buffer.from([7]),
    }
    return take({ type: 'unreadable', unreadable })
  }
  const quarantined = async () => {
    const page = await desk.store.list(company.room, company.quarantined, { after: null, limit: 500 })
    return page.map(({ stored }) => stored.value as Quarantined).filter(({ channelId }) => channelId === network.id)
  }
  async function tryAgain(reads: Received | null) {
    network.reads = reads
    const switchboard = { line: () => ({ record: origin(), secrets: {} }), channel: () => network }
    const message = readingMessagesAgain({ switchboard, takeIn: (...given) => intake.takeIn(...given) })
    const [kept] = await quarantined()
    return await retryOf({ desk, again: { message, alert: message } })(lena, nextId(), kept?.id ?? '')
  }
  const messagesOf = async (externalId: string) =>
    (await conversationOf(desk.store, pier.incidentId, messageIdOf(network.id, externalId)))?.messages ?? []

  test('[CH2] what is read as an edit at another try is the message as it is now, known before or not', async () => {
    await setup()
    const lou = { address: 'lou@example.com', name: 'Lou' }
    const known = arrivalOf({ text: 'As it was.' })
    const unknown = arrivalOf({ text: 'Changed before it was read.', from: lou })
    await take({ type: 'arrival', arrival: known })
    for (const arrival of [{ ...known, text: 'As it is.' }, unknown]) {
      await setAside()
      expect(await tryAgain({ type: 'edited', arrival, at: 7 })).toMatchObject({ type: 'done' })
      expect(await quarantined()).toEqual([])
      expect(await messagesOf(arrival.externalId)).toMatchObject([{ text: arrival.text, editedAt: 7 }])
    }
  })

  test('[CH2] what is read as a deletion at another try takes its message away', async () => {
    await setup()
    const arrival = arrivalOf()
    await take({ type: 'arrival', arrival })
    await setAside()
    const at = await desk.store.now()
    expect(await tryAgain({ type: 'deleted', externalId: arrival.externalId, at })).toMatchObject({ type: 'done' })
    expect(await messagesOf(arrival.externalId)).toMatchObject([{ deletedAt: at }])
  })

  test('[CH2] [DL23] what is read as a bounce at another try is told of its reply, and stays where Muster fails at it', async () => {
    await setup()
    const id = await pier.queued(network)
    pier.worker()
    await pier.work()
    await setAside()
    const setback = refusedWith('No such mailbox.')
    const bounced = { type: 'bounced', replyId: id, externalId: 'x', setback, at: pier.now } as const
    desk.at = 'reply/bounce'
    expect(await tryAgain(bounced)).toMatchObject({ refusal: { code: 'left-in-quarantine', why: 'defect' } })
    expect(await quarantined()).toHaveLength(1)
    desk.at = null
    expect(await tryAgain(bounced)).toMatchObject({ type: 'done' })
    expect(await quarantined()).toEqual([])
    expect(await pier.reply(id)).toMatchObject({ state: 'sent', bounced: { setback } })
  })

  test('[CH2] an edit that Muster itself failed at is still one at another try', async () => {
    await setup()
    const arrival = arrivalOf({ text: 'As it was.' })
    await take({ type: 'arrival', arrival })
    desk.at = 'message/edit'
    await take({ type: 'edited', arrival: { ...arrival, text: 'As it is.' }, at: 7 })
    expect(await messagesOf(arrival.externalId)).toMatchObject([{ text: 'As it was.' }])
    expect(await tryAgain(null)).toMatchObject({ refusal: { code: 'left-in-quarantine', why: 'defect' } })
    desk.at = null
    expect(await tryAgain(null)).toMatchObject({ type: 'done' })
    expect(await quarantined()).toEqual([])
    expect(await messagesOf(arrival.externalId)).toMatchObject([{ text: 'As it is.', editedAt: 7 }])
  })

  test('[CH2] [MC11] of several changes of a message that Muster fails at the last is kept, also where an earlier one was kept or read again', async () => {
    await setup()
    const arrival = arrivalOf({ text: 'As it was.' })
    const changed = (at: number) => take({ type: 'edited', arrival: { ...arrival, text: `Changed at ${at}.` }, at })
    desk.at = 'message/arrive'
    await take({ type: 'arrival', arrival })
    desk.at = 'message/edit'
    for (const at of [7, 9, 8]) await changed(at)
    expect(await quarantined()).toMatchObject([{ arrival: { text: 'Changed at 9.' }, editedAt: 9 }])
    desk.at = null
    expect(await tryAgain(null)).toMatchObject({ type: 'done' })
    expect(await messagesOf(arrival.externalId)).toMatchObject([{ text: 'Changed at 9.' }])
    desk.at = 'message/edit'
    await changed(12)
    desk.at = null
    expect(await tryAgain(null)).toMatchObject({ type: 'done' })
    expect(await messagesOf(arrival.externalId)).toMatchObject([{ text: 'Changed at 12.', editedAt: 12 }])
    expect(await quarantined()).toEqual([])
  })

  test('[CH2] [DL23] a bounce that Muster fails at is set aside, keeps no message out, and reopens its conversation at another try', async () => {
    await setup()
    const id = await pier.queued(network)
    pier.worker()
    await pier.work()
    const setback = refusedWith('Full.')
    const bounced = { type: 'bounced', replyId: id, externalId: 'x', setback, at: pier.now } as const
    desk.at = 'reply/bounce'
    for (let sight = 0; sight < 2; sight++) await take(bounced)
    const arrival = arrivalOf()
    await take({ type: 'arrival', arrival })
    expect(await messagesOf(arrival.externalId)).toHaveLength(1)
    expect(await quarantined()).toMatchObject([{ defect: { code: 'fault', name: 'r-1' }, externalId: 'x' }])
    expect(await tryAgain(null)).toMatchObject({ refusal: { code: 'left-in-quarantine', why: 'defect' } })
    desk.at = null
    expect(await tryAgain(null)).toMatchObject({ type: 'done' })
    expect(await quarantined()).toEqual([])
    expect(await pier.reply(id)).toMatchObject({ state: 'sent', bounced: { setback } })
  })

  test('[CH2] [MC12] a deletion that Muster fails at is set aside without a word of its message, and takes it away at another try', async () => {
    await setup()
    const arrival = arrivalOf({ text: 'Taken away.' })
    await take({ type: 'arrival', arrival })
    const at = await desk.store.now()
    desk.at = 'message/delete'
    await take({ type: 'deleted', externalId: arrival.externalId, at })
    expect(await messagesOf(arrival.externalId)).toMatchObject([{ text: 'Taken away.' }])
    const kept = await quarantined()
    expect(kept).toMatchObject([{ defect: { code: 'fault' }, externalId: arrival.externalId, arrival: null }])
    expect(Buffer.from(kept[0]?.raw ?? '', 'base64').toString()).not.toContain('Taken away.')
    desk.at = null
    expect(await tryAgain(null)).toMatchObject({ type: 'done' })
    expect(await quarantined()).toEqual([])
    expect(await messagesOf(arrival.externalId)).toMatchObject([{ text: '', deletedAt: at }])
  })

  test('[CH2] that an account is gone, or a message closed, waits in quarantine too where Muster fails at it', async () => {
    await setup()
    const [first, second] = [arrivalOf(), arrivalOf({ from: { address: 'lou@example.com', name: 'Lou' } })]
    for (const arrival of [first, second]) await take({ type: 'arrival', arrival })
    const at = await desk.store.now()
    const closed = closedFor('gone', { network: null })
    desk.at = 'message/close'
    await take({ type: 'closed', externalId: first.externalId, closed, at })
    desk.at = null
    expect(await tryAgain(null)).toMatchObject({ type: 'done' })
    expect(await messagesOf(first.externalId)).toMatchObject([{ closed }])
    desk.at = 'human/purge'
    await take({ type: 'account-gone', address: second.from.address, at })
    expect(await quarantined()).toMatchObject([{ externalId: second.from.address }])
    desk.at = null
    expect(await tryAgain(null)).toMatchObject({ type: 'done' })
    expect(await messagesOf(second.externalId)).toMatchObject([{ text: '' }])
  })
})
