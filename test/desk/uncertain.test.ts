import { takeBounce } from '@muster/server/desk/bounce.ts'
import { closedFor, wordsOfClosed } from '@muster/shared/closed.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { afterEach, expect, test } from 'vitest'
import { ada, arrivalOf, arriving, lena, muster, nextId } from '../support/builders.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'
import { refusedWith } from '../support/setback.ts'

/** A network that can be searched, once it can be reached. */
class Searched extends Network {
  hidden = true
  looks = 0
  /** When each look was told that it was tried. */
  readonly triedAt: (number | null)[] = []
  override async find(...given: Parameters<Network['find']>) {
    this.looks += 1
    this.triedAt.push(given[0].triedAt)
    return this.hidden ? { type: 'unknown' as const } : await super.find(...given)
  }
}

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  async function doubtful(fate: 'accept-then-time-out' | 'time-out') {
    pier = await Pier.open(await shelf.open())
    const network = pier.add(new Searched(nextId('network'), 'search'))
    network.ahead.push(fate)
    const id = await pier.queued(network)
    pier.worker()
    await pier.work()
    expect(await pier.reply(id)).toMatchObject({ state: 'uncertain', lookAt: pier.now + 30_000, looks: 0 })
    return { network, id }
  }

  const conversationOf = async ({ conversationId }: Reply) => {
    const { records } = await pier.desk.store.read(pier.incidentId, [`conversation/${conversationId}`])
    return records[0]?.value as Conversation
  }

  test('[DL21] what nobody can tell of is looked for by itself, with growing pauses up to an hour, for about a day', async () => {
    const { network, id } = await doubtful('accept-then-time-out')
    const pauses: number[] = []
    let last = pier.now
    for (let minute = 0; minute < 36 * 60; minute++) {
      const before = network.looks
      await pier.wait(60_000)
      if (network.looks === before) continue
      pauses.push(pier.now - last)
      last = pier.now
    }
    expect(pauses).toHaveLength(30)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(61 * 60_000)
    expect(pauses.slice(1).every((pause, at) => pause >= (pauses[at] ?? 0))).toBe(true)
    expect(await pier.reply(id)).toMatchObject({ state: 'uncertain', lookAt: null, looks: 30 })
    expect(network.visible).toHaveLength(1)
  })

  test('[DL7] [DL21] whoever looks for it is told when any node tried it, for it may be under way since', async () => {
    const { network, id } = await doubtful('time-out')
    const first = pier.now
    const another = pier.worker(pier.deskOn(pier.desk.store))
    network.hidden = false
    pier.now += 31_000
    await pier.work(another)
    expect(await pier.reply(id)).toMatchObject({ state: 'sent', takenAt: pier.now })
    // By the node that sent it, by the other one, and by that once more before it sends again.
    expect(network.triedAt).toEqual([null, first, first])
  })

  test('[DL21] once it is found it is sent, with its address', async () => {
    const { network, id } = await doubtful('accept-then-time-out')
    network.hidden = false
    await pier.wait(31_000)
    expect(await pier.reply(id)).toMatchObject({ state: 'sent', externalId: `at-${id}` })
    expect(network.visible).toHaveLength(1)
  })

  test('[DL20] [DL21] where it is surely absent it goes out again, and is looked for once more before that', async () => {
    const { network, id } = await doubtful('time-out')
    network.hidden = false
    await pier.wait(31_000)
    expect(await pier.reply(id)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(network.visible).toHaveLength(1)
    expect(network.looks).toBe(3)
  })

  test('[DL20] what may have arrived where doubles were dropped is not sent again once they are not', async () => {
    pier = await Pier.open(await shelf.open())
    const before = pier.add(new Network(nextId('network'), 'native'))
    before.ahead.push('accept-then-time-out')
    const id = await pier.queued(before)
    pier.worker()
    await pier.work()
    expect(await pier.reply(id)).toMatchObject({ state: 'queued', mayHaveArrived: true })
    const after = new Network(before.id, 'none')
    pier.networks.set(before.id, after)
    await pier.wait(60_000)
    expect(await pier.reply(id)).toMatchObject({ state: 'uncertain', lookAt: null, setbacks: [{ code: 'earlier' }] })
    const { incidentId } = pier
    const settle = { id: nextId(), type: 'reply/settle', incidentId, replyId: id, arrived: false } as const
    await pier.desk.handle(incidentId, settle, lena)
    await pier.work()
    expect(await pier.reply(id)).toMatchObject({ state: 'sent' })
    expect([before.visible.length, after.visible.length]).toEqual([1, 1])
  })

  test('[DL4] [DL21] a lead may settle it meanwhile; a late answer of the network then changes nothing', async () => {
    const { network, id } = await doubtful('accept-then-time-out')
    const { incidentId } = pier
    const settle = { id: nextId(), type: 'reply/settle', incidentId, replyId: id, arrived: false } as const
    await pier.desk.handle(incidentId, settle, lena)
    network.ahead.push('time-out')
    await pier.work()
    expect(await pier.reply(id)).toMatchObject({ state: 'uncertain', attempts: 2 })
    const absent = { id: nextId(), type: 'delivery/absent', replyId: id, attempts: 1 } as const
    await pier.desk.handle(incidentId, absent, muster)
    expect(await pier.reply(id)).toMatchObject({ state: 'uncertain', attempts: 2 })
  })

  test('[DL22] what can no more be answered returns to its writer with the reason and the other way, and says so to all', async () => {
    pier = await Pier.open(await shelf.open())
    const network = pier.add(new Network(nextId('network'), 'none'))
    const closed = closedFor('replies-off', { network: 'Bluesky', how: 'write-directly' })
    network.send = async () => ({
      type: 'refused',
      setback: refusedWith('Not allowed.'),
      again: false,
      afterMs: null,
      closed,
    })
    const id = await pier.queued(network)
    pier.worker()
    await pier.work()
    const reply = await pier.reply(id)
    const reason = `Not allowed. ${wordsOfClosed(closed)}`
    expect(reply).toMatchObject({ state: 'failed', reason, reasons: [{ rule: 'closed', closed }] })
    expect(await conversationOf(reply)).toMatchObject({ replyTo: null, closed, claim: { holder: { id: 'ada' } } })
    const { records } = await pier.desk.store.read(pier.incidentId, [
      `message/${reply.target.messageId}`,
      `draft/${reply.conversationId}`,
    ])
    expect(records[0]?.value).toMatchObject({ closed })
    expect(records[1]?.value).toMatchObject({ text: 'We are on it.' })
  })

  test('[DL23] what came back was not there, whatever nobody could tell: it is its writer’s again', async () => {
    const { id } = await doubtful('time-out')
    await takeBounce(pier.desk, {
      type: 'bounced',
      replyId: id,
      externalId: 'x',
      setback: refusedWith('No such mailbox.'),
      at: 1,
    })
    const reply = await pier.reply(id)
    expect(reply).toMatchObject({ state: 'failed', reason: 'No such mailbox.' })
    expect(await conversationOf(reply)).toMatchObject({ claim: { holder: { id: 'ada' }, replyId: null } })
  })

  const comesBack = (replyId: string, externalId = 'x') => {
    const setback = refusedWith('No such mailbox.')
    return takeBounce(pier.desk, { type: 'bounced', replyId, externalId, setback, at: pier.now })
  }

  test('[DL23] [CH23] a bounce that comes while its reply is still being sent waits for nothing, and holds once it was sent', async () => {
    pier = await Pier.open(await shelf.open())
    const network = pier.add(new Network(nextId('network'), 'none'))
    const id = await pier.queued(network, { waitedMs: 60_000 })
    const since = pier.now - 60_000
    network.send = async () => {
      for (let sight = 0; sight < 2; sight++) await comesBack(id)
      expect(await pier.reply(id)).toMatchObject({ state: 'sending' })
      return { type: 'sent', externalId: 'at-last' }
    }
    pier.worker()
    await pier.work()
    const reply = await pier.reply(id)
    expect(reply).toMatchObject({ state: 'sent', bounced: { at: pier.now, setback: refusedWith('No such mailbox.') } })
    expect(await conversationOf(reply)).toMatchObject({ waitingSince: since, answeredThrough: 0, claim: null })
    const { store } = pier.desk
    const log = await store.since(pier.incidentId, { ...(await store.top(pier.incidentId)), seq: 0 }, 100)
    const told = log.type === 'resumed' ? log.lines.map(({ told: { type } }) => type) : []
    expect(told.slice(-2)).toEqual(['reply/sent', 'reply/bounced'])
  })

  test.each([
    ['nobody can tell what became of it', 'none', 'time-out'],
    ['it would be tried again', 'native', 'time-out'],
    ['its network puts it off', 'none', 'busy'],
    ['its network refuses it', 'none', 'refuse'],
  ] as const)('[DL23] what came back while it was sent is its writer’s again where %s', async (_, can, fate) => {
    pier = await Pier.open(await shelf.open())
    const network = pier.add(new Network(nextId('network'), can))
    network.ahead.push(fate)
    const id = await pier.queued(network)
    const send = network.send.bind(network)
    network.send = async outgoing => {
      await comesBack(id)
      return await send(outgoing)
    }
    pier.worker()
    await pier.work()
    const reply = await pier.reply(id)
    expect(reply).toMatchObject({ state: 'failed', reason: 'No such mailbox.' })
    expect(await conversationOf(reply)).toMatchObject({ claim: { holder: { id: 'ada' }, replyId: null } })
  })

  test('[DL23] what comes back before it is tried again is tried no more', async () => {
    pier = await Pier.open(await shelf.open())
    const network = pier.add(new Network(nextId('network'), 'native'))
    network.ahead.push('accept-then-time-out')
    const id = await pier.queued(network)
    await comesBack(id, 'before it was ever tried')
    expect(await pier.reply(id)).toMatchObject({ state: 'queued' })
    pier.worker()
    await pier.work()
    expect(await pier.reply(id)).toMatchObject({ state: 'queued', mayHaveArrived: true })
    await comesBack(id)
    const reply = await pier.reply(id)
    expect(reply).toMatchObject({ state: 'failed', reason: 'No such mailbox.', mayHaveArrived: false })
    expect(await conversationOf(reply)).toMatchObject({ claim: { holder: { id: 'ada' }, replyId: null } })
  })

  test('[DL23] a bounce of what was answered anew since reopens nothing', async () => {
    pier = await Pier.open(await shelf.open())
    const network = pier.add(new Network(nextId('network'), 'none'))
    const id = await pier.queued(network)
    pier.worker()
    await pier.work()
    const { conversationId, to } = await pier.reply(id)
    const again = arriving(arrivalOf({ from: to }), network.id)
    await pier.desk.handle(pier.incidentId, again, muster)
    const about = { incidentId: pier.incidentId, conversationId }
    await pier.desk.handle(pier.incidentId, { id: nextId(), type: 'conversation/claim', ...about }, ada)
    const second = {
      id: nextId(),
      type: 'reply/submit',
      ...about,
      fence: 2,
      epoch: 1,
      text: 'Again.',
      through: 2,
    } as const
    await pier.desk.handle(pier.incidentId, second, ada)
    await pier.work()
    expect(network.visible).toHaveLength(2)
    await takeBounce(pier.desk, { type: 'bounced', replyId: id, externalId: 'x', setback: refusedWith('Full.'), at: 1 })
    const reply = await pier.reply(id)
    expect(reply).toMatchObject({ bounced: { setback: { said: 'Full.' } } })
    expect(await conversationOf(reply)).toMatchObject({ waitingSince: null, answeredThrough: 2 })
  })

  test('[DL23] the customer of a reply that bounced waits again, since they wrote, and it says why', async () => {
    pier = await Pier.open(await shelf.open())
    const network = pier.add(new Network(nextId('network'), 'none'))
    const id = await pier.queued(network, { waitedMs: 60_000 })
    const since = pier.now - 60_000
    pier.worker()
    await pier.work()
    const bounced = {
      type: 'bounced',
      replyId: id,
      externalId: 'x',
      setback: refusedWith('No such mailbox.'),
      at: pier.now,
    } as const
    pier.now += 5_000
    for (const replyId of [id, id, 'nobody-knows']) await takeBounce(pier.desk, { ...bounced, replyId })
    const reply = await pier.reply(id)
    expect(reply).toMatchObject({ state: 'sent', bounced: { at: pier.now, setback: refusedWith('No such mailbox.') } })
    expect(await conversationOf(reply)).toMatchObject({ waitingSince: since, answeredThrough: 0, claim: null })
    const { store } = pier.desk
    const log = await store.since(pier.incidentId, { ...(await store.top(pier.incidentId)), seq: 0 }, 100)
    const told = log.type === 'resumed' ? log.lines.map(({ told: line }) => line) : []
    expect(told.filter(({ type }) => type === 'reply/bounced')).toMatchObject([
      { reply: { reason: 'No such mailbox.' } },
    ])
  })
})
