import { readFileSync, writeFileSync } from 'node:fs'
import { facetsOf, handlesIn } from '@muster/server/channels/bluesky-facets.ts'
import { inBluesky } from '@muster/shared/graphemes.ts'
import { expect, test } from 'vitest'
import { openBluesky } from '../channels/bluesky-bench.ts'
import { answeringArrival, Desk, MemoryPlace, memoryVault, outgoingOf } from '../channels/workbench.ts'
import { BlueskyNetwork } from '../support/bluesky-network.ts'
import { playScenario, type Ref } from '../support/bluesky-scenario.ts'
import { until } from '../support/until.ts'
import { type Account, Peer } from './peer.ts'

const peer = new Peer(process.env.MUSTER_ATPROTO ?? '', process.env.MUSTER_ATPROTO_SETTLE ?? '')
const internalHosts = ['localhost', '127.0.0.1']

async function channelOf(account: Account, privileged = false, settings = {}) {
  const password = await peer.appPassword(account, privileged)
  const vault = memoryVault()
  const pace = { askLimitMs: 10_000, pollMs: 200, deepMs: 1_000 }
  const opened = openBluesky(
    { url: peer.url, own: account, password },
    { surroundings: { internalHosts, vault }, pace, settings },
  )
  return { ...opened, vault, password }
}

test('mentions, replies and quotes come in, and a reply stands in the thread, marked, once', async () => {
  const acme = await peer.account('museum')
  const kim = await peer.account('kim', 'Kim Élan')
  const lee = await peer.account('lee')
  await peer.follow(lee, kim)
  const { channel } = await channelOf(acme)
  const desk = new Desk()
  await desk.receive(channel, new MemoryPlace())
  const ours = await peer.post(acme, 'We are looking into it.')
  const root = await peer.post(kim, `@${acme.handle} is it down?`, { facets: [peer.mentionOf(acme)] })
  await peer.post(kim, 'Any news?', { reply: { root: ours, parent: ours } })
  await peer.post(lee, 'Look at this', { embed: { $type: 'app.bsky.embed.record', record: ours } })
  await desk.arrived(3)
  const mention = desk.arrivals.find(({ externalId }) => externalId === root.uri)
  expect(mention).toMatchObject({
    from: { address: kim.did, name: 'Kim Élan', reach: 1, identity: kim.did },
    text: `@${acme.handle} is it down?`,
    closed: null,
    anchor: { root, parent: root },
  })
  const answering = answeringArrival(mention)
  const text = `👩‍👩‍👧 @${lee.handle} see https://status.example/ü.`
  const sent = await channel.send(outgoingOf({ text, answering }), AbortSignal.timeout(20_000))
  const again = await channel.send(outgoingOf({ text, answering }), AbortSignal.timeout(20_000))
  if (sent.type !== 'sent' || again.type !== 'sent') throw new Error(JSON.stringify([sent, again]))
  expect(again.externalId).toBe(sent.externalId)
  expect(sent.told?.left).toBeGreaterThan(0)
  expect(await channel.find(outgoingOf({ text, answering }), AbortSignal.timeout(20_000))).toMatchObject({
    type: 'sent',
    externalId: sent.externalId,
  })
  expect(await channel.find(outgoingOf({ key: 'never', text, answering }), AbortSignal.timeout(20_000))).toEqual({
    type: 'absent',
  })
  const replies = await peer.repliesTo(kim, root)
  expect(replies.map(({ uri }) => uri)).toEqual([sent.externalId])
  const facets = replies[0]?.record.facets as { index: { byteStart: number; byteEnd: number } }[]
  expect(facets.map(({ index }) => Buffer.from(text).subarray(index.byteStart, index.byteEnd).toString())).toEqual([
    `@${lee.handle}`,
    'https://status.example/ü',
  ])
  await desk.stop()
})

test('edits, deletions, limited replies, blocks and accounts that are gone are followed, and answered with the reason', async () => {
  const acme = await peer.account('gallery')
  const people = await Promise.all(['ann', 'ben', 'cai', 'dea', 'eve', 'fay'].map(name => peer.account(name)))
  const [ann, ben, cai, dea, eve, fay] = people as [Account, Account, Account, Account, Account, Account]
  const facets = [peer.mentionOf(acme)]
  const posts = await Promise.all(
    people.map(person => peer.post(person, `@${acme.handle} from ${person.handle}`, { facets })),
  )
  const { channel } = await channelOf(acme)
  const desk = new Desk()
  await desk.receive(channel, new MemoryPlace())
  await desk.arrived(6)
  const sendTo = (person: Account) => {
    const arrival = desk.arrivals.find(({ from }) => from.address === person.did)
    return channel.send(
      outgoingOf({ key: person.handle, answering: answeringArrival(arrival) }),
      AbortSignal.timeout(20_000),
    )
  }
  await peer.edit(ann, posts[0] as Ref, `@${acme.handle} edited`, { facets })
  await peer.remove(ben, posts[1] as Ref)
  await peer.gate(cai, posts[2] as Ref)
  await peer.block(dea, acme)
  await peer.deactivate(eve)
  await peer.takeDown(fay)
  await peer.settle()
  await until('what happened', () => desk.taken.length >= 12, 30_000)
  const later = desk.taken.slice(6)
  expect(later.find(({ type }) => type === 'deleted')).toMatchObject({ externalId: posts[1]?.uri })
  expect(later.find(({ type }) => type === 'account-gone')).toMatchObject({ address: fay.did })
  const edits = later.flatMap(received => (received.type === 'edited' ? received.arrival : []))
  expect(edits.find(({ from }) => from.address === ann.did)?.text).toContain('edited')
  expect(edits.find(({ from }) => from.address === cai.did)?.closed?.why).toBe('replies-off')
  expect(later.filter(({ type }) => type === 'deleted' || type === 'account-gone')).toHaveLength(2)
  const shut = later.flatMap(each => (each.type === 'closed' ? [[each.externalId, each.closed.why]] : []))
  expect(Object.fromEntries(shut)).toEqual({
    [posts[3]?.uri ?? '']: 'blocked',
    [posts[4]?.uri ?? '']: 'account-gone',
  })
  expect(await sendTo(ann)).toMatchObject({ type: 'sent' })
  expect(await sendTo(ben)).toMatchObject({ type: 'refused', again: false, closed: { why: 'gone' } })
  expect(await sendTo(cai)).toMatchObject({ type: 'refused', again: false, closed: { why: 'replies-off' } })
  expect(await sendTo(dea)).toMatchObject({ type: 'refused', again: false, closed: { why: 'blocked' } })
  expect(await sendTo(eve)).toMatchObject({ type: 'refused', again: false, closed: { why: 'account-gone' } })
  expect(await sendTo(fay)).toMatchObject({ type: 'refused', again: false, closed: { why: 'account-gone' } })
  await peer.activate(eve)
  await peer.settle()
  const last = () => desk.taken.at(-1)
  await until('who rested is back', () => last()?.type === 'edited' && desk.taken.length > 12, 30_000)
  expect(last()).toMatchObject({ arrival: { from: { address: eve.did }, closed: null } })
  await desk.stop()
})

test('an account of ours that is switched off, or taken down, says so', async () => {
  for (const name of ['harbour', 'station']) {
    const acme = await peer.account(name)
    const { channel } = await channelOf(acme)
    const desk = new Desk()
    await desk.receive(channel, new MemoryPlace())
    if (name === 'harbour') await peer.deactivate(acme)
    else await peer.takeDown(acme)
    await until(`what became of ${name}`, () => channel.health().complaint?.trouble === 'other', 30_000)
    const said = name === 'harbour' ? 'The account is deactivated' : 'The account was taken down'
    expect(channel.health().complaint?.sentence).toContain(said)
    await desk.stop()
  }
})

test('a gap of many pages is filled', async () => {
  const acme = await peer.account('archive')
  const kim = await peer.account('kai')
  const { channel } = await channelOf(acme)
  const place = new MemoryPlace()
  const first = new Desk()
  await first.receive(channel, place)
  await first.stop()
  for (let number = 0; number < 130; number++)
    await peer.post(kim, `@${acme.handle} ${number}`, { facets: [peer.mentionOf(acme)] })
  const second = new Desk()
  await peer.settle()
  await second.receive(channel, place)
  await second.arrived(130, 30_000)
  expect(new Set(second.arrivals.map(({ externalId }) => externalId)).size).toBe(130)
  await second.stop()
})

test('a token that is worth nothing is changed for another, without signing in', async () => {
  const acme = await peer.account('library')
  const { channel, vault } = await channelOf(acme)
  expect((await channel.probe(null, AbortSignal.timeout(20_000))).map(({ ok, sentence }) => [ok, sentence])).toEqual([
    [true, expect.stringContaining('Signed in')],
    [true, expect.any(String)],
    [true, expect.stringContaining('nothing was posted')],
  ])
  expect(await peer.count(acme)).toBe(0)
  const kept = JSON.parse(vault.kept ?? '{}')
  await vault.save(JSON.stringify({ ...kept, access: 'worthless' }))
  const other = openBluesky(
    { url: peer.url, own: { handle: acme.handle }, password: 'wrong' },
    { surroundings: { internalHosts, vault } },
  )
  const desk = new Desk()
  await desk.receive(other.channel, new MemoryPlace())
  await desk.stop()
  expect(JSON.parse(vault.kept ?? '{}').refresh).not.toBe(kept.refresh)
})

test('a text is as long here as it is there', async () => {
  const acme = await peer.account('theatre')
  const pieces = ['x', 'é', 'e\u0301', '👍🏽', '🇩🇪', '👩‍👩‍👧', '字', 'नि', 'กำ', '가', '\r\n', '\u200d', 'ﷺ', '1️⃣']
  for (const piece of pieces) {
    for (const count of [299, 300, 301]) {
      const text = piece.repeat(count)
      const { used, longest } = inBluesky(text, 'public')
      const taken = await peer.tryPost(acme, text)
      expect([piece, count, taken]).toEqual([piece, count, used <= Number(longest)])
    }
  }
})

test('links and mentions are marked as the official library marks them', async () => {
  const { RichText } = (await import(String('@atproto/api'))) as {
    RichText: new (given: { text: string }) => { detectFacetsWithoutResolution(): void; facets?: Marked[] }
  }
  type Marked = {
    index: { byteStart: number; byteEnd: number }
    features: { $type: string; uri?: string; did?: string }[]
  }
  const texts = [
    'See https://a.example/x. Or (https://b.example/y), or https://c.example/z_(w)!',
    '@kim.test @lee.bsky.social, (@max.test) and mail@kim.test',
    '👍👍 https://a.example/ü?q=1#f 日本 @kim.test: hello',
    'nothing here, not even @ or http://',
    'https://a.example\nhttps://b.example\t@kim.test',
    'https://A.EXAMPLE/x; @KIM.test',
  ]
  for (const text of texts) {
    const rich = new RichText({ text })
    rich.detectFacetsWithoutResolution()
    const official = (rich.facets ?? [])
      .filter(({ features }) => /#(link|mention)$/.test(features[0]?.$type ?? ''))
      .map(({ index }) => [index.byteStart, index.byteEnd])
    const all = new Map(handlesIn(text).map(handle => [handle, `did:plc:${handle}`]))
    const own = facetsOf(text, all).map(({ index }) => [index.byteStart, index.byteEnd])
    expect([text, own.toSorted(byPlace)]).toEqual([text, official.toSorted(byPlace)])
  }
})

test('direct messages go through the account’s server, with an app password that may', async () => {
  const acme = await peer.account('concert')
  const kim = await peer.account('kira')
  const chat = await new BlueskyNetwork().start(Number(process.env.MUSTER_CHAT_PORT))
  chat.trusting = true
  chat.own.did = acme.did
  const person = chat.join(kim.handle, { did: kim.did })
  const settings = { directMessages: true }
  const narrow = await channelOf(acme, false, settings)
  expect((await narrow.channel.probe(null, AbortSignal.timeout(20_000))).at(-1)).toMatchObject({
    ok: false,
    sentence: expect.stringContaining('may not use direct messages'),
  })
  const { channel } = await channelOf(acme, true, settings)
  const desk = new Desk()
  await desk.receive(channel, new MemoryPlace())
  chat.write(person, 'Where is my parcel?')
  const [arrival] = await desk.arrived(1)
  expect(arrival).toMatchObject({ visibility: 'direct', from: { address: kim.did }, text: 'Where is my parcel?' })
  const outgoing = outgoingOf({ answering: answeringArrival(arrival), submittedAt: Date.now() })
  expect(await channel.send(outgoing, AbortSignal.timeout(20_000))).toMatchObject({ type: 'sent' })
  expect(await channel.send(outgoing, AbortSignal.timeout(20_000))).toMatchObject({ type: 'sent' })
  expect([...chat.chats.values()][0]?.said).toHaveLength(2)
  expect(await peer.count(acme)).toBe(0)
  await desk.stop()
  await chat.stop()
})

type Kept = { name: string; body: object; answer: { status: number; body: object } }
type Lexicons = {
  assertValidXrpcInput(name: string, body: object): void
  assertValidXrpcOutput(name: string, body: object): void
}

test('what the loopback network is asked and answers is as the official schemas say', async () => {
  const { lexicons } = (await import(String('@atproto/api'))) as { lexicons: Lexicons }
  const kept = readFileSync(process.env.MUSTER_KEPT ?? '', 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Kept)
  const names = new Set<string>()
  for (const { name, body, answer } of kept.filter(({ answer }) => answer.status === 200)) {
    names.add(name)
    if (Object.keys(body).length > 0) lexicons.assertValidXrpcInput(name, body)
    lexicons.assertValidXrpcOutput(name, answer.body)
  }
  expect([names.size, kept.length > 500]).toEqual([16, true])
})

test('the scenario that the loopback network is held against', async () => {
  const exchanges = await playScenario(await peer.stage())
  expect(exchanges.length).toBeGreaterThan(25)
  const kept = process.env.MUSTER_RECORD
  if (kept) writeFileSync(kept, `${JSON.stringify(exchanges, null, 2)}\n`)
})

function byPlace([one = 0]: number[], [other = 0]: number[]): number {
  return one - other
}
