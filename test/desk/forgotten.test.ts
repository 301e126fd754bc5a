import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Received } from '@muster/server/channels/channel.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import { Forgetting } from '@muster/server/desk/forgetting.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { conversationOf, snapshotOf } from '@muster/server/desk/picture.ts'
import { voicedLines } from '@muster/server/desk/voice.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { openTail } from '@muster/server/realtime/tail.ts'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Store } from '@muster/server/store/store.ts'
import { defectOf } from '@muster/shared/defect.ts'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ada, arrivalOf, bert, cora, declaring, lena, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'

const words = 'my card number is 4929-1111-and-nobody-may-know'
const kept = 'nothing-wrong-with-this'
const hour = 3_600_000

/** A store whose every byte can be looked at. */
async function glass(kind: Store['kind']) {
  if (kind === 'redis') {
    const redis = await startRedis({ appendonly: true, settings: ['--rdbcompression', 'no'] })
    const client = await createClient({ url: redis.url }).connect()
    const store = await openRedisStore(redis)
    const settled = async () => /aof_rewrite_(in_progress|scheduled):1/.test(await client.info('persistence')) === false
    return {
      store,
      atRest: async () => {
        await client.sendCommand(['SAVE'])
        await until('Redis to have written its file anew', settled)
        return bytesIn(redis.folder)
      },
      stop: async () => {
        await client.close()
        await store.close()
        await redis.stop()
      },
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'muster-forgotten-'))
  const store = await openSqliteStore({ file: join(folder, 'muster.db') })
  return {
    store,
    atRest: () => bytesIn(folder),
    stop: async () => {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function bytesIn(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const contents = files.filter(file => file.isFile()).map(file => readFile(join(file.parentPath, file.name), 'latin1'))
  return (await Promise.all(contents)).join('\n')
}

describe.each(['sqlite', 'redis'] as const)('on %s', kind => {
  let shelf: Awaited<ReturnType<typeof glass>>
  let desk: Desk
  let intake: Intake
  let now = 0

  beforeAll(async () => {
    shelf = await glass(kind)
    desk = deskOn(shelf.store)
    intake = new Intake(desk)
  })
  afterAll(() => shelf.stop())

  const begin = async () => {
    const channel = nextId('channel')
    const topics = [{ id: 'cards', name: 'Cards', words: ['card'] }]
    const policy = { claimsPerPerson: 100, choicesInARow: 100 }
    const { id } = await declare({ channels: [channel], topics, policy })
    const take = (received: Received) => intake.take({ id: channel, incidentId: null }, received)
    const act = async (person: typeof ada, command: object) => {
      const given = { id: nextId('act'), incidentId: id, ...command } as never
      const first = await desk.handle(id, given, person)
      expect(first, JSON.stringify([command, first])).toMatchObject({ type: 'done' })
      return { first, again: () => desk.handle(id, given, person) }
    }
    for (const person of [ada, bert, lena]) await act(person, { type: 'incident/join' })
    return { id, channel, take, act }
  }
  const declare = async (given: Parameters<typeof declaring>[0]) => {
    const command = declaring(given)
    await desk.handle(command.id, command, cora)
    await mirrorIncident(desk, command.id)
    return command
  }
  /** A customer writes `text` in every place a network can put it. */
  const written = (text: string, given: Parameters<typeof arrivalOf>[0] = {}) => {
    const anchor = { root: text }
    const arrival = arrivalOf({
      text,
      subject: text,
      trimmed: text,
      anchor,
      link: `https://x.example/${text}`,
      ...given,
    })
    return { arrival, received: { type: 'arrival', arrival } as const }
  }
  const rinsed = async () => {
    now += hour
    await intake.rinse(now)
    return shelf.atRest()
  }
  const resolve = async ({ id, act }: Awaited<ReturnType<typeof begin>>) => {
    await act(cora, { type: 'incident/resolve' })
    await mirrorIncident(desk, id)
  }

  test('[MC25] of what was taken away no byte is left, whatever was done with it before', async () => {
    const incident = await begin()
    const { id, channel, take, act } = incident
    const from = { address: 'kim@example.com', name: 'Kim' }
    const [gone, rest] = [
      written(words, { from }),
      written(kept, { from: { address: 'lou@example.com', name: 'Lou' } }),
    ]
    for (const { received } of [gone, rest]) await take(received)
    const conversationId = messageIdOf(channel, gone.arrival.externalId)
    const otherId = messageIdOf(channel, rest.arrival.externalId)
    const claimed = await act(ada, { type: 'conversation/claim', conversationId })
    expect(JSON.stringify(claimed.first)).toContain(words)
    expect(await claimed.again()).toEqual(claimed.first)
    const held = { conversationId, fence: 1 }
    await act(ada, { type: 'conversation/tag', conversationId, topics: ['cards'] })
    await act(ada, { type: 'question/ask', ...held, text: 'May I?' })
    await act(ada, { type: 'conversation/release', ...held })
    const several = await act(bert, { type: 'conversation/claim-several', conversationIds: [conversationId, otherId] })
    expect(JSON.stringify(several.first)).toContain(words)
    await act(bert, { type: 'conversation/merge', conversationId: otherId, otherId: conversationId })
    await act(bert, { type: 'conversation/part', conversationId: otherId, channelId: channel, address: from.address })
    await take({ type: 'edited', arrival: { ...gone.arrival, text: `${words}!` }, at: 5 })
    expect((await shelf.atRest()).includes(words)).toBe(true)
    await take({ type: 'deleted', externalId: gone.arrival.externalId, at: 10 })
    expect(JSON.stringify(await several.again())).not.toContain(words)
    const left = await rinsed()
    expect(left.includes(words)).toBe(false)
    expect(left.includes(kept)).toBe(true)
    const snapshot = await snapshotOf(desk.store, id)
    expect(snapshot?.conversations.map(({ preview }) => preview).toSorted()).toEqual(['', kept])
  })

  test('[MC25] of what came while nothing was open, or could not be read, no byte is left either', async () => {
    const channel = nextId('channel')
    const take = (received: Received) => intake.take({ id: channel, incidentId: null }, received)
    const { arrival, received } = written(words)
    const raw = Buffer.from(words)
    await take(received)
    await take({
      type: 'unreadable',
      unreadable: { externalId: 'broken', defect: defectOf('empty', 'No beginning.'), raw },
    })
    expect((await shelf.atRest()).includes(raw.toString('base64'))).toBe(true)
    for (const externalId of [arrival.externalId, 'broken']) await take({ type: 'deleted', externalId, at: 10 })
    const left = await rinsed()
    for (const each of [words, raw.toString('base64')]) expect(left.includes(each)).toBe(false)
  })

  test('[MC25] what is taken away while the store is rinsed is rinsed out the next time', async () => {
    const { channel, take } = await begin()
    const { arrival, received } = written(words)
    await take(received)
    const forgetting = new Forgetting(desk)
    const taking = forgetting.message(channel, arrival.externalId, 10)
    await forgetting.rinse(0)
    await taking
    expect((await shelf.atRest()).includes(words)).toBe(true)
    await forgetting.rinse(hour)
    expect((await shelf.atRest()).includes(words)).toBe(false)
  })

  test('[MC15] [MC25] a gone account is gone from resolved incidents too, and others stay', async () => {
    const from = { address: '@troll', name: 'Troll' }
    const [old, other] = [await begin(), await begin()]
    const mine = written(words, { from, sentAt: 10 })
    const later = written(kept, { from, sentAt: 90 })
    const theirs = written(kept)
    for (const { received } of [mine, later, theirs]) await old.take(received)
    await other.take(theirs.received)
    for (const incident of [old, other]) await resolve(incident)
    await intake.take({ id: old.channel, incidentId: null }, { type: 'account-gone', address: '@TROLL', at: 50 })
    expect((await rinsed()).includes(words)).toBe(false)
    const conversationId = messageIdOf(old.channel, mine.arrival.externalId)
    const detail = await conversationOf(desk.store, old.id, conversationId)
    expect(detail?.messages.map(({ text }) => text)).toEqual(['', kept])
    expect((await snapshotOf(desk.store, old.id))?.conversations.map(({ preview }) => preview)).toEqual([kept, kept])
  })

  /** What a screen is told, and what one that comes back would be. */
  const watching = async (id: string) => {
    const told: string[] = []
    const tail = await openTail(id, {
      store: desk.store,
      limits: { ring: 100, readBack: 50 },
      clock: () => performance.now(),
      watchers: () => 1,
      tell: ({ batch }) => told.push(batch),
      lost: () => told.push('lost'),
    })
    return { told, tail, from: tail.heard }
  }

  test('[MC25] screens hear what was said, and those that come back are not told what was taken away', async () => {
    const { id, channel, take, act } = await begin()
    const { told, tail, from } = await watching(id)
    const [gone, rest] = [written(words), written(kept, { from: { address: 'lou@example.com', name: 'Lou' } })]
    for (const { received } of [gone, rest]) await take(received)
    await act(ada, { type: 'conversation/claim', conversationId: messageIdOf(channel, gone.arrival.externalId) })
    await until('everything to be told', () => told.join().split(words).length > 2 && told.join().includes(kept))
    await take({ type: 'deleted', externalId: gone.arrival.externalId, at: 10 })
    await until('its end to be told', () => told.join().includes('message/deleted'))
    const again = tail.recover(from)?.join()
    expect(again).toContain(kept)
    expect(again).not.toContain(words)
    const since = await desk.store.since(id, from, 100)
    const lines = since.type === 'resumed' ? since.lines : []
    const voiced = await voicedLines(desk.store, id, lines)
    expect(voiced.map(each => JSON.stringify({ seq: each.seq, ...each.told })).join()).toBe(again)
    expect(JSON.stringify(lines)).not.toContain(kept)
    await tail.stop()
    expect(told).not.toContain('lost')
  })

  test.each(['merged', 'merged and parted'])(
    '[MC25] a screen that comes back from before its conversation was %s is not told what was taken away either',
    async how => {
      const { id, channel, take, act } = await begin()
      const { told, tail, from } = await watching(id)
      const address = 'kim@example.com'
      const gone = written(words, { from: { address, name: 'Kim' } })
      const rest = written(kept, { from: { address: 'lou@example.com', name: 'Lou' } })
      for (const { received } of [gone, rest]) await take(received)
      const goneId = messageIdOf(channel, gone.arrival.externalId)
      const conversationId = messageIdOf(channel, rest.arrival.externalId)
      await act(ada, { type: 'conversation/claim-several', conversationIds: [conversationId, goneId] })
      await act(ada, { type: 'conversation/merge', conversationId, otherId: goneId })
      await act(ada, { type: 'conversation/tag', conversationId, topics: [] })
      if (how !== 'merged') await act(ada, { type: 'conversation/part', conversationId, channelId: channel, address })
      await until('all of it to be told', () => told.join().includes(`conversation/${how.slice(-6)}`))
      expect(tail.recover(from)?.join()).toContain(words)
      await take({ type: 'deleted', externalId: gone.arrival.externalId, at: 10 })
      await until('its end to be told', () => told.join().includes('message/deleted'))
      const again = tail.recover(from)?.join()
      expect(again).toContain(kept)
      expect(again).not.toContain(words)
      await tail.stop()
      expect(told).not.toContain('lost')
    },
  )
})
