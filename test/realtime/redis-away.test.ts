import { snapshotOf } from '@muster/server/desk/picture.ts'
import { openRedisStore } from '@muster/server/store/redis.ts'
import type { Store } from '@muster/server/store/store.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { type RedisServer, redisInstalled, startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { Node, type Person } from './stage.ts'
import { Witness } from './witness.ts'

describe.runIf(redisInstalled)('Redis away', () => {
  let redis: RedisServer
  const stores: Store[] = []
  const nodes: Node[] = []
  let witnesses: Witness[]
  let people: Person[]
  let incidentId: string
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)

  beforeAll(async () => {
    process.on('unhandledRejection', note)
    redis = await startRedis({ appendonly: true })
    for (let count = 0; count < 2; count++) {
      const store = await openRedisStore({ url: redis.url })
      stores.push(store)
      nodes.push(await Node.open(store, { redisUrl: redis.url, limits: { heartbeatMs: 500, sessionMs: 1_000 } }))
    }
    const [here, there] = nodes as [Node, Node]
    people = [await here.signIn('Ada'), await here.signIn('Bert'), await here.signIn('Cleo'), await here.signIn('Dora')]
    incidentId = await here.declare()
    await here.arrive(incidentId, 20)
    witnesses = await Promise.all(
      people.map((person, index) => Witness.open(index % 2 ? here : there, person, incidentId)),
    )
  })
  afterAll(async () => {
    for (const witness of witnesses) witness.close()
    await Promise.all(nodes.map(node => node.close()))
    await Promise.all(stores.map(store => store.close()))
    await redis.stop()
    process.off('unhandledRejection', note)
  })

  async function converged(): Promise<void> {
    const [here] = nodes as [Node]
    const standsAtTop = async () => {
      const { era, seq } = await here.store.top(incidentId)
      return witnesses.every(({ at, socket }) => socket.connected && at?.era === era && at.seq === seq)
    }
    await until('every screen to stand at the top', standsAtTop, 20_000)
    const rows = (await snapshotOf(here.store, incidentId))?.conversations ?? []
    rows.sort((one, other) => (one.id < other.id ? -1 : 1))
    for (const witness of witnesses) expect(witness.rows).toEqual(rows)
    await until('everybody to see everybody', () => witnesses.every(({ present }) => present.size === people.length))
  }

  /** What people do while nothing works: they type, look elsewhere, claim, and load the page again. */
  async function impatience(ms: number): Promise<void> {
    const end = performance.now() + ms
    await until(
      'the outage to be over',
      async () => {
        for (const [index, { socket }] of witnesses.entries()) {
          socket.emit('presence', { incidentId, viewing: nextId('c'), typing: index % 2 === 0 })
          socket.emit('command', { id: nextId('join'), type: 'incident/join', incidentId }, () => {})
          if (index === 3 && socket.connected) socket.io.engine.close()
        }
        await new Promise(resolve => setTimeout(resolve, 100))
        return performance.now() > end
      },
      ms + 5_000,
    )
  }

  test('[RT9] for eight seconds ends no process; when it is back every screen converges', async () => {
    await converged()
    await redis.kill('SIGKILL')
    const [here] = nodes as [Node]
    // One more that starts while there is no Redis to meet the others at.
    nodes.push(await Node.open(here.store, { redisUrl: redis.url }))
    await impatience(8_500)
    expect(here.seen.some(({ type }) => type === 'unpublished')).toBe(true)
    await redis.restart()
    await until(
      'Redis to be there for the nodes',
      () =>
        here.arrive(incidentId, 5).then(
          () => true,
          () => false,
        ),
      20_000,
    )
    await converged()
    const late = await here.signIn('Emil')
    people.push(late)
    witnesses.push(await Witness.open(nodes[2] as Node, late, incidentId))
    await converged()
    expect(unhandled).toEqual([])
  }, 60_000)

  test('[RT9] frozen for a while is survived in the same way', async () => {
    const [here] = nodes as [Node]
    await redis.kill('SIGSTOP')
    await impatience(4_000)
    await redis.kill('SIGCONT')
    await until(
      'Redis to be there for the nodes',
      () =>
        here.arrive(incidentId, 5).then(
          () => true,
          () => false,
        ),
      20_000,
    )
    await converged()
    expect(unhandled).toEqual([])
  }, 60_000)
})
