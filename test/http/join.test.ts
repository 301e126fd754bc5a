import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { operations } from '@muster/server/http/openapi-operations.ts'
import type { JoinOffer, JoinView, Me, PersonView } from '@muster/shared/endpoint.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'
import { afterEach, expect, test } from 'vitest'
import { cookieOf, Door, type Given } from './door.ts'

let door: Door
let commander: Record<string, string>
afterEach(() => door.close())

async function openDoor(given: Given = {}): Promise<void> {
  door = await Door.open(given)
  commander = { authorization: await door.bearer('commander') }
}

async function give(command: object, headers = commander): Promise<Record<string, unknown>> {
  const response = await door.post('/api/commands', { id: crypto.randomUUID(), ...command }, headers)
  const outcome = (await response.json()) as { type: string; answer: Record<string, unknown> }
  if (outcome.type !== 'done') throw new Error(`${JSON.stringify(command)} was answered ${JSON.stringify(outcome)}`)
  return outcome.answer
}

async function declare(title = 'Checkout is down'): Promise<string> {
  const facts = { know: '', maySay: '', mustNotSay: [] }
  const told = { title, severity: 'sev1', affected: 'Cards', ...facts, channels: [] }
  return String((await give({ type: 'incident/declare', ...told })).incidentId)
}

async function openJoin(incidentId: string, cap = 10): Promise<string> {
  return String((await give({ type: 'join/open', incidentId, cap })).code)
}

async function read<T>(path: string, headers = commander): Promise<T> {
  return (await (await door.get(path, headers)).json()) as T
}

const join = (code: string, name: string, headers = {}) =>
  door.post('/api/join', { code, name, team: 'Sales' }, headers)

const nowhere = {
  type: 'refused',
  refusal: {
    code: 'not-found',
    what: 'code',
    sentence: 'This code leads nowhere: it is mistyped, or it has ended. Look at it again, or ask for a new one.',
  },
}

test('[JN1] a code leads in, however it is typed, and makes a guest whose level is gated', async () => {
  await openDoor()
  const incidentId = await declare()
  const opened = await give({ type: 'join/open', incidentId, cap: 10 })
  expect(opened.code).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/)
  expect(opened.link).toBe(`${door.origin}/#/join/${String(opened.code)}`)
  const code = String(opened.code)
  for (const typed of [code, code.toLowerCase(), code.replace('-', ' '), ` ${code.replace('-', '')}`]) {
    const offer = await read<JoinOffer>(`/api/join/${encodeURIComponent(typed)}`, {})
    const about = { incidentId, title: 'Checkout is down', severity: 'sev1', affected: 'Cards', drill: false }
    expect(offer).toEqual({ ...about, full: false, joined: 0, cap: 10 })
  }
  const response = await join(code.toLowerCase(), 'Gus')
  const { personId, ...where } = (await response.json()) as { personId: string; incidentId: string }
  expect(where).toEqual({ incidentId })
  expect(response.headers.getSetCookie()[0]).toMatch(/^muster=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=St/)
  const cookie = { cookie: cookieOf(response) }
  expect(await read<Me>('/api/me', cookie)).toMatchObject({ id: personId, name: 'Gus', role: 'responder', incidentId })
  await give({ type: 'incident/join', incidentId }, cookie)
  const { responders } = await read<Snapshot>(`/api/incidents/${incidentId}/snapshot`, cookie)
  expect(responders).toMatchObject([{ id: personId, team: 'Sales', guest: true, level: 'gated' }])
})

test('[JN1] those who lead see the code all day, who opened it and how many came; the people list says who is a guest', async () => {
  await openDoor()
  const incidentId = await declare()
  const path = `/api/incidents/${incidentId}/join`
  expect(await read(path)).toEqual({ join: null })
  const code = await openJoin(incidentId, 3)
  await join(code, 'Gus')
  const seen = await read<{ join: JoinView }>(path)
  const link = `${door.origin}/#/join/${code}`
  expect(seen).toEqual({
    join: {
      code,
      link,
      cap: 3,
      joined: 1,
      openedAt: door.clock.now,
      openedBy: expect.objectContaining({ name: 'commander' }),
    },
  })
  const { people } = await read<{ people: PersonView[] }>('/api/people')
  expect(people).toEqual([expect.objectContaining({ name: 'Gus', incidentId })])
  await give({ type: 'join/close', incidentId })
  expect(await read(path)).toEqual({ join: null })
  expect((await door.get('/api/incidents/unknown/join', commander)).status).toBe(404)
})

test('[IN9] [JN1] who was given the lead of one incident sees its code, and that of no other', async () => {
  await openDoor()
  const [incidentId, other] = [await declare(), await declare('Another')]
  const headers = { cookie: await door.enter('Ada') }
  await give({ type: 'incident/join', incidentId }, headers)
  expect((await door.get(`/api/incidents/${incidentId}/join`, headers)).status).toBe(403)
  await give({ type: 'responder/appoint', incidentId, personId: 'ada', role: 'lead' })
  const { code } = await give({ type: 'join/open', incidentId, cap: 3 }, headers)
  expect(await read(`/api/incidents/${incidentId}/join`, headers)).toMatchObject({ join: { code } })
  expect((await door.get(`/api/incidents/${other}/join`, headers)).status).toBe(403)
})

test('[JN1] who is signed in sends the code alone, stays who they are and takes no place', async () => {
  await openDoor()
  const incidentId = await declare()
  const code = await openJoin(incidentId, 1)
  const headers = { cookie: await door.enter('Ada') }
  const response = await door.post('/api/join', { code }, headers)
  expect(await response.json()).toEqual({ personId: 'ada', incidentId })
  expect(response.headers.getSetCookie()).toEqual([])
  expect(await read<JoinOffer>(`/api/join/${code}`)).toMatchObject({ joined: 0 })
  const guest = { cookie: cookieOf(await join(await openJoin(await declare('Another')), 'Gus')) }
  expect(await (await door.post('/api/join', { code }, guest)).json()).toMatchObject({
    refusal: { code: 'not-allowed', sentence: expect.stringContaining('as a guest') },
  })
})

test('[JN1] [AC7] a guest without a name or with a taken one is told so, and no place is taken', async () => {
  await openDoor()
  await door.enter('Ada')
  const code = await openJoin(await declare(), 1)
  expect(await (await door.post('/api/join', { code })).json()).toMatchObject({
    type: 'invalid',
    issues: [{ field: 'name' }, { field: 'team' }],
  })
  expect(await (await door.post('/api/join', { name: 'Gus', team: 'Sales' })).json()).toMatchObject({
    issues: [{ field: 'code' }],
  })
  const taken = await join(code, 'ada')
  expect([taken.status, await taken.json()]).toMatchObject([409, { refusal: { why: 'name-taken' } }])
  expect((await join(code, 'Gus')).status).toBe(200)
  const full = await join(code, 'Hal')
  expect([full.status, await full.json()]).toMatchObject([
    409,
    { refusal: { why: 'code-full', values: { number: 1 } } },
  ])
  expect(await read<JoinOffer>(`/api/join/${code}`)).toMatchObject({ full: true, joined: 1, cap: 1 })
})

test('[JN1] [AC4] another site joins nobody', async () => {
  await openDoor()
  const code = await openJoin(await declare())
  expect((await join(code, 'Gus', { origin: 'https://evil.example' })).status).toBe(403)
  expect(await read<JoinOffer>(`/api/join/${code}`)).toMatchObject({ joined: 0 })
})

test('[JN3] [IN25] at every door for reading a guest is refused what is not of their incident, by name', async () => {
  await openDoor()
  const [own, other] = [await declare(), await declare('Another')]
  const headers = { cookie: cookieOf(await join(await openJoin(own), 'Gus')) }
  await give({ type: 'incident/join', incidentId: own }, headers)
  const { id: personId, permissions } = await read<Me>('/api/me', headers)
  expect(permissions).not.toContain('read/playbooks')
  // With the rights of a lead in their own incident, so that no role stands before the rule.
  await give({ type: 'responder/appoint', incidentId: own, personId, role: 'lead' })
  const guarded = operations.filter(({ access, method }) => method === 'get' && access.startsWith('read/'))
  const filled = (path: string, incidentId: string) =>
    path.replace(':incidentId', incidentId).replace(':conversationId', 'c1') +
    (path.endsWith('entries') ? '?era=e&seq=0' : '')
  for (const { path, access } of guarded.filter(({ path }) => path !== '/api/incidents')) {
    const response = await door.get(filled(path, other), headers)
    expect([path, response.status, await response.json()]).toMatchObject([
      path,
      403,
      { refusal: { code: 'not-allowed', sentence: expect.stringContaining(`"${access}" reaches beyond it`) } },
    ])
    if (path.includes(':incidentId')) expect([200, 404]).toContain((await door.get(filled(path, own), headers)).status)
  }
  expect(guarded.length).toBeGreaterThan(8)
  const spike = { channels: ['mail'], lastMinute: 30, usual: 1 }
  await door.desk.handle(company.room, { id: 'spike', type: 'spike/propose', spike }, muster)
  expect(await read('/api/incidents')).toMatchObject({ proposals: [{ id: 'spike' }] })
  expect(await read('/api/incidents', headers)).toMatchObject({
    incidents: [{ id: own }],
    proposals: [],
    quarantined: 0,
  })
  expect((await read<{ incidents: object[] }>('/api/incidents')).incidents).toHaveLength(2)
  expect((await door.get('/metrics', { ...headers, 'x-forwarded-for': '203.0.113.9' })).status).toBe(403)
})

test('[JN4] when the incident is resolved a guest is thanked and let in no more, by cookie, link or password', async () => {
  await openDoor()
  const incidentId = await declare()
  const code = await openJoin(incidentId)
  const headers = { cookie: cookieOf(await join(code, 'Gus')) }
  const password = 'correct horse battery staple'
  expect((await door.post('/api/password', { password }, headers)).status).toBe(200)
  const { id: personId } = await read<Me>('/api/me', headers)
  const { link } = await give({ type: 'person/invite', personId })
  await give({ type: 'incident/resolve', incidentId })
  const thanks = { sentence: expect.stringContaining('Thank you for your help!') }
  const asked = [
    await door.get('/api/me', headers),
    await door.get(`/api/incidents/${incidentId}/snapshot`, headers),
    await door.post('/api/commands', { id: 'c1', type: 'incident/join', incidentId }, headers),
    await door.post('/api/sign-in', { name: 'Gus', password }),
    await door.post('/api/sign-in', { link: String(link).split('/').at(-1) }),
  ]
  const answers = await Promise.all(
    asked.map(async response => ({ status: response.status, body: (await response.json()) as { farewell?: true } })),
  )
  for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: thanks })
  expect(answers.map(({ body }) => body.farewell)).toEqual([true, true, true, undefined, undefined])
  const invite = await door.post('/api/commands', { id: 'i1', type: 'person/invite', personId }, commander)
  expect(invite.status).toBe(409)
  expect((await door.post('/api/sign-out', {}, headers)).status).toBe(200)
})

test('[JN5] wrong, closed and resolved codes are one answer, at both doors', async () => {
  await openDoor()
  const [closed, resolved] = [await declare(), await declare('Another')]
  const codes = [
    'AAAA-BBBB',
    'no code',
    '%00',
    await openJoin(closed),
    await openJoin(closed),
    await openJoin(resolved),
  ]
  await give({ type: 'join/close', incidentId: closed })
  await give({ type: 'incident/resolve', incidentId: resolved })
  for (const code of codes) {
    const looked = await door.get(`/api/join/${encodeURIComponent(code)}`)
    expect([looked.status, await looked.json()]).toEqual([404, nowhere])
    const joined = await join(code, 'Gus')
    expect([joined.status, await joined.json()]).toEqual([404, nowhere])
  }
})

test('[JN5] [AC5] guesses are limited by address at both doors together; who has a code costs it no try', async () => {
  await openDoor({ limits: { perAddress: 5, perName: 100, seconds: 60 } })
  const code = await openJoin(await declare(), 20)
  for (let number = 0; number < 8; number++) {
    expect((await join(code, `Guest ${number}`)).status).toBe(200)
    expect((await door.get(`/api/join/${code}`)).status).toBe(200)
  }
  const guesses = Array.from({ length: 8 }, (_, index) =>
    index % 2 === 0 ? door.get('/api/join/AAAA-BBBB') : join('AAAA-BBBB', 'Mallory'),
  )
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  expect(statuses.toSorted((one, other) => one - other)).toEqual([...Array(5).fill(404), ...Array(3).fill(429)])
  expect((await join(code, 'Gus')).status).toBe(429)
})
