import { openRedisStore } from '@muster/server/store/redis.ts'
import { Link } from '@muster/server/store/redis-link.ts'
import { RedisRoom } from '@muster/server/store/redis-room.ts'
import { StoreUnavailable } from '@muster/server/store/store.ts'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { type RedisServer, redisInstalled, startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { put, telling } from './changes.ts'

describe.skipIf(!redisInstalled)('a Redis to be trusted with rooms', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  async function operate(...command: string[]): Promise<void> {
    const operator = await createClient(server).connect()
    await operator.sendCommand(command)
    operator.destroy()
  }

  test('[OP1] one that would throw records away is refused', async () => {
    await operate('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    await expect(openRedisStore(server)).rejects.toThrow('(maxmemory-policy allkeys-lru). Set it to noeviction.')
    await operate('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  })

  test('[OP1] one that keeps nothing on disk is taken, and it is said', async () => {
    const faults: string[] = []
    const store = await openRedisStore({ ...server, onFault: ({ message }) => faults.push(message) })
    expect(faults).toEqual([expect.stringContaining('Redis keeps no append-only file')])
    await store.close()
  })

  test('[OP1] one that hides its settings is taken, and it is said', async () => {
    await operate('ACL', 'SETUSER', 'muster', 'on', '>secret-word', '~{muster:*', '+@all', '-info', '-config')
    const faults: string[] = []
    const url = `redis://muster:secret-word@127.0.0.1:${server.port}`
    const store = await openRedisStore({ url, onFault: ({ message }) => faults.push(message) })
    expect(faults).toEqual([expect.stringContaining('see to it that maxmemory-policy is noeviction')])
    expect(await store.commit('room', [telling(1)])).toEqual([{ type: 'committed', seq: 1 }])
    expect(await store.since('room', { ...(await store.top('room')), seq: 0 }, 1)).toMatchObject({ type: 'resumed' })
    await store.close()
  })

  test('[OP1] one that is away, or does not know the password, is a sentence without the password', async () => {
    const nobody = `redis://muster:secret-word@127.0.0.1:${await freePort()}`
    const stranger = `redis://stranger:secret-word@127.0.0.1:${server.port}`
    for (const [url, reason] of [
      [nobody, /ECONNREFUSED/],
      [stranger, /WRONGPASS/],
    ] as const) {
      const refused = await openRedisStore({ url }).catch((error: Error) => error)
      expect(refused).toBeInstanceOf(StoreUnavailable)
      expect((refused as Error).message).toMatch(reason)
      expect((refused as Error).message).not.toContain('secret-word')
    }
  })

  test('[OP1] an address or a prefix that cannot be is a sentence', async () => {
    for (const url of ['localhost:6379', 'http://localhost', '', 'redis://']) {
      const refused = await openRedisStore({ url }).catch((error: Error) => error)
      expect(refused, url).toBeInstanceOf(Error)
    }
    await expect(openRedisStore({ url: 'http://localhost' })).rejects.toThrow('must look like redis://host:6379')
    await expect(openRedisStore({ ...server, prefix: 'a}b' })).rejects.toThrow('must not contain braces')
  })

  test('[ST12] a room lies in one slot, so that its scripts run on a cluster', async () => {
    const cluster = await startRedis({ settings: ['--cluster-enabled', 'yes'] })
    await expect(openRedisStore(cluster)).rejects.toThrow('part of a cluster')
    const link = new Link(cluster.url, () => {})
    await link.ready()
    await link.send(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
    await until('the cluster is up', async () => String(await link.send(['CLUSTER', 'INFO'])).includes('state:ok'))
    for (const name of ['one', '}', '{a}', 'a b']) {
      const room = new RedisRoom(link, 'muster', name)
      const seen = [
        ['a', null],
        ['b', null],
      ] as const
      const puts = ['a', 'b'].map(key => ({ ...put(key, '1', { indexes: { waiting: 1, held: 2 } }), value: '1' }))
      const both = { commandId: 'first', answer: '{}', seen, put: puts, tell: ['{}'] }
      expect(await room.commit([both, { ...both, commandId: 'second' }])).toMatchObject([{ seq: 1 }, { type: 'stale' }])
      expect(await room.list('waiting', { after: { score: 1, key: 'a' }, limit: 5 })).toHaveLength(1)
      expect((await room.read(['a'])).records).toHaveLength(1)
      expect(await room.recall(['first', 'second'])).toEqual([{ seq: 1, answer: {} }, null])
      expect(await room.wait(0, 10, 10)).toHaveLength(1)
      const { at } = await room.since({ era: '', seq: 0 }, 0)
      expect(await room.since({ ...at, seq: 0 }, 5)).toMatchObject({ lines: [{ seq: 1 }] })
    }
    link.cut()
    await cluster.stop()
  })
})
