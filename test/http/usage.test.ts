import type { Told } from '@muster/shared/entry.ts'
import { IncidentUsage } from '@muster/shared/figures.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ada, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { Door } from './door.ts'

let door: Door
let cookie: string

beforeAll(async () => {
  door = await Door.open()
  cookie = await door.enter('Rita', 'responder')
})
afterAll(() => door.close())

/** An incident in which one reply was handed in that was begun with a wording. */
async function answered(): Promise<string> {
  const declare = declaring()
  const give = (command: object, who = ada) =>
    door.desk.handle(declare.id, { id: nextId(), incidentId: declare.id, ...command } as never, who)
  await door.desk.handle(declare.id, declare, cora)
  await give({ type: 'incident/join' })
  await give(arriving(arrivalOf()), muster)
  const { lines } = (await door.store.since(declare.id, await beginning(declare.id), 100)) as never as {
    lines: { told: Told & { type: 'message/arrived' } }[]
  }
  const conversationId = lines.at(-1)?.told.conversation.id
  await give({ type: 'conversation/claim', conversationId })
  const reply = { text: 'We are on it.', through: 1, wordings: ['sorry'] }
  await give({ type: 'reply/submit', conversationId, fence: 1, epoch: 1, ...reply })
  return declare.id
}

async function beginning(incidentId: string) {
  return { ...(await door.store.top(incidentId)), seq: 0 }
}

test('[GV12] whoever answers reads how the wordings of an incident fare, and as of which line of its log', async () => {
  const incidentId = await answered()
  const usage = IncidentUsage.parse(await (await door.get(`/api/incidents/${incidentId}/usage`, { cookie })).json())
  expect(usage.wordings).toEqual({ sorry: { used: 1, held: 0, returned: 0, edited: 0, cameBack: 0 } })
  expect(usage.at).toEqual(await door.store.top(incidentId))
})

test('[AC7] an incident that is none has no usage either', async () => {
  const response = await door.get('/api/incidents/i1/usage', { cookie })
  expect([response.status, await response.json()]).toMatchObject([404, { refusal: { code: 'not-found' } }])
})
