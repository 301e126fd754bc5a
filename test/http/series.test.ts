import { IncidentSeries } from '@muster/shared/figures.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arrivalOf, arriving, cora, declaring, muster } from '../support/builders.ts'
import { Door } from './door.ts'

let door: Door
let cookie: string
const minute = 60_000

beforeAll(async () => {
  door = await Door.open()
  cookie = await door.enter('Olga', 'observer')
})
afterAll(() => door.close())

async function series(incidentId: string, query = ''): Promise<unknown> {
  return (await door.get(`/api/incidents/${incidentId}/series${query}`, { cookie })).json()
}

test('[IN20] whoever may read an incident reads its figures, the last hour or as many minutes as they ask for', async () => {
  const declare = declaring()
  await door.desk.handle(declare.id, declare, cora)
  await door.desk.handle(declare.id, arriving(arrivalOf()), muster)
  door.clock.now += 70 * minute
  const hour = IncidentSeries.parse(await series(declare.id))
  expect(hour.minutes).toHaveLength(60)
  expect(hour.at.seq).toBe(2)
  expect(hour.asOf).toBe(door.clock.now)
  expect(hour.minutes.at(-1)).toMatchObject({ arrivals: 0, backlog: 1, oldestMs: 70 * minute, answering: 0, others: 0 })
  const whole = IncidentSeries.parse(await series(declare.id, '?minutes=1440'))
  expect(whole.minutes).toHaveLength(71)
  expect(whole.minutes[0]).toMatchObject({ arrivals: 1, backlog: 1 })
})

test('[AC7] minutes that are none are named, and an incident that is none is not found', async () => {
  expect(await series('i1', '?minutes=1441')).toEqual({
    type: 'invalid',
    issues: [{ field: 'minutes', expected: 'expected a whole number from 1 to 1440' }],
  })
  expect(await series('i1')).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
})

test('[IN20] the OpenAPI document says that the minutes may be left out, and what the figures are', async () => {
  const document = (await (await door.get('/openapi.json')).json()) as {
    paths: Record<string, { get: { parameters: object[]; responses: object } }>
  }
  const operation = document.paths['/api/incidents/{incidentId}/series']?.get
  expect(operation?.parameters).toMatchObject([
    { name: 'incidentId', in: 'path', required: true },
    { name: 'minutes', in: 'query', required: false, schema: { type: 'string', default: '60' } },
  ])
  expect(JSON.stringify(operation?.responses)).toContain('firstReplies')
})
