import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { PersonView } from '@muster/shared/endpoint.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { afterEach, expect, test } from 'vitest'
import { arrivalOf, arriving, declaring, muster, nextId } from '../support/builders.ts'
import { Door } from './door.ts'

const day = 86_400_000
let door: Door
let commander: Record<string, string>
let hal: Record<string, string>
afterEach(() => door.close())

/** Hal came to help: answering customers is not his job. */
async function openDoor(): Promise<void> {
  door = await Door.open()
  commander = { authorization: await door.bearer('commander') }
  const person = { id: 'hal', name: 'Hal', team: 'Sales', role: 'responder', cohort: 'other' }
  hal = { cookie: await door.enter('Hal') }
  await give({ type: 'person/save', person })
}

async function give(command: object, headers = commander): Promise<Record<string, unknown>> {
  const response = await door.post('/api/commands', { id: nextId(), ...command }, headers)
  const outcome = (await response.json()) as { type: string; answer: Record<string, unknown> }
  if (outcome.type !== 'done') throw new Error(`${JSON.stringify(command)} was answered ${JSON.stringify(outcome)}`)
  return outcome.answer
}

async function declare(title: string, given: Parameters<typeof declaring>[0] = {}): Promise<string> {
  const training = { ...defaultTraining, undoMs: 0, approvalsToSpotChecked: 1, leastApprovals: 1 }
  const command = declaring({ title, training, ...given })
  await door.desk.handle(command.id, command, muster)
  await mirrorIncident(door.desk, command.id)
  await give({ type: 'incident/join', incidentId: command.id }, hal)
  await give({ type: 'briefing/finish', incidentId: command.id, epoch: 1 }, hal)
  return command.id
}

async function halIn(incidentId: string) {
  const response = await door.get(`/api/incidents/${incidentId}/snapshot`, commander)
  return ((await response.json()) as Snapshot).responders.find(({ id }) => id === 'hal')
}

async function halKept(): Promise<PersonView | undefined> {
  const { people } = (await (await door.get('/api/people', commander)).json()) as { people: PersonView[] }
  return people.find(({ id }) => id === 'hal')
}

async function approvedReply(incidentId: string): Promise<void> {
  const arrival = arrivalOf()
  await door.desk.handle(incidentId, arriving(arrival), muster)
  const conversationId = messageIdOf('mail', arrival.externalId)
  await give({ type: 'conversation/claim', incidentId, conversationId }, hal)
  const text = 'We are on it.'
  const reply = { conversationId, fence: 1, epoch: 1, text, through: 1 }
  const { replyId } = await give({ type: 'reply/submit', incidentId, ...reply }, hal)
  await give({ type: 'review/claim', incidentId, replyIds: [replyId] })
  await give({ type: 'review/approve', incidentId, replyId, fence: 1, epoch: 1, text })
}

test('[LV7] whether answering is their job is in the people list and comes with them into an incident', async () => {
  await openDoor()
  expect(await halKept()).toMatchObject({ cohort: 'other', readiness: null })
  expect(await halIn(await declare('Login is down'))).toMatchObject({ cohort: 'other', level: 'gated' })
})

test('[LV8] a level reached by reviews is kept, and the next incident begins with it, for 180 days', async () => {
  await openDoor()
  const first = await declare('Login is down')
  await approvedReply(first)
  expect(await halIn(first)).toMatchObject({ level: 'spot-checked' })
  const readiness = { level: 'spot-checked', at: door.clock.now, title: 'Login is down', drill: false }
  expect(await halKept()).toMatchObject({ readiness })
  expect(await halIn(await declare('Search is slow'))).toMatchObject({ level: 'spot-checked', readiness })
  door.clock.now += 180 * day
  hal = { cookie: await door.enter('Hal') }
  expect(await halIn(await declare('Mail is late'))).toMatchObject({ level: 'gated', readiness: null })
})

test('[LV8] what a lead says of a level is kept as well, downwards too', async () => {
  await openDoor()
  const incidentId = await declare('Login is down')
  for (const level of ['trusted', 'gated']) {
    await give({ type: 'responder/level', incidentId, personId: 'hal', level })
    expect(await halKept()).toMatchObject({ readiness: { level, title: 'Login is down' } })
  }
})

test('[LV8] by the end of a drill its people are trained, also where nobody told of it while it ran', async () => {
  await openDoor()
  const drill = await declare('Drill', { drill: true })
  const idle = await declare('Nobody did anything')
  await approvedReply(drill)
  await give({ type: 'person/save', person: { id: 'hal', name: 'Hal', team: 'Sales', role: 'responder' } })
  door.clock.now += day
  for (const incidentId of [drill, idle]) {
    // As a server does that dies before it tells the company, and another that finds the incident later.
    const level = { id: nextId(), type: 'responder/level', incidentId, personId: 'hal', reason: null } as const
    await door.desk.handle(incidentId, { ...level, level: incidentId === drill ? 'trusted' : 'observer' }, muster)
    await door.desk.handle(incidentId, { id: nextId(), type: 'incident/resolve', incidentId }, muster)
    await mirrorIncident(door.desk, incidentId)
    await mirrorIncident(door.desk, incidentId)
  }
  const readiness = { level: 'trusted', at: door.clock.now, title: 'Drill', drill: true }
  expect(await halKept()).toMatchObject({ cohort: 'other', readiness })
})
