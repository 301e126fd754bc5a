import type { Answered } from '@muster/server/channels/channel.ts'
import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { XApi } from '../support/x-api.ts'
import { secrets } from '../support/x-exchange.ts'
import type { Direct } from '../support/x-world.ts'
import { type Bench, describeChannel, type Trouble } from './contract.ts'
import { openX, receiving, startX } from './x-bench.ts'

describeChannel('X', async () => {
  const api = await XApi.start()
  const troubled = await XApi.start()
  const customer = api.world.person('kim')
  const post = api.world.write(customer, '@acme why?')
  const answering: Answered = {
    externalId: post.id,
    visibility: 'public',
    anchor: { kind: 'post', post: post.id },
    address: '@kim',
  }
  const written = new Map<string, Direct>()
  // Not shown again: what is sent to the one with troubles is never found there.
  troubled.sending.always = '403'
  const at = async (trouble: Trouble) => {
    if (trouble === null) return api
    if (trouble === 'is away') return { url: `http://127.0.0.1:${await freePort()}`, account: api.account }
    troubled.sending.always = ({ refuses: '403', 'refuses for now': '429', 'says nothing': 'reset' } as const)[trouble]
    return troubled
  }
  return {
    secrets: [secrets.token, secrets.bearer, secrets.consumerSecret],
    answering,
    shows: 'once',
    subjects: 'none',
    open: async (trouble, internalHosts) =>
      openX(await at(trouble), internalHosts && { surroundings: { internalHosts } }),
    attach: () => {},
    async write({ id, name, text }) {
      api.world.person('kim', { name })
      const known = written.get(id)
      if (known === undefined) written.set(id, await api.writeDirectly('kim', text))
      else await api.tellDirect(known)
    },
    delivered: async () => api.sent.map(({ id, text }) => ({ id, text })),
    end: async () => void (await Promise.all([api.stop(), troubled.stop()])),
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
