import { hashOf, newSecret } from '@muster/server/auth/secret.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cora, nextId } from '../support/builders.ts'
import { redisInstalled, startRedis } from '../support/redis-server.ts'
import type { Shelf } from '../support/stores.ts'
import { until } from '../support/until.ts'
import { cookie, Node, origin, type Person, shelfOf } from './stage.ts'
import { Witness } from './witness.ts'

/** Opens a join and lets somebody in by it, as the HTTP door does. */
async function guestOf(node: Node, incidentId: string, name: string): Promise<Person> {
  const code = nextId('code')
  await node.company({ id: nextId(), type: 'join/opened', incidentId, cap: 5, code })
  const [secret, id] = [newSecret(), name.toLowerCase()]
  const guest = { id, name, team: 'Sales' }
  const session = hashOf(secret)
  const command = { id: nextId(), type: 'join/entered', code, guest, session, former: null } as const
  const outcome = await node.desk.handle(company.room, command, muster)
  if (outcome.type !== 'done') throw new Error(`joining was answered ${JSON.stringify(outcome)}`)
  return { id, name, session, cookie: cookie.give(secret).split(';', 1)[0] ?? '' }
}

const thanks = expect.stringContaining('Thank you for your help!')

async function resolve(node: Node, incidentId: string): Promise<void> {
  await node.ask(cora, { id: nextId(), type: 'incident/resolve', incidentId })
}

describe('guests at the gateway', () => {
  let shelf: Shelf
  let node: Node

  beforeAll(async () => {
    shelf = await shelfOf('sqlite')
    node = await Node.open(await shelf.open())
  })
  afterAll(async () => {
    await node.close()
    await shelf.stop()
  })

  test('[JN3] a guest watches their own incident and no other, and commands nothing there', async () => {
    const [own, other] = [await node.declare(), await node.declare()]
    const gus = await guestOf(node, own, 'Gus')
    const witness = await Witness.open(node, gus, own)
    const beyond = {
      type: 'refused',
      refusal: { code: 'not-allowed', sentence: expect.stringContaining('reaches beyond it') },
    }
    const watch = { incidentId: other, cursor: null }
    expect(await witness.socket.emitWithAck('watch', watch)).toEqual(beyond)
    const join = { id: nextId(), type: 'incident/join', incidentId: other } as const
    expect(await witness.socket.emitWithAck('command', join)).toEqual(beyond)
    await node.arrive(other, 1)
    await node.arrive(own, 1)
    await until('what was told of their own incident', () => witness.conversations.size === 1)
    expect(await witness.socket.emitWithAck('command', { ...join, id: nextId(), incidentId: own })).toMatchObject({
      type: 'done',
    })
    expect({ faults: witness.faults, farewells: witness.farewells }).toEqual({ faults: [], farewells: [] })
    witness.close()
  })

  test('[JN4] screens of all guests are signed out with thanks when the incident is resolved; others stay', async () => {
    const [incidentId, other] = [await node.declare(), await node.declare()]
    const [hal, ina, jo] = [
      await guestOf(node, incidentId, 'Hal'),
      await guestOf(node, incidentId, 'Ina'),
      await guestOf(node, other, 'Jo'),
    ]
    const ada = await node.signIn('Ada')
    const leaving = await Promise.all([hal, hal, ina].map(guest => Witness.open(node, guest, incidentId)))
    const staying = [await Witness.open(node, ada, incidentId), await Witness.open(node, jo, other)]
    await resolve(node, incidentId)
    await until('the guests to be signed out', () => leaving.every(({ socket }) => !socket.connected))
    expect(leaving.map(({ farewells }) => farewells)).toEqual([[thanks], [thanks], [thanks]])
    expect(staying.map(({ socket, farewells }) => [socket.connected, farewells])).toEqual([
      [true, []],
      [true, []],
    ])
    for (const witness of staying) witness.close()
    const socket = io(node.url, {
      transports: ['websocket'],
      extraHeaders: { cookie: hal.cookie, origin },
      forceNew: true,
    })
    const refused = await new Promise<Error & { data?: object }>(answer => socket.once('connect_error', answer))
    expect([refused.message, refused.data]).toEqual(['signed-out', { sentence: thanks }])
    socket.disconnect()
  })
})

describe.runIf(redisInstalled)('guests at two gateways', () => {
  test('[JN4] the screens of the other node are signed out as well', async () => {
    const redis = await startRedis()
    const stores = [await openRedisStore({ url: redis.url }), await openRedisStore({ url: redis.url })] as const
    const [here, there] = [
      await Node.open(stores[0], { redisUrl: redis.url }),
      await Node.open(stores[1], { redisUrl: redis.url }),
    ]
    const incidentId = await here.declare()
    const witness = await Witness.open(there, await guestOf(here, incidentId, 'Gus'), incidentId)
    await resolve(here, incidentId)
    await until('the guest to be signed out', () => !witness.socket.connected)
    expect(witness.farewells).toEqual([thanks])
    await Promise.all([here.close(), there.close()])
    await Promise.all(stores.map(store => store.close()))
    await redis.stop()
  })
})
