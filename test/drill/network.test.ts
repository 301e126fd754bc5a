import { Network } from '@muster/server/drill/network.ts'
import { Random } from '@muster/server/drill/random.ts'
import { fateOf } from '@muster/server/drill/weather.ts'
import { Webhook } from 'standardwebhooks'
import { afterEach, expect, test } from 'vitest'
import { until } from '../support/until.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const accounts = [
  { channelId: 'steady', secret, deduplicates: true },
  { channelId: 'forgetful', secret, deduplicates: false },
]
let network: Network

afterEach(() => network.close())

async function open(weather: 'rough' | 'fair', seed = 1): Promise<string> {
  network = new Network({ accounts, random: new Random(seed), now: () => 5 })
  network.weather = weather
  return `http://127.0.0.1:${await network.listen()}`
}

type Delivery = { key?: string; signal?: AbortSignal }

function deliver(url: string, channelId: string, replyId: string, { key = secret, signal }: Delivery = {}) {
  const body = JSON.stringify({
    type: 'reply',
    replyId,
    to: { address: 'ann', name: 'Ann' },
    subject: null,
    text: 'Hello',
    inReplyTo: 'm-1',
  })
  const at = new Date()
  const headers = {
    'webhook-id': replyId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(key).sign(replyId, at, body),
  }
  return fetch(`${url}/${channelId}`, { method: 'POST', body, headers, signal: signal ?? null })
}

test('[OP4] a network shows a signed reply to its customer, and nothing that is not signed by its secret', async () => {
  const url = await open('fair')
  const heard: string[] = []
  network.onShown = ({ replyId }) => heard.push(replyId)
  expect((await deliver(url, 'steady', 'r-1')).status).toBe(200)
  expect((await deliver(url, 'steady', 'r-2', { key: `whsec_${Buffer.alloc(32, 8).toString('base64')}` })).status).toBe(
    401,
  )
  expect((await deliver(url, 'elsewhere', 'r-3')).status).toBe(401)
  expect(network.shown).toEqual([
    { channelId: 'steady', replyId: 'r-1', address: 'ann', inReplyTo: 'm-1', text: 'Hello', at: 5 },
  ])
  expect(heard).toEqual(['r-1'])
  expect([network.shows('r-1'), network.shows('r-2')]).toEqual([true, false])
})

test('[OP4] a network that deduplicates shows a repeated reply once, and a forgetful one as often as it comes', async () => {
  const url = await open('fair')
  for (const channelId of ['steady', 'forgetful']) {
    for (let time = 0; time < 2; time++) await deliver(url, channelId, `r-${channelId}`)
  }
  expect(network.shown.map(({ channelId }) => channelId)).toEqual(['steady', 'forgetful', 'forgetful'])
})

test('[OP4] rough weather has every fate, and fair weather only the good one', () => {
  network = new Network({ accounts, random: new Random(1), now: () => 5 })
  const random = new Random(4)
  const rough = Array.from({ length: 3_000 }, () => fateOf('rough', random))
  const names = new Set(rough.map(fate => `${fate.type === 'answer' ? fate.status : fate.type} ${fate.shown}`))
  expect(names).toEqual(
    new Set([
      '200 true',
      '503 false',
      '429 false',
      '500 true',
      '500 false',
      '422 false',
      'cut true',
      'cut false',
      'silence true',
    ]),
  )
  expect(rough.filter(({ shown }) => shown).length / rough.length).toBeGreaterThan(0.8)
  for (let time = 0; time < 100; time++) expect(fateOf('fair', random)).toMatchObject({ status: 200, shown: true })
})

test('[OP4] what the network did is what its senders saw', async () => {
  const url = await open('rough', 3)
  const impatience = new AbortController()
  const seen: Record<string, number> = {}
  const saw = (name: string) => {
    seen[name] = (seen[name] ?? 0) + 1
  }
  const deliveries = Array.from({ length: 60 }, (_, index) =>
    deliver(url, 'steady', `r-${index}`, { signal: impatience.signal }).then(
      ({ status }) => saw(String(status)),
      () => saw(impatience.signal.aborted ? 'silence after showing' : 'cut'),
    ),
  )
  const answered = () => Object.values(seen).reduce((sum, count) => sum + count, 0)
  await until(
    'every answer but those that never come',
    () => answered() + (network.fates['silence after showing'] ?? 0) === 60,
  )
  impatience.abort()
  await Promise.all(deliveries)
  const { 'cut after showing': cutAfterShowing = 0, cut = 0, ...others } = network.fates
  expect({ cut: cut + cutAfterShowing, ...others }).toEqual({ cut: 0, ...seen })
})
