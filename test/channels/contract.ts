import type { Answered, Channel, Sent } from '@muster/server/channels/channel.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { setbackSaying } from '../support/setback.ts'
import { until } from '../support/until.ts'
import { Desk, MemoryPlace, outgoingOf } from './workbench.ts'

/** What becomes of the replies a channel sends: its network refuses them, takes them without a word, or is not there. */
export type Trouble = 'refuses' | 'refuses for now' | 'says nothing' | 'is away' | null

export type Written = { id: string; name: string; subject: string; text: string }

export type Opened = { channel: Channel; logged: string[] }

/** A network with a customer on it, and a channel to it. */
export type Bench = {
  secrets: readonly string[]
  /** A channel whose replies meet with this trouble; with `internalHosts` other than this machine where given. */
  open(trouble: Trouble, internalHosts?: readonly string[]): Promise<Opened>
  /** Lets go on what the network brings by calling, where it does. */
  attach(desk: Desk): void
  /** What a reply answers, for networks where a reply must answer something. */
  answering?: Answered
  /** `once`: the network itself shows a reply that is sent again only once. */
  shows?: 'once'
  /** `none`: what is written there has no subject. */
  subjects?: 'none'
  /** A text as its network shows it, where that is not as it was written. */
  reads?(text: string): string
  write(message: Written): Promise<void>
  /** What reached the customer, oldest first, each with the id it came under. */
  delivered(): Promise<{ id: string; text: string }[]>
  end(): Promise<void>
}

const kim: Written = {
  id: 'first',
  name: 'Kim Élan',
  subject: 'Card declined',
  text: 'Why? <b>Twice</b> "now" \u202eabc 👩‍👩‍👧 Zażółć\n\n  indented',
}

/** What every channel must keep, whichever network it speaks to. */
export function describeChannel(name: string, start: () => Promise<Bench>): void {
  describe(`${name} channel`, () => {
    let bench: Bench
    const opened: Channel[] = []
    const desks: Desk[] = []
    const open = async (trouble: Trouble, internalHosts?: readonly string[]) => {
      const { channel, logged } = await bench.open(trouble, internalHosts)
      opened.push(channel)
      return { channel, logged }
    }
    const receiving = async (channel: Channel) => {
      const desk = new Desk()
      desks.push(desk)
      bench.attach(desk)
      await desk.receive(channel, new MemoryPlace())
      return desk
    }
    const send = (channel: Channel, given = {}) => channel.send(outgoing(given), AbortSignal.timeout(10_000))
    const reads = (text: string) => bench.reads?.(text) ?? text
    const outgoing = (given = {}) => outgoingOf({ answering: bench.answering ?? null, ...given })

    beforeAll(async () => {
      bench = await start()
    })
    afterEach(async () => {
      await Promise.all(desks.splice(0).map(desk => desk.stop()))
      await Promise.all(opened.splice(0).map(channel => channel.close()))
    })
    afterAll(() => bench.end())

    test('[MC5] what a customer writes arrives as it was written', async () => {
      const desk = await receiving((await open(null)).channel)
      await bench.write(kim)
      const arrival = await until('it', () => desk.arrivals.find(({ from }) => from.name === kim.name))
      const { from, subject, text, whole, automatic, answersReply } = arrival ?? {}
      expect({ name: from?.name, subject, text, whole, automatic, answersReply }).toEqual({
        name: kim.name,
        subject: bench.subjects === 'none' ? null : kim.subject,
        text: reads(kim.text),
        whole: true,
        automatic: null,
        answersReply: null,
      })
    })

    test('[MC1] a message that comes twice has one id, and another message another', async () => {
      const desk = await receiving((await open(null)).channel)
      for (const text of ['second', 'second', 'third']) await bench.write({ ...kim, id: text, text })
      const idsOf = (text: string) =>
        desk.arrivals.filter(arrival => arrival.text === reads(text)).map(each => each.externalId)
      await until('the third', () => idsOf('third').length > 0)
      const seconds = new Set(idsOf('second'))
      expect([seconds.size, seconds.has(idsOf('third')[0] ?? '')]).toEqual([1, false])
    })

    test('[DL2] a reply is sent once the network took it, and reaches the customer as it was written', async () => {
      const { channel } = await open(null)
      const text = 'We are on it.\n.\nFrom 10:00 — „gleich“ 👍\n\n  indented = yes'
      expect(await send(channel, { replyId: 'a', key: 'a', text })).toMatchObject({ type: 'sent' })
      await until('the reply', async () => (await bench.delivered()).length > 0)
      const [delivered] = await bench.delivered()
      expect(delivered?.text).toBe(text)
    })

    test('[DL1] a reply sent again goes under the id it had', async () => {
      const { channel } = await open(null)
      const before = (await bench.delivered()).length
      const first = await send(channel, { replyId: 'b', key: 'b' })
      const second = await send(channel, { replyId: 'b', key: 'b' })
      const idOf = (sent: Sent) => (sent.type === 'sent' ? sent.externalId : sent.setback.sentence)
      expect([first.type, idOf(first)]).toEqual(['sent', idOf(second)])
      const shown = bench.shows === 'once' ? 1 : 2
      await until('all of it', async () => (await bench.delivered()).length === before + shown)
      const ids = (await bench.delivered()).slice(before).map(({ id }) => id)
      expect(new Set(ids).size).toBe(1)
    })

    test('[DL5] a refusal says whether the reply may go out later', async () => {
      expect(await send((await open('refuses')).channel)).toMatchObject({ type: 'refused', again: false })
      expect(await send((await open('refuses for now')).channel)).toMatchObject({ type: 'refused', again: true })
      expect(await send((await open('is away')).channel)).toMatchObject({ type: 'refused', again: true })
    })

    test('[DL3] a network that took a reply and says nothing leaves its fate unknown', async () => {
      const { channel } = await open('says nothing')
      expect(await send(channel)).toMatchObject({ type: 'unknown' })
      expect(await channel.find(outgoing(), AbortSignal.timeout(10_000))).toEqual({ type: 'unknown' })
    })

    test('[OP3] a reply whose sending is called off before it began did not go out', async () => {
      const sent = await (await open(null)).channel.send(outgoing(), AbortSignal.abort())
      expect(sent).toMatchObject({ type: 'refused', again: true })
    })

    test('[OP3] receiving ends when it is told to, and the channel is off', async () => {
      const { channel } = await open(null)
      const desk = await receiving(channel)
      await desk.stop()
      expect(channel.health().state).toBe('off')
    })

    test('[CH9] nothing is sent to a private address that is not listed', async () => {
      const { channel } = await open(null, [])
      const before = (await bench.delivered()).length
      const sent = await send(channel)
      expect(sent).toMatchObject({ type: 'refused', setback: setbackSaying('internal host') })
      expect((await bench.delivered()).length).toBe(before)
    })

    test('[CH6] no secret of the channel is in what it logs, complains of or gives as a reason', async () => {
      const said: string[] = []
      for (const trouble of ['refuses', 'refuses for now', 'says nothing', 'is away', null] as const) {
        const { channel, logged } = await open(trouble)
        said.push(JSON.stringify([await send(channel), channel.health(), logged, channel]))
      }
      for (const secret of bench.secrets) expect(said.join('\n')).not.toContain(secret)
    })
  })
}
