import { sealed } from '@muster/server/desk/sealing.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { ChannelWeather } from '@muster/shared/weather.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cora, declaring, nextId } from '../support/builders.ts'
import { safe } from '../support/desks.ts'
import { hookChannel } from '../support/post.ts'
import { Door } from './door.ts'

let door: Door
let cookie: string

beforeAll(async () => {
  door = await Door.open()
  cookie = await door.enter('Olga', 'observer')
})
afterAll(() => door.close())

test('[DL17] whoever may read an incident reads how its channels do, without their secrets', async () => {
  const declare = declaring()
  await door.desk.handle(declare.id, declare, cora)
  const save = { id: nextId(), type: 'channel/save', ...hookChannel('posts') } as const
  await door.desk.handle(company.room, sealed(safe, save), cora)
  const body = await (await door.get(`/api/incidents/${declare.id}/weather`, { cookie })).text()
  const { channels } = z.object({ channels: z.array(ChannelWeather) }).parse(JSON.parse(body))
  expect(channels).toMatchObject([
    { channelId: 'posts', state: 'off', objectiveMs: 60_000, cost: null, lanes: [{ heldBy: 'away', queued: 0 }] },
  ])
  expect(body).not.toContain('whsec')
})

test('[AC7] an incident that is none has no weather either', async () => {
  const response = await door.get('/api/incidents/i1/weather', { cookie })
  expect([response.status, await response.json()]).toMatchObject([404, { refusal: { code: 'not-found' } }])
})
