import { muster } from '@muster/server/domain/decision.ts'
import type { TimelinePage } from '@muster/shared/moment.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordingOf } from '../support/room-records.ts'
import { Door } from './door.ts'

let door: Door
let commander: Record<string, string>
let incidentId: string

const facts = { know: '', maySay: 'We are on it.', mustNotSay: [] }
const plan = {
  title: 'Payments fail',
  severity: 'sev1',
  affected: 'Cards',
  ...facts,
  example: 'Dear Kim, …',
  topics: [{ id: 'cards', name: 'Cards', words: ['card'] }],
  wordings: [wordingOf('sorry', { title: 'Sorry', topic: 'cards', text: 'We are sorry; more at [[when]].' })],
}
const playbook = { id: 'payments', name: 'Payments fail', ...plan }

beforeAll(async () => {
  door = await Door.open()
  commander = { authorization: await door.bearer('commander') }
  const declared = await give({ type: 'incident/declare', ...plan, channels: [] })
  incidentId = declared.answer.incidentId
})
afterAll(() => door.close())

async function give(command: object, headers: Record<string, string> = commander) {
  const response = await door.post('/api/commands', { id: crypto.randomUUID(), ...command }, headers)
  return (await response.json()) as { type: string; answer: { incidentId: string }; refusal?: { code: string } }
}

async function read<T>(path: string): Promise<T> {
  return (await (await door.get(path, commander)).json()) as T
}

test('[IN12] a playbook is saved, listed and removed, and an incident declared from it holds all of it', async () => {
  await give({ type: 'playbook/save', playbook })
  expect(await read('/api/playbooks')).toEqual({
    playbooks: [{ ...playbook, mustNotMatch: [], training: defaultTraining }],
  })
  const snapshot = await read<Snapshot>(`/api/incidents/${incidentId}/snapshot`)
  expect(snapshot).toMatchObject({ facts: { example: 'Dear Kim, …' }, incident: { topics: plan.topics } })
  expect(snapshot.wordings).toMatchObject(plan.wordings)
  await give({ type: 'playbook/remove', playbookId: 'payments' })
  expect(await read('/api/playbooks')).toEqual({ playbooks: [] })
})

test('[IN10] a page of the timeline that ends with something Muster did itself has a next one', async () => {
  const { answer } = await give({ type: 'incident/declare', ...plan, channels: [] })
  const told = { sourceId: 'alarms', key: 'k', title: 'It fails', detail: '', link: null, state: 'firing' } as const
  for (let turn = 0; turn < 60; turn++) {
    door.clock.now += 1_000
    const tell = { id: `@alert-${turn}`, type: 'alert/tell', alert: { ...told, at: turn } } as const
    await door.desk.handle(answer.incidentId, tell, muster)
  }
  const path = `/api/incidents/${answer.incidentId}/timeline`
  const first = await read<TimelinePage>(path)
  const second = await read<TimelinePage>(`${path}?next=${first.next}`)
  expect([...first.moments, ...second.moments].map(({ id }) => id)).toEqual([
    ...Array.from({ length: 60 }, (_, turn) => `@alert-${59 - turn}`),
    answer.incidentId,
  ])
})

test('[IN10] the timeline is read page by page, the newest first, without gap or repeat', async () => {
  for (let turn = 0; turn < 60; turn++) {
    door.clock.now += 1_000
    await give({ type: 'incident/surge', incidentId, on: turn % 2 === 0 })
  }
  const path = `/api/incidents/${incidentId}/timeline`
  const first = await read<TimelinePage>(path)
  const second = await read<TimelinePage>(`${path}?next=${first.next}`)
  expect([first.moments.length, second.moments.length, second.next]).toEqual([50, 11, null])
  const moments = [...first.moments, ...second.moments]
  expect(new Set(moments.map(({ id }) => id)).size).toBe(61)
  expect(moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at).toSorted((one, other) => other - one))
  expect(moments.at(-1)).toMatchObject({ type: 'incident/declared', by: { name: 'commander' } })
  const wrong = await door.get(`${path}?next=elsewhere`, commander)
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { issues: [{ field: 'next' }] }])
  expect((await door.get('/api/incidents/none/timeline', commander)).status).toBe(404)
})

test('[IN9] [AC1] a role given in one incident opens that incident and no other', async () => {
  const cookie = await door.enter('Ada')
  const headers = { cookie }
  const publish = { type: 'facts/publish', ...facts, example: '', nextUpdateAt: null }
  await give({ type: 'incident/join', incidentId }, headers)
  expect(await give({ ...publish, incidentId, epoch: 1 }, headers)).toMatchObject({ refusal: { code: 'not-allowed' } })
  await give({ type: 'responder/appoint', incidentId, personId: 'ada', role: 'lead' })
  expect(await give({ ...publish, incidentId, epoch: 1 }, headers)).toMatchObject({ type: 'done' })
  const other = (await give({ type: 'incident/declare', ...plan, channels: [] })).answer.incidentId
  await give({ type: 'incident/join', incidentId: other }, headers)
  const elsewhere = await give({ ...publish, incidentId: other, epoch: 1 }, headers)
  expect(elsewhere).toMatchObject({ refusal: { code: 'not-allowed' } })
  await give({ type: 'responder/appoint', incidentId, personId: 'ada', role: null })
  expect(await give({ ...publish, incidentId, epoch: 2 }, headers)).toMatchObject({ refusal: { code: 'not-allowed' } })
})
