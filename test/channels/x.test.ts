import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { XApi } from '../support/x-api.ts'
import { secrets } from '../support/x-exchange.ts'
import type { Fate } from '../support/x-sending.ts'
import type { Post } from '../support/x-world.ts'
import { describeChannel } from './contract.ts'
import type { Abilities, Bench, Failure, Trouble, Written } from './contract-bench.ts'
import { answeredBy, judge, openX, receiving, startX } from './x-bench.ts'

const abilities: Abilities = {
  idempotency: 'search',
  // X says nowhere how soon it shows what it took.
  provesAbsence: false,
  readsOn: true,
  changes: { edited: true, deleted: true },
  subjects: false,
  isPublic: true,
  closes: { why: 'not-summoned', how: 'by-hand' },
  isLimitedInLength: true,
  limits: { documented: true, told: true },
  pauseMs: 900_000,
}

/** X looks at a message again an hour after it was written, and then every six. */
const betweenLooksMs = 7 * 3_600_000

const fates: Record<Exclude<Failure, 'is away'>, Fate> = {
  refuses: '403',
  'refuses for now': '401',
  'wants no more': '429',
  'says nothing': 'reset',
}

describeChannel('X', abilities, async () => {
  let aheadMs = 0
  const clock = () => Date.now() + aheadMs
  const api = await XApi.start({ clock, judge })
  const troubled = await XApi.start({ clock, judge })
  const written = new Map<string, Post>()
  const known = (id: string) => {
    const post = written.get(id)
    if (post === undefined) throw new Error(`"${id}" was not written.`)
    return post
  }
  const write = async ({ id, name, text, unanswerable = false }: Written) => {
    api.world.person('kim', { name })
    const before = written.get(id)
    if (before !== undefined) return await api.tellPost(before)
    written.set(id, await api.write('kim', unanswerable ? `outage: ${text}` : `@acme ${text}`))
  }
  const at = async (trouble: Trouble) => {
    if (trouble === 'is away') return { url: `http://127.0.0.1:${await freePort()}`, account: api.account }
    if (trouble === 'takes in silence') api.sending.fates.push('reset, taken')
    if (trouble === null || trouble === 'takes in silence' || trouble === 'answers nobody') return api
    // Not shown again: what is sent to the one with troubles is never found there.
    troubled.sending.always = fates[trouble]
    return troubled
  }
  return {
    secrets: [secrets.token, secrets.bearer, secrets.consumerSecret],
    answering: answeredBy(api.world.write(api.world.person('lee'), '@acme why?')),
    reads: text => `@acme ${text}`,
    open: async (trouble, internalHosts) =>
      openX(await at(trouble), {
        settings: { search: { words: ['outage'] } },
        surroundings: { clock, ...(internalHosts && { internalHosts }) },
        pace: { reviewMs: 10 },
      }),
    attach() {},
    write,
    async disorder(messages) {
      await until('the streams are open', () => api.activity.size === 1)
      Object.assign(api, { repeats: 3, turned: 3 * messages.length })
      for (const message of messages) await write(message)
      Object.assign(api, { repeats: 1, turned: 1 })
    },
    async writeDirectly({ name, text }) {
      api.world.person('kim', { name })
      await api.writeDirectly('kim', `@acme ${text}`)
    },
    edit: async (id, text) => void (await api.edit(known(id), `@acme ${text}`)),
    remove: async id => api.world.remove(known(id)),
    pass() {
      aheadMs += betweenLooksMs
    },
    async delivered() {
      return api.sent.map(sent => ({
        id: 'to' in sent ? `direct-${sent.id}` : sent.id,
        text: sent.text,
        isPublic: !('to' in sent),
      }))
    },
    async end() {
      await Promise.all([api.stop(), troubled.stop()])
      expect([...api.violations, ...troubled.violations]).toEqual([])
    },
  } satisfies Bench
})

test('[CH50] what names, answers or quotes the account and direct messages come by the stream, whole', async () => {
  const api = await startX()
  const ours = api.world.write(api.account, 'We are back.')
  const { channel } = openX(api)
  const desk = await receiving(channel)
  api.world.person('kim', { name: 'Kim Élan', followers: 1_234 })
  const words = 'Why <again> & "now", @acme? See https://example.com/a?b=1&c=2'
  const named = await api.write('kim', words)
  await api.write('ann', 'Not for me', { replyTo: ours })
  await api.write('lee', 'Look at this', { quotes: ours })
  const direct = await api.writeDirectly('kim', 'My number is 12 & 13')
  const arrivals = await desk.arrived(4)
  const by = (address: string) => arrivals.find(({ from }) => from.address === address)
  expect(arrivals.find(({ externalId }) => externalId === named.id)).toEqual({
    externalId: named.id,
    from: { address: '@kim', name: 'Kim Élan', reach: 1_234, identity: `https://x.com/i/user/${named.author.id}` },
    subject: null,
    text: words,
    whole: true,
    visibility: 'public',
    link: `https://x.com/kim/status/${named.id}`,
    closed: null,
    anchor: { kind: 'post', post: named.id },
    sentAt: named.at,
    answersReply: null,
    automatic: null,
  })
  expect(arrivals.find(({ visibility }) => visibility === 'direct')).toMatchObject({
    externalId: `direct-${direct.id}`,
    from: { address: '@kim', identity: `https://x.com/i/user/${named.author.id}` },
    text: 'My number is 12 & 13',
    anchor: { kind: 'direct', participant: direct.from.id },
    link: null,
  })
  expect(by('@ann')).toMatchObject({ text: '@acme Not for me', closed: null })
  expect(by('@lee')).toMatchObject({ text: `Look at this https://twitter.com/acme/status/${ours.id}`, closed: null })
})
