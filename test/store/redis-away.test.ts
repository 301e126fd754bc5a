import { openRedisStore } from '@muster/server/store/redis.ts'
import { type Store, StoreUnavailable } from '@muster/server/store/store.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startProxy, type TcpProxy } from '../support/proxy.ts'
import { type RedisServer, redisInstalled, startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { fresh, putting, telling } from './changes.ts'
import { following } from './contract-logs.ts'

describe.skipIf(!redisInstalled)('a Redis that is away', () => {
  let server: RedisServer
  let proxy: TcpProxy
  let store: Store
  let near: Store
  let nearFaults: string[]

  beforeAll(async () => {
    server = await startRedis({ appendonly: true })
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    proxy = await startProxy(server.port)
    nearFaults = []
    store = await openRedisStore({ url: `redis://127.0.0.1:${proxy.port}` })
    near = await openRedisStore({ ...server, onFault: ({ message }) => nearFaults.push(message) })
  })
  afterEach(async () => {
    await Promise.all([store.close(), near.close()])
    await proxy.stop()
  })

  const answersAgain = (room: string) => until('Redis answers', () => store.top(room).catch(() => null))

  test('[ST3] a commit whose answer was lost is unavailable; sent again it is repeated', async () => {
    const room = fresh('room')
    const doubtful = { ...putting('a', 1), tell: [{ number: 1 }], answer: { fence: 1 } }
    await store.commit(room, [telling(0)])
    proxy.cutBeforeAnswer()
    await expect(store.commit(room, [doubtful])).rejects.toThrow(StoreUnavailable)
    await answersAgain(room)
    expect(await store.commit(room, [doubtful])).toEqual([{ type: 'repeated', seq: 2, answer: { fence: 1 } }])
    expect((await store.top(room)).seq).toBe(2)
  })

  test('[ST3] a commit that never arrived is unavailable; sent again it commits', async () => {
    const room = fresh('room')
    const doubtful = { ...putting('a', 1), tell: [{ number: 1 }] }
    proxy.refuse()
    await expect(store.commit(room, [doubtful])).rejects.toThrow(StoreUnavailable)
    proxy.heal()
    await answersAgain(room)
    expect(await store.commit(room, [doubtful])).toEqual([{ type: 'committed', seq: 1 }])
  })

  test('[RT9] whatever is asked of a stopped Redis fails at once, and works again when it is back', async () => {
    const room = fresh('room')
    await near.commit(room, [telling(1)])
    nearFaults.length = 0
    await server.kill('SIGKILL')
    await until('the loss is noticed', () => nearFaults.length > 0)
    const start = performance.now()
    const asked = [
      ...Array.from({ length: 50 }, () => near.commit(room, [telling(2)])),
      near.read(room, ['a']),
      near.list(room, 'waiting', { after: null, limit: 1 }),
      near.count(room, 'waiting'),
      near.recall(room, ['x']),
      near.top(room),
      near.now(),
    ]
    const answers = await Promise.allSettled<unknown>(asked)
    expect(performance.now() - start).toBeLessThan(1_500)
    const reasons = answers.map(answer => answer.status === 'rejected' && answer.reason instanceof StoreUnavailable)
    expect(reasons).not.toContain(false)
    expect(nearFaults).toHaveLength(1)
    await server.restart()
    await until('Redis answers', () => near.top(room).catch(() => null))
    expect(await near.commit(room, [telling(2)])).toEqual([{ type: 'committed', seq: 2 }])
  })

  test('[RT9] a Redis that hangs is unavailable within about three seconds', async () => {
    const room = fresh('room')
    const heard = await following(store, room, await store.top(room))
    await server.kill('SIGSTOP')
    const start = performance.now()
    const hanging = Array.from({ length: 5 }, (_, at) => store.commit(room, [telling(at)]))
    const outcomes = await Promise.allSettled(hanging)
    expect(outcomes.map(outcome => 'reason' in outcome && outcome.reason instanceof StoreUnavailable)).not.toContain(
      false,
    )
    expect(performance.now() - start).toBeLessThan(5_000)
    await server.kill('SIGCONT')
    await answersAgain(room)
    await store.commit(room, [telling(9)])
    await until('the last line', () => heard.lines.at(-1)?.told.number === 9)
    expect(heard.lines.every(({ seq }, at) => seq === at + 1)).toBe(true)
    expect(heard.lost).toBe(0)
  })

  test('[RT9] a network that swallows everything is unavailable, and forgotten when it heals', async () => {
    const room = fresh('room')
    const heard = await following(store, room, await store.top(room))
    proxy.blackhole()
    // More is asked all the time, so that the connection never falls silent on this side.
    const asking = setInterval(() => void store.now().catch(() => {}), 50)
    await expect(store.commit(room, [telling(1)])).rejects.toThrow(StoreUnavailable)
    await near.commit(room, [telling(2)])
    proxy.heal()
    await answersAgain(room)
    clearInterval(asking)
    expect((await store.top(room)).seq).toBe(1)
    await until('the line of the gap', () => heard.lines.length === 1)
    expect(heard).toMatchObject({ lost: 0, lines: [{ seq: 1, told: { number: 2 } }] })
  })

  test('[ST7] every line is heard once, in order, across many broken connections', async () => {
    const room = fresh('room')
    const heard = await following(store, room, await store.top(room))
    for (let at = 0; at < 12; at++) {
      await near.commit(room, [telling(at, at)])
      if (at % 3 === 0) proxy.cut()
      if (at % 3 === 1) proxy.cutBeforeAnswer()
      if (at === 6) proxy.latency(30)
      await near.commit(room, [telling(at)])
      await until('something more', () => heard.lines.length > at, 15_000)
    }
    proxy.refuse()
    await near.commit(room, [telling(99)])
    proxy.heal()
    await until('all lines', () => heard.lines.length >= 37)
    expect(heard.lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 37 }, (_, at) => at + 1))
    expect(heard.lost).toBe(0)
  })

  test('[ST7] following ends at once when it is stopped, whatever the network does', async () => {
    const room = fresh('room')
    const heard = await following(store, room, await store.top(room))
    proxy.blackhole()
    const start = performance.now()
    await heard.stop()
    expect(performance.now() - start).toBeLessThan(1_000)
    proxy.heal()
  })

  test('[RT9] a store closes within its patience while Redis hangs', async () => {
    await server.kill('SIGSTOP')
    const doomed = store.commit(fresh('room'), [telling(1)]).catch((error: unknown) => error)
    const start = performance.now()
    await store.close()
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(await doomed).toBeInstanceOf(StoreUnavailable)
    await server.kill('SIGCONT')
  })
})
