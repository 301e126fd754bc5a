import { hashOf, newSecret } from '@muster/server/auth/secret.ts'
import { issueToken } from '@muster/server/auth/tokens.ts'
import { tokenActorId } from '@muster/server/domain/access.ts'
import { type Actor, muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { ScreenEvents, ServerEvents } from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { cells, replays, waits } from '../support/roads.ts'
import { counting, gathered, type Place, type Tryer, tryers } from '../support/roads-scene.ts'
import type { Shelf } from '../support/stores.ts'
import { cookie, Node, origin, shelfOf } from './stage.ts'

let shelf: Shelf
let node: Node
let changes: () => number
let places: Map<Tryer, Place>
const sockets = new Map<Tryer, Socket<ServerEvents, ScreenEvents>>()

beforeAll(async () => {
  shelf = await shelfOf('sqlite')
  const counted = counting(await shelf.open())
  changes = counted.changes
  node = await Node.open(counted.store)
  places = await gathered(node.desk, enter)
}, 60_000)
afterAll(async () => {
  for (const socket of sockets.values()) socket.disconnect()
  await node.close()
  await shelf.stop()
})

async function enter(tryer: Tryer, incidentId: string): Promise<Actor> {
  const { role } = tryers[tryer]
  const name = `Try-${tryer.replaceAll(' ', '-')}`
  const actor = { id: name.toLowerCase(), name, team: 'Support', role, incidentId: null }
  if (tryer === 'token') {
    const { secret } = await issueToken(node.desk, { name, role })
    connect(tryer, { origin }, { token: secret })
    return { ...actor, id: tokenActorId(hashOf(secret)) }
  }
  if (tryer === 'guest') {
    connect(tryer, { origin, cookie: await joined(actor, incidentId) })
    return { ...actor, incidentId }
  }
  connect(tryer, { origin, cookie: (await node.signIn(name, role)).cookie })
  return actor
}

function connect(tryer: Tryer, extraHeaders: Record<string, string>, auth = {}): void {
  sockets.set(
    tryer,
    io(node.url, { transports: ['websocket'], extraHeaders, auth, forceNew: true, reconnection: false }),
  )
}

async function joined({ id, name, team }: Actor, incidentId: string): Promise<string> {
  const [code, secret] = [nextId('code'), newSecret()]
  await node.company({ id: nextId(), type: 'join/opened', incidentId, cap: 5, code })
  const guest = { guest: { id, name, team }, session: hashOf(secret), former: null }
  await node.desk.handle(company.room, { id: nextId(), type: 'join/entered', code, ...guest }, muster)
  return cookie.give(secret).split(';', 1)[0] ?? ''
}

async function ask(tryer: Tryer, command: object): Promise<Outcome> {
  const socket = sockets.get(tryer)
  if (socket === undefined) throw new Error(`${tryer} has no socket`)
  return socket.timeout(10_000).emitWithAck('command', { id: nextId('try'), ...command } as never)
}

function placeOf(tryer: Tryer): Place {
  const place = places.get(tryer)
  if (place === undefined) throw new Error(`${tryer} stands nowhere`)
  return place
}

test.each(cells)('$rules over a socket $tryer $name: $expected', async ({ tryer, expected, ask: road }) => {
  const before = changes()
  const outcome = await ask(tryer, road(placeOf(tryer)))
  expect(outcome).toMatchObject(
    expected === 'invalid' ? { type: 'invalid' } : { type: 'refused', refusal: { code: expected } },
  )
  expect(changes()).toBe(before)
})

test.each(replays)(
  '[RV3] over a socket $tryer gives the very same yes again: it is answered as before, and nothing is changed',
  async ({ tryer }) => {
    const before = changes()
    const { here, mine } = placeOf(tryer)
    expect(await ask(tryer, { incidentId: here.id, ...mine.yes })).toMatchObject({ type: 'done' })
    expect(changes()).toBe(before)
  },
)

test.each(waits)('[RV1] over a socket $tryer sends $name: it waits for a reviewer', async ({ tryer, send }) => {
  const outcome = await send(placeOf(tryer), command => ask(tryer, command))
  expect(outcome).toMatchObject({ type: 'done', answer: { state: 'submitted' } })
})
