import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordsAsPattern } from '@muster/server/channels/bluesky-search.ts'
import { StreamEvent } from '@muster/server/channels/bluesky-shape.ts'
import { fold } from '@muster/shared/fold.ts'
import { afterEach, expect, test } from 'vitest'
import { BlueskyNetwork } from '../support/bluesky-network.ts'
import { realData } from '../support/real-data.ts'
import { until } from '../support/until.ts'
import { type Given, openBluesky } from './bluesky-bench.ts'
import { Desk, MemoryPlace } from './workbench.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function network(): Promise<BlueskyNetwork> {
  const started = await new BlueskyNetwork().start()
  ends.push(() => started.stop())
  return started
}

async function searching(net: BlueskyNetwork, place = new MemoryPlace(), desk = new Desk(), given: Given = {}) {
  const search = { jetstream: net.jetstream, words: ['Acme', 'log in'] }
  const opened = openBluesky(net, { ...given, settings: { search } })
  ends.push(
    () => opened.channel.close(),
    () => desk.stop(),
  )
  await desk.receive(opened.channel, place)
  return { ...opened, desk, place }
}

const textsOf = (desk: Desk) => desk.arrivals.map(({ text }) => text)

test('[CH38] posts with one of the words come in; the account’s own and those that name it come no second way', async () => {
  const net = await network()
  const kim = net.join('kim.example', { displayName: 'Kim', followers: 12 })
  const { desk } = await searching(net)
  net.post(kim, 'Nice weather')
  net.post(kim, 'Is ACME down?')
  net.post(net.own, 'Acme is fine')
  const facets = [
    { index: { byteStart: 0, byteEnd: 5 }, features: [{ $type: 'app.bsky.richtext.facet#mention', did: net.own.did }] },
  ]
  net.mention(kim, '@acme.example: Acme?', { facets })
  net.post(kim, 'cannot log  in')
  await desk.arrived(3)
  expect(textsOf(desk).toSorted()).toEqual(['@acme.example: Acme?', 'Is ACME down?', 'cannot log  in'])
  const found = desk.arrivals.find(({ text }) => text === 'Is ACME down?')
  expect(found).toMatchObject({
    from: { name: 'Kim', reach: 12 },
    closed: { why: 'not-summoned', network: 'Bluesky', otherWay: { how: 'by-hand' } },
  })
  expect(desk.arrivals.find(({ text }) => text.startsWith('@'))?.closed).toBeNull()
})

test('[CH38] a line that breaks goes on where it was, and so does another start', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  const { desk, place, channel } = await searching(net)
  net.post(kim, 'Acme one')
  await desk.arrived(1)
  net.hangUp()
  for (let number = 0; number < 30; number++) net.post(kim, `Acme during ${number}`)
  await desk.arrived(31)
  await desk.stop()
  await channel.close()
  net.post(kim, 'Acme while away')
  const later = await searching(net, place)
  await until('what was missed', () => textsOf(later.desk).includes('Acme while away'))
  expect(new Set(textsOf(desk)).size).toBe(31)
})

test('[CH38] a reader that is slow keeps the stream waiting, and loses nothing', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  const free = Promise.withResolvers<void>()
  const slow = new Desk(() => free.promise)
  await searching(net, new MemoryPlace(), slow)
  const many = Array.from({ length: 1_500 }, (_, number) => `Acme ${number}`)
  for (const text of many) net.post(kim, text)
  free.resolve()
  await slow.arrived(1_500, 20_000)
  expect(new Set(textsOf(slow))).toEqual(new Set(many))
})

test('[CH38] what could not be stored is found again', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  let times = 0
  const failing = new Desk(async () => {
    if (++times === 2) throw new Error('not now')
  })
  const { channel } = await searching(net, new MemoryPlace(), failing)
  net.post(kim, 'Acme one')
  await failing.arrived(1)
  net.post(kim, 'Acme two')
  await failing.arrived(2)
  await until('receiving', () => channel.health().complaint === null)
  expect(new Set(textsOf(failing))).toEqual(new Set(['Acme one', 'Acme two']))
})

test('[CH34] the stream tells at once what was deleted, and whose account is gone', async () => {
  const net = await network()
  const kim = net.join('kim.example')
  const lee = net.join('lee.example')
  const { desk } = await searching(net)
  const post = net.post(kim, 'Acme is down')
  net.post(lee, 'Acme is up')
  await desk.arrived(2)
  net.remove(post)
  net.leave(lee, 'takendown')
  net.leave(net.join('max.example'), 'takendown')
  await until('both', () => desk.taken.length === 4)
  expect(desk.taken.slice(2).toSorted((one, other) => one.type.localeCompare(other.type))).toMatchObject([
    { type: 'account-gone', address: lee.did },
    { type: 'deleted', externalId: post.uri },
  ])
})

test('[CH39] lines that are no events are passed over', async () => {
  const net = await network()
  const { desk } = await searching(net)
  const kim = net.join('kim.example')
  net.sayOnStream('{')
  net.sayOnStream('[]')
  net.sayOnStream(JSON.stringify({ did: kim.did, time_us: 1, kind: 'commit', commit: { operation: 'create' } }))
  net.post(kim, 'Acme')
  await desk.arrived(1)
  expect(desk.taken).toHaveLength(1)
})

test('[CH9] a stream at a private address that is not listed is not opened', async () => {
  const net = await network()
  const search = { jetstream: net.jetstream.replace('127.0.0.1', '127.0.0.2'), words: ['acme'] }
  const { channel } = openBluesky(net, { settings: { search } })
  ends.push(() => channel.close())
  expect((await channel.probe(null, AbortSignal.timeout(5_000))).at(-1)).toMatchObject({
    ok: false,
    sentence: expect.stringContaining('internal host'),
  })
})

test('[CH38] words are found whole, whatever their case and width', () => {
  const pattern = wordsAsPattern(['Acme', 'c++', 'log in', '障害'])
  const found = (text: string) => pattern.test(fold(text))
  expect(['acme!', 'ＡＣＭＥ is down', '#Acme', 'I use C++.', 'cannot log\nin'].every(found)).toBe(true)
  expect(['acmes', 'macme', 'c+', 'blog in', ''].some(found)).toBe(false)
})

const sample = realData('api-payloads/jetstream/internal')
const lines = ['corpus/testdata/expected_v1.jsonl', 'subscribe/testdata/golden_v1.jsonl']
  .map(path => join(sample, path))
  .flatMap(path => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []))

test('[CH38] every line of the real stream is read', ({ annotate }) => {
  if (lines.length === 0) return void annotate(`LEFT OUT: no lines of the real stream under ${sample}`, 'warning')
  const unread = lines.filter(line => !StreamEvent.safeParse(JSON.parse(line)).success)
  expect([unread, lines.length > 150]).toEqual([[], true])
})
