import { openRedisStore } from '@muster/server/store/redis.ts'
import type { Store } from '@muster/server/store/store.ts'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, redisInstalled, startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { change, fresh, put, putting, telling } from './changes.ts'
import { describeStore } from './contract.ts'
import { following } from './contract-logs.ts'
import { expectAllKept, startWitness } from './witness.ts'

describe.skipIf(!redisInstalled)('on a real Redis', () => {
  describeStore('Redis', async () => {
    const server = await startRedis()
    const [store, another] = await Promise.all([openRedisStore(server), openRedisStore(server)])
    const operator = await createClient(server).connect()
    return {
      store,
      another,
      emptied: async () => {
        await operator.flushAll()
        return store
      },
      end: async () => {
        operator.destroy()
        await Promise.all([store.close(), another.close()])
        await server.stop()
      },
    }
  })

  describe('Redis alone', () => {
    let server: RedisServer
    const opened: Store[] = []
    beforeAll(async () => {
      server = await startRedis({ appendonly: true })
    })
    afterEach(async () => {
      await Promise.all(opened.splice(0).map(store => store.close()))
    })
    afterAll(() => server.stop())

    async function open(options: Partial<Parameters<typeof openRedisStore>[0]> = {}): Promise<Store> {
      const store = await openRedisStore({ url: server.url, ...options })
      opened.push(store)
      return store
    }

    async function operate(...command: string[]): Promise<unknown> {
      const operator = await createClient({ url: server.url }).connect()
      return operator.sendCommand(command).finally(() => operator.destroy())
    }

    test('[ST6] whoever follows a room that was emptied is told so, however far the new log has grown', async () => {
      const store = await open()
      const [quiet, busy] = [fresh('room'), fresh('room')]
      await Promise.all([quiet, busy].map(room => store.commit(room, [telling(1, 2, 3)])))
      const heard = await Promise.all([quiet, busy].map(async room => following(store, room, await store.top(room))))
      await operate('FLUSHALL')
      await store.commit(busy, [telling(1, 2, 3, 4, 5)])
      await until('both are lost', () => heard.every(({ lost }) => lost === 1))
      expect(heard.flatMap(({ lines }) => lines)).toEqual([])
    })

    test('[ST6] another Redis process may have lost history: rooms begin a new era, and followers are told', async () => {
      const store = await open()
      const room = fresh('room')
      await store.commit(room, [telling(1, 2)])
      const before = await store.top(room)
      const heard = await following(store, room, before)
      await server.restart()
      await until('it is lost', () => heard.lost === 1)
      await until('Redis answers', () => store.now().catch(() => null))
      const after = await store.top(room)
      expect(after.seq).toBe(2)
      expect(after.era).not.toBe(before.era)
      expect(await store.since(room, before, 10)).toEqual({ type: 'reset', at: after })

      const again = await following(store, room, after)
      await store.commit(room, [telling(3)])
      await until('the next line', () => again.lines.length === 1)
      expect(again.lines).toEqual([{ seq: 3, told: { number: 3 } }])
    })

    test('[ST10] everything acknowledged is there after the writing process was killed, and after Redis was', async () => {
      const room = fresh('room')
      const writer = await startWitness('redis', server.url, room)
      await until('three hundred acknowledgements', () => writer.acknowledged.length > 300)
      await server.restart()
      const heardOf = writer.acknowledged.length
      await until('more acknowledgements', () => writer.acknowledged.length > heardOf + 300)
      await writer.kill()
      await expectAllKept(await open(), room, writer.acknowledged)
    })

    test('[ST3] a command is remembered for 48 hours', async () => {
      const store = await open({ prefix: 'remembering' })
      await store.commit('room', [{ ...telling(1), commandId: 'first' }])
      const lives = await operate('PTTL', '{remembering:room}:command:first')
      expect(lives).toBeGreaterThan(48 * 3_600_000 - 10_000)
      expect(lives).toBeLessThanOrEqual(48 * 3_600_000)
    })

    test('[ST12] two installations with a prefix each share a Redis and never meet', async () => {
      const [one, other] = [await open({ prefix: 'one' }), await open({ prefix: 'other' })]
      const same = { ...telling(1), commandId: 'same' }
      expect(await one.commit('room', [same])).toEqual([{ type: 'committed', seq: 1 }])
      expect(await other.commit('room', [same])).toEqual([{ type: 'committed', seq: 1 }])
    })

    test('[ST1] a Redis that forgot its scripts is given them again', async () => {
      const store = await open()
      const room = fresh('room')
      await operate('SCRIPT', 'FLUSH')
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => store.commit(room, [telling(at)])))
      expect(outcomes.flat().every(({ type }) => type === 'committed')).toBe(true)
      expect((await store.top(room)).seq).toBe(20)
    })

    test('[ST1] a full memory takes nothing, not even half a change, and loses nothing', async () => {
      const store = await open()
      const room = fresh('room')
      const first = change({
        seen: { a: null },
        put: [put('a', 1, { indexes: { waiting: 1 } })],
        tell: [{ number: 1 }],
      })
      await store.commit(room, [first])
      await operate('CONFIG', 'SET', 'maxmemory', '1')
      const over = { version: first.commandId, value: 1, indexes: { waiting: 1 } }
      const second = change({ seen: { a: first.commandId }, put: [put('a', null, { over })], tell: [{ number: 2 }] })
      await expect(store.commit(room, [second])).rejects.toThrow('OOM')
      expect((await store.read(room, ['a'])).records).toEqual([over])
      expect(await store.count(room, 'waiting')).toBe(1)
      expect((await store.top(room)).seq).toBe(1)
      await operate('CONFIG', 'SET', 'maxmemory', '0')
      expect(await store.commit(room, [second])).toEqual([{ type: 'committed', seq: 2 }])
    })

    test('[MC25] while it writes its file anew already, it is asked to again later, and nobody is alarmed', async () => {
      await operate('FLUSHALL')
      const faults: string[] = []
      const store = await open({ onFault: ({ message }) => faults.push(message) })
      await Promise.all(Array.from({ length: 20 }, (_, at) => store.commit(fresh('room'), [putting(`key${at}`, at)])))
      await operate('CONFIG', 'SET', 'rdb-key-save-delay', '20000')
      expect(await store.rinse()).toBe(true)
      await operate('CONFIG', 'SET', 'rdb-key-save-delay', '0')
      expect(await store.rinse()).toBe(false)
      await store.scrub()
      await until('it to write anew once more', () => store.rinse())
      expect(faults).toEqual([])
    })

    test('[MC25] where it may not be asked to write its file anew, that is said once', async () => {
      await operate('ACL', 'SETUSER', 'weak', 'on', '>word', '~*', '&*', '+@all', '-bgrewriteaof')
      const faults: string[] = []
      const url = server.url.replace('redis://', 'redis://weak:word@')
      const store = await open({ url, onFault: ({ message }) => faults.push(message) })
      expect(await store.rinse()).toBe(true)
      expect(faults).toEqual([expect.stringContaining('run BGREWRITEAOF')])
    })

    test('[MC25] a Redis that is away was not asked to write its file anew', async () => {
      const store = await openRedisStore(server)
      await store.close()
      await expect(store.rinse()).rejects.toThrow('run BGREWRITEAOF')
    })

    test('[ST11] a backup is Redis’s own affair, and that is said', async () => {
      await expect((await open()).backup('copy')).rejects.toThrow('Redis makes its own copies')
    })
  })
})
