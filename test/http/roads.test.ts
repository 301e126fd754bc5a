import { hashOf } from '@muster/server/auth/secret.ts'
import { issueToken } from '@muster/server/auth/tokens.ts'
import { tokenActorId } from '@muster/server/domain/access.ts'
import type { Actor } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Me } from '@muster/shared/endpoint.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cora, nextId } from '../support/builders.ts'
import { cells, replays, waits } from '../support/roads.ts'
import { counting, gathered, type Place, type Tryer, tryers } from '../support/roads-scene.ts'
import { cookieOf, Door } from './door.ts'

let door: Door
let changes: () => number
let places: Map<Tryer, Place>
const headers = new Map<Tryer, Record<string, string>>()

const statuses: Partial<Record<string, number>> = { 'not-allowed': 403, 'not-found': 404, invalid: 400 }

beforeAll(async () => {
  door = await Door.open({
    around: store => {
      const counted = counting(store)
      changes = counted.changes
      return counted.store
    },
  })
  places = await gathered(door.desk, enter)
}, 60_000)
afterAll(() => door.close())

async function enter(tryer: Tryer, incidentId: string): Promise<Actor> {
  const { role } = tryers[tryer]
  const name = `Try ${tryer}`
  if (tryer === 'token') {
    const { secret } = await issueToken(door.desk, { name, role })
    headers.set(tryer, { authorization: `Bearer ${secret}` })
    return { id: tokenActorId(hashOf(secret)), name, team: '', role, incidentId: null }
  }
  const cookie = tryer === 'guest' ? await joined(name, incidentId) : await door.enter(name.replaceAll(' ', '-'), role)
  headers.set(tryer, { cookie })
  const me = (await (await door.get('/api/me', { cookie })).json()) as Me
  return { id: me.id, name: me.name, team: 'Support', role, incidentId: tryer === 'guest' ? incidentId : null }
}

async function joined(name: string, incidentId: string): Promise<string> {
  const code = 'ABCD-EFGH'
  await door.desk.handle(
    company.room,
    { id: nextId(), type: 'join/opened', incidentId, cap: 5, code: 'ABCDEFGH' },
    cora,
  )
  return cookieOf(await door.post('/api/join', { code, name, team: 'Sales' }))
}

async function ask(tryer: Tryer, command: object): Promise<{ status: number; outcome: Outcome }> {
  const response = await door.post('/api/commands', { id: nextId('try'), ...command }, headers.get(tryer))
  return { status: response.status, outcome: (await response.json()) as Outcome }
}

function placeOf(tryer: Tryer): Place {
  const place = places.get(tryer)
  if (place === undefined) throw new Error(`${tryer} stands nowhere`)
  return place
}

test.each(cells)('$rules over HTTP $tryer $name: $expected', async ({ tryer, expected, ask: road }) => {
  const before = changes()
  const { status, outcome } = await ask(tryer, road(placeOf(tryer)))
  expect(outcome).toMatchObject(
    expected === 'invalid' ? { type: 'invalid' } : { type: 'refused', refusal: { code: expected } },
  )
  expect(status).toBe(statuses[expected] ?? 409)
  expect(changes()).toBe(before)
})

test.each(replays)(
  '[RV3] over HTTP $tryer gives the very same yes again: it is answered as before, and nothing is changed',
  async ({ tryer }) => {
    const before = changes()
    const { outcome } = await ask(tryer, { incidentId: placeOf(tryer).here.id, ...placeOf(tryer).mine.yes })
    expect(outcome).toMatchObject({ type: 'done' })
    expect(changes()).toBe(before)
  },
)

test.each(waits)('[RV1] over HTTP $tryer sends $name: it waits for a reviewer', async ({ tryer, send }) => {
  const { outcome } = await send(placeOf(tryer), command => ask(tryer, command))
  expect(outcome).toMatchObject({ type: 'done', answer: { state: 'submitted' } })
})
