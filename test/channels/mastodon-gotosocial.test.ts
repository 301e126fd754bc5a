import type { Arrival, Channel, Outgoing } from '@muster/server/channels/channel.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startGoToSocial } from '../support/gotosocial.ts'
import { findGoToSocial, type GoToSocial } from '../support/gotosocial-build.ts'
import { token } from '../support/mastodon-fake.ts'
import { startProxy } from '../support/proxy.ts'
import { until } from '../support/until.ts'
import { describeChannel } from './contract.ts'
import type { Abilities, Bench, Written } from './contract-bench.ts'
import { abilities, deliver, openMastodon, readsOnMastodon, startTroubled, withoutName } from './mastodon-bench.ts'
import { Desk, MemoryPlace, outgoingOf } from './workbench.ts'

const built = await findGoToSocial(process.env)
const Posted = z.object({ id: z.string() })
const Own = z.object({ id: z.string(), visibility: z.string() })
const Source = z.object({ text: z.string() })
const Mentions = z.object({ mentions: z.array(z.object({ acct: z.string() })) })
const Context = z.object({
  descendants: z.array(z.object({ id: z.string(), content: z.string(), visibility: z.string() })),
})

describe.skipIf(built === null)('on a real GoToSocial', () => {
  let server: Awaited<ReturnType<typeof startGoToSocial>>
  let [muster, kim]: Awaited<ReturnType<typeof server.join>>[] = []
  const desk = { current: new Desk() }
  const opened: Channel[] = []
  const soon = () => AbortSignal.timeout(10_000)

  beforeAll(async () => {
    if (built === null) return
    server = await startGoToSocial(built)
    muster = await server.join('acme')
    kim = await server.join('kim')
  }, 120_000)
  afterEach(async () => {
    await desk.current.stop()
    await Promise.all(opened.splice(0).map(channel => channel.close()))
  })
  afterAll(() => server?.stop())

  function open(reviewMs = 100): Channel {
    const impatience = { pollMs: 100, reviewMs, sendLimitMs: 10_000, askLimitMs: 10_000 }
    const { channel } = openMastodon(server.url, impatience, { internalHosts: ['localhost'] }, muster?.token)
    opened.push(channel)
    return channel
  }

  async function receiving(place = new MemoryPlace(), reviewMs = 100): Promise<Channel> {
    desk.current = new Desk()
    const channel = open(reviewMs)
    await desk.current.receive(channel, place)
    return channel
  }

  const write = async (status: string, more: object = {}) =>
    Posted.parse(await kim?.call('POST', '/api/v1/statuses', { status, visibility: 'public', ...more })).id
  const arrivalOf = async (id: string) => {
    const found = () => desk.current.arrivals.find(({ externalId }) => externalId === id)
    return (await until('the arrival', found)) as Arrival
  }
  /** By id, which is how they were written: it works on several at once, and may show one after those written later. */
  const received = () => desk.current.arrivals.map(({ externalId }) => externalId).toSorted()
  const replyTo = ({ externalId, visibility = 'direct', anchor = {}, from }: Arrival, given: Partial<Outgoing> = {}) =>
    outgoingOf({
      to: from,
      answering: { externalId, visibility, anchor, address: from.address },
      submittedAt: Date.now(),
      ...given,
    })
  const under = async (id: string) =>
    Context.parse(await kim?.call('GET', `/api/v1/statuses/${id}/context`)).descendants

  test('[CH42] a post arrives as it was written', async () => {
    await receiving()
    const text = '@acme Why? <b>Twice</b> "now" 👩‍👩‍👧 Zażółć https://shop.example.org/cart/4711?x=1 #down\n\nSecond'
    const arrival = await arrivalOf(await write(text))
    expect(arrival).toMatchObject({ text, visibility: 'public', whole: true, automatic: null })
    expect(arrival.from).toMatchObject({ name: 'kim', reach: 0, identity: arrival.from.address.replace('@', 'acct:') })
  })

  test('[CH40] posts come once, also those that came while nothing listened', async () => {
    const place = new MemoryPlace()
    await receiving(place)
    await arrivalOf(await write('@acme first'))
    await desk.current.stop()
    const ids: string[] = []
    for (let count = 0; count < 5; count++) ids.push(await write(`@acme ${count}`))
    // The first review after a start tells again what it finds.
    await receiving(place, 600_000)
    ids.push(await write('@acme last', { visibility: 'direct', spoiler_text: 'money' }))
    expect(await arrivalOf(ids[5] ?? '')).toMatchObject({ text: '[CW: money]\n\n@acme last', visibility: 'direct' })
    await until('all of them', () => received().length >= ids.length)
    expect(received()).toEqual(ids)
  })

  test('[CH40] a server that is killed and comes back brings what it has, once', async () => {
    const channel = await receiving()
    const ids = [await write('@acme before')]
    await arrivalOf(ids[0] ?? '')
    await server.kill()
    await until('away', () => channel.health().state === 'away')
    await server.restart()
    ids.push(await write('@acme after'), await write('@acme and again'))
    await Promise.all(ids.map(arrivalOf))
    await until('it receives', () => channel.health().state === 'receiving')
    expect(received().slice(-3)).toEqual(ids)
  }, 90_000)

  test.each(['public', 'unlisted', 'direct'])(
    '[CH44] what is %s is answered so, once, under its post',
    async visibility => {
      const channel = await receiving()
      const arrival = await arrivalOf(await write('@acme Why?', { visibility }))
      const reply = replyTo(arrival, { text: 'We are on it.\nNext at 11:00.', key: visibility })
      expect(await channel.find(reply, soon())).toEqual({ type: 'absent' })
      const sent = await channel.send(reply, soon())
      expect(sent).toMatchObject({ type: 'sent', link: expect.stringContaining('/@acme/') })
      // It knows no key, so a second post of this one is only stopped by looking first.
      expect(await channel.send(reply, soon())).toMatchObject({
        type: 'sent',
        externalId: sent.type === 'sent' && sent.externalId,
      })
      expect(await open().find(reply, soon())).toMatchObject({ externalId: sent.type === 'sent' && sent.externalId })
      expect(await under(arrival.externalId)).toMatchObject([
        { visibility, content: expect.stringContaining('We are on it.<br>Next at 11:00.') },
      ])
    },
  )

  test('[CH82] a direct reply reaches nobody else, in whichever way it names them', async () => {
    await server.join('bob')
    const text = 'Ask @bob, (@bob) a/@bob _@bob_ @@bob =@bob @BOB: https://a.example/@bob https://a.example/?by=,@bob'
    const host = new URL(server.url).host
    const named = async (id: string) =>
      Mentions.parse(await kim?.call('GET', `/api/v1/statuses/${id}`)).mentions.map(({ acct }) => acct)
    const id = await write(`@acme ${text} @bob@${host}`, { visibility: 'direct' })
    expect((await named(id)).toSorted()).toEqual(['acme', 'bob'])
    const channel = await receiving()
    const sent = await channel.send(replyTo(await arrivalOf(id), { text: `${text} @bob@${host}` }), soon())
    expect(await named(sent.type === 'sent' ? sent.externalId : '')).toEqual(['kim'])
  })

  test('[CH45] of 60 replies, of which every other’s answer is lost, each stands there once', async () => {
    await receiving()
    const arrival = await arrivalOf(await write('@acme Why?'))
    const proxy = await startProxy(Number(new URL(server.url).port))
    const patience = { sendLimitMs: 10_000, askLimitMs: 10_000 }
    const given = { internalHosts: ['localhost'] }
    const { channel } = openMastodon(`http://localhost:${proxy.port}`, patience, given, muster?.token)
    opened.push(channel)
    const ids: string[] = []
    for (let each = 0; each < 60; each++) {
      if (each % 2 === 1) proxy.cutBeforeAnswer()
      ids.push(await deliver(channel, replyTo(arrival, { key: `k${each}`, text: `Reply ${each}` })))
    }
    await proxy.stop()
    expect((await under(arrival.externalId)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  })

  test('[CH47] an author who blocked us does not get a reply', async () => {
    const channel = await receiving()
    const arrival = await arrivalOf(await write('@acme Why?'))
    const us = z.object({ id: z.string() }).parse(await muster?.call('GET', '/api/v1/accounts/verify_credentials'))
    await kim?.call('POST', `/api/v1/accounts/${us.id}/block`)
    const sent = await channel.send(replyTo(arrival), soon())
    await kim?.call('POST', `/api/v1/accounts/${us.id}/unblock`)
    expect(sent).toMatchObject({
      type: 'refused',
      again: false,
      closed: { why: expect.stringMatching(/hidden|blocked/) },
    })
  })

  test('[CH49] it can be tried out', async () => {
    const trials = await open().probe(null, soon())
    expect(trials.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
      'reach true',
      'sign-in true',
      'read true',
      'send true',
    ])
    expect(trials[0]?.learnt).toEqual({ longest: 5_000 })
  })
})

/** Nobody here is suspended and shown all the same, and a GoToSocial limits no posts. */
const here: Abilities = { ...abilities, closes: null, limits: { documented: true, told: false } }

async function bench(real: GoToSocial): Promise<Bench> {
  const server = await startGoToSocial(real)
  const [acme, kim] = [await server.join('acme'), await server.join('kim')]
  const { id: ours } = Posted.parse(await acme.call('GET', '/api/v1/accounts/verify_credentials'))
  const address = `@kim@${new URL(server.url).host}`
  const asked = Posted.parse(await kim.call('POST', '/api/v1/statuses', { status: '@acme Who asks?' }))
  // Told before its author takes another name: else it comes under that.
  const notified = async () => z.array(Posted).parse(await acme.call('GET', '/api/v1/notifications')).length > 0
  await until('the notification', notified)
  const proxy = await startProxy(Number(new URL(server.url).port))
  const troubled: { stop(): Promise<void> }[] = [proxy]
  const written = new Map<string, string>()
  const write = async ({ id, name, text }: Written, visibility = 'public') => {
    if (written.has(id)) return
    await kim.call('PATCH', '/api/v1/accounts/update_credentials', { display_name: name })
    const posted = await kim.call('POST', '/api/v1/statuses', { status: `@acme ${text}`, visibility })
    written.set(id, Posted.parse(posted).id)
  }
  return {
    secrets: [acme.token, token],
    answering: { externalId: asked.id, visibility: 'public', anchor: { acct: 'kim' }, address },
    reads: readsOnMastodon,
    async open(trouble, internalHosts = ['localhost', '127.0.0.1']) {
      const pace = { pollMs: 100, reviewMs: 100, sendLimitMs: 10_000, askLimitMs: 10_000 }
      const isWell = trouble === null || trouble === 'answers nobody'
      if (isWell) return openMastodon(server.url, pace, { internalHosts }, acme.token)
      if (trouble === 'takes in silence') {
        proxy.cutBeforeAnswer()
        return openMastodon(`http://localhost:${proxy.port}`, pace, { internalHosts }, acme.token)
      }
      const other = await startTroubled(trouble)
      troubled.push(other)
      return openMastodon(other.url, pace, { internalHosts })
    },
    attach() {},
    write,
    async disorder(messages) {
      await Promise.all(messages.toReversed().map(message => write(message)))
    },
    writeDirectly: message => write(message, 'direct'),
    async edit(id, text) {
      await kim.call('PUT', `/api/v1/statuses/${written.get(id)}`, { status: `@acme ${text}` })
    },
    async remove(id) {
      await kim.call('DELETE', `/api/v1/statuses/${written.get(id)}`)
    },
    pass() {},
    async delivered() {
      const page = z.array(Own).parse(await acme.call('GET', `/api/v1/accounts/${ours}/statuses?limit=80`))
      const source = async ({ id, visibility }: z.infer<typeof Own>) => {
        const { text } = Source.parse(await acme.call('GET', `/api/v1/statuses/${id}/source`))
        return { id, text: withoutName(text), isPublic: visibility !== 'direct' }
      }
      return await Promise.all(page.map(source))
    },
    async end() {
      await Promise.all([server.stop(), ...troubled.map(other => other.stop())])
    },
  }
}

if (built !== null) describeChannel('Mastodon, on a real GoToSocial:', here, () => bench(built))
