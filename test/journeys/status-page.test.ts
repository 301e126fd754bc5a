import type { Snapshot } from '@muster/shared/protocol.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StatuspageFake } from '../support/statuspage.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

let fake: StatuspageFake
let world: World
let commander: Visitor
let lead: Visitor
let incidentId: string

beforeAll(async () => {
  fake = await StatuspageFake.start()
  // As Statuspage counts it, but for the time a request takes to come.
  fake.everyMs = 950
  world = await World.open()
  commander = await world.enter(await world.firstLink())
  lead = await commander.invite('Lena', 'lead')
  incidentId = await commander.declare()
  const settings = { kind: 'statuspage', api: fake.api, pageId: fake.pageId, components: ['cards'] }
  const page = { id: 'hosted', name: 'status.example.com', enabled: true, settings }
  await commander.do({ type: 'status-page/save', page, secrets: { token: fake.token } } as never)
})
afterAll(async () => {
  await world?.close()
  await fake?.stop()
})

async function propose(text: string, status: string): Promise<string> {
  const { updateId } = await lead.do({ type: 'status/propose', incidentId, epoch: 1, text, status } as never)
  return String(updateId)
}

async function published(updateId: string): Promise<Snapshot['updates'][number]> {
  return until('it to be on the page', async () => {
    const { updates } = await commander.snapshot(incidentId)
    return updates.find(({ id, pages }) => id === updateId && pages.every(({ state }) => state === 'published'))
  }) as Promise<Snapshot['updates'][number]>
}

test('[AC21] a status page is shown with the names of its secrets, and never with one', async () => {
  const { pages } = await lead.get<{ pages: object[] }>('/api/status-pages')
  expect(pages).toMatchObject([{ id: 'hosted', name: 'status.example.com', secrets: ['token'] }])
  expect(JSON.stringify(pages)).not.toContain(fake.token)
})

test('[SP3] [SP9] [SP10] [SP12] what a lead proposes and another approves is on the page, one request a second', async () => {
  const texts = ['Card payments fail.', 'Some carts are slow as well.', 'It works again.']
  const statuses = ['investigating', 'identified', 'resolved']
  const ids: string[] = []
  for (const [index, text] of texts.entries()) ids.push(await propose(text, statuses[index] ?? ''))
  const own = await lead.ask({ type: 'status/approve', incidentId, updateId: ids[0], epoch: 1 } as never)
  expect(own).toMatchObject({ type: 'refused', refusal: { code: 'own-reply' } })
  for (const updateId of ids) await commander.do({ type: 'status/approve', incidentId, updateId, epoch: 1 } as never)
  const [first] = await Promise.all(ids.map(published))
  expect(fake.shown).toEqual(texts)
  expect(fake.incidents).toMatchObject([
    { name: 'Checkout is down', status: 'resolved', components: [{ id: 'cards', status: 'operational' }] },
  ])
  expect(fake.limited).toBe(0)
  expect(first?.pages).toMatchObject([{ pageId: 'hosted', externalId: 'incident1', attempts: 1 }])
  const { updates } = await commander.snapshot(incidentId)
  expect(updates.map(({ id }) => id)).toEqual(ids)
  const { moments } = await commander.get<{ moments: { type: string }[] }>(`/api/incidents/${incidentId}/timeline`)
  expect(moments.filter(({ type }) => type === 'status/approved')).toHaveLength(3)
})

test('[SP12] of many updates the newest twenty are in the snapshot, the oldest of them first', async () => {
  const ids: string[] = []
  for (let count = 0; count < 22; count++) {
    const updateId = await propose(`Update ${count}.`, 'investigating')
    await lead.do({ type: 'status/decline', incidentId, updateId } as never)
    ids.push(updateId)
  }
  const { updates } = await commander.snapshot(incidentId)
  expect(updates.map(({ id }) => id)).toEqual(ids.slice(-20))
})
