import { Command } from '@muster/shared/command.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { histories } from '../support/histories.ts'
import { until } from '../support/until.ts'
import { Door } from './door.ts'

let door: Door
let cookie: string
let room = 1_000_000
let left = 0
const hooked: { id: string; bytes: number }[] = []

beforeAll(async () => {
  door = await Door.open({
    limits: { perAddress: 1_000_000, perName: 1_000_000, seconds: 1 },
    hook: {
      longest: () => 262_144,
      callsPerSecond: 1_000,
      bodyWithinMs: 5_000,
      enter: bytes => (bytes > room ? null : () => void left++),
      meet: () => ({ type: 'proved' }),
      judge: async (id, { body }) => {
        hooked.push({ id, bytes: body.byteLength })
        return { answer: { status: 202, body: { accepted: true } }, take: null }
      },
    },
  })
  cookie = await door.enter('Cora', 'commander')
})
afterAll(() => door.close())

const save = { id: 's1', type: 'person/save', person: { id: 'p1', name: 'Pia', team: 'Support', role: 'lead' } }

async function saved(): Promise<boolean> {
  const { people } = (await (await door.get('/api/people', { cookie })).json()) as { people: { id: string }[] }
  return people.some(({ id }) => id === 'p1')
}

const foreign: [what: string, headers: Record<string, string>][] = [
  ['from another site', { origin: 'https://evil.example' }],
  ['from another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['from a page without an origin', { origin: 'null' }],
  ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['that a browser calls same-site', { 'sec-fetch-site': 'same-site' }],
]

test.each(foreign)('[AC4] a change asked for %s is refused, and nothing changes', async (_, headers) => {
  for (const path of ['/api/commands', '/api/sign-in', '/api/sign-out', '/api/password']) {
    const response = await door.post(path, save, { cookie, ...headers })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({
      origin: door.origin,
      sentence: expect.stringContaining('nothing was changed'),
    })
  }
  expect(await saved()).toBe(false)
  expect((await door.get('/api/me', { cookie })).status).toBe(200)
})

test('[AC4] a change by cookie that says nothing of where it comes from is refused', async () => {
  const headers = { 'content-type': 'application/json', cookie }
  const response = await fetch(`${door.origin}/api/commands`, { method: 'POST', headers, body: JSON.stringify(save) })
  expect(response.status).toBe(403)
  expect(await saved()).toBe(false)
})

test("[AC4] a proxy's own sign-in excuses no request, and stands in nobody's way", async () => {
  const authorization = `Basic ${Buffer.from('ada:secret').toString('base64')}`
  const foreign = { cookie, authorization, origin: 'https://evil.example' }
  expect((await door.post('/api/commands', save, foreign)).status).toBe(403)
  expect((await door.get('/api/me', { cookie, authorization })).status).toBe(200)
})

test('[AC4] no other origin is ever told that it may read', async () => {
  const response = await fetch(`${door.origin}/api/me`, { headers: { cookie, origin: 'https://evil.example' } })
  expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
  const asked = await fetch(`${door.origin}/api/commands`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example' },
  })
  expect([...asked.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
})

test('[AC7] a wrong field is named, with what was expected', async () => {
  const wrong = { ...save, person: { id: 'p 1', name: '', team: 7, role: 'king' } }
  const response = await door.post('/api/commands', wrong, { cookie })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    type: 'invalid',
    issues: [
      { field: 'person.id', expected: 'expected 1 to 64 letters, digits, "-" or "_"' },
      { field: 'person.name', expected: 'expected some text' },
      { field: 'person.team', expected: 'expected string' },
      { field: 'person.role', expected: 'expected one of "commander"|"lead"|"reviewer"|"responder"|"observer"' },
    ],
  })
})

const unreadable: [what: string, body: string, headers: Record<string, string>, status: number][] = [
  ['is no JSON', '{"id":', {}, 400],
  ['is a bare string', '"command"', {}, 400],
  ['is larger than 64 KB', JSON.stringify({ text: 'x'.repeat(66_000) }), {}, 413],
  ['is in a foreign character set', '{}', { 'content-type': 'application/json; charset=iso-8859-1' }, 415],
  ['claims to be packed', '{}', { 'content-encoding': 'gzip' }, 415],
  ['is another kind of file', '<command/>', { 'content-type': 'text/xml' }, 400],
]

test.each(unreadable)('[AC7] a body that %s gets a constant answer', async (_, body, headers, status) => {
  const response = await door.post('/api/commands', body, { cookie, ...headers })
  expect(response.status).toBe(status)
  const answer = await response.text()
  expect(answer).not.toMatch(/\n +at |node_modules|SyntaxError/)
  expect(JSON.parse(answer)).toSatisfy((said: object) => 'sentence' in said || 'issues' in said)
})

const hostilePaths = [
  '/api/incidents/..%2f..%2fetc/snapshot',
  '/api/incidents/%00/snapshot',
  '/api/incidents/%ff/snapshot',
  `/api/incidents/${'i'.repeat(300)}/snapshot`,
  '/api/incidents/i1/entries',
  '/api/incidents/i1/entries?era=&seq=-1',
  '/api/incidents/i1/entries?era=e&seq=1e3',
  '/api/incidents/i1/entries?era=e&era=f&seq=0',
  '/api/incidents/i1/entries?era[a]=e&seq=0',
  '/api/incidents/i1/series?minutes=0',
  '/api/incidents/i1/series?minutes=1441',
  '/api/incidents/i1/series?minutes=1e3',
  '/api/incidents/i1/series?minutes=5&minutes=6',
  '/api/incidents/i1/series?minutes=5',
  '/api/incidents/i1/conversations/__proto__',
  '/api/nothing',
  '/../package.json',
  '/%2e%2e/package.json',
]

test.each(hostilePaths)('[AC7] %.60s is answered calmly', async path => {
  const response = await door.get(path, { cookie, accept: 'application/json' })
  expect([400, 404]).toContain(response.status)
  expect(Object.keys((await response.json()) as object)).toSatisfy((keys: string[]) =>
    keys.some(key => ['sentence', 'issues', 'refusal'].includes(key)),
  )
})

const commandTypes = Command.options.map(option => option.shape.type.value)
const anything = fc.anything({ withNullPrototype: false, withBigInt: false, withDate: false, maxDepth: 3 })
const field = fc.constantFrom(
  'incidentId',
  'fence',
  'epoch',
  'text',
  'person',
  'channel',
  'secrets',
  'settings',
  '__proto__',
  'constructor',
  'name',
  'password',
  'link',
)
const nearly = fc
  .record({
    id: fc.oneof(fc.uuid(), anything),
    type: fc.oneof(fc.constantFrom(...commandTypes), fc.string()),
    rest: fc.dictionary(field, anything),
  })
  .map(({ id, type, rest }) => ({ id, type, ...rest }))

test('[AC7] whatever is posted, the answer names what is wrong and the next request is served', async () => {
  const path = fc.constantFrom('/api/commands', '/api/sign-in', '/api/password')
  await fc.assert(
    fc.asyncProperty(path, fc.oneof(nearly, anything), async (path, body) => {
      const response = await door.post(path, JSON.stringify(body) ?? 'undefined', { cookie })
      const answer = (await response.json()) as { issues?: { field: string; expected: string }[] }
      expect(response.status).toBeLessThan(500)
      if (response.status !== 400 || answer.issues === undefined) return
      expect(answer.issues.length).toBeGreaterThan(0)
      for (const { field, expected } of answer.issues)
        expect([field !== '', expected.startsWith('expected')]).toEqual([true, true])
    }),
    histories(300),
  )
  expect((await door.get('/api/me', { cookie })).status).toBe(200)
  expect(door.logged).not.toContain('"level":50')
})

test('[AC7] whatever bytes are posted, nothing fails and nobody is told of our insides', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async bytes => {
      const headers = { 'content-type': 'application/json', origin: door.origin, cookie }
      const response = await fetch(`${door.origin}/api/commands`, {
        method: 'POST',
        headers,
        body: new Uint8Array(bytes),
      })
      expect(response.status).toBe(400)
      expect(await response.text()).not.toMatch(/node_modules|Error:/)
    }),
    histories(100),
  )
})

test('[CH3] a call to a webhook is handed on with its bytes, needs no origin, and is refused beyond 256 KB', async () => {
  const call = (id: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${door.origin}/hooks/${id}`, { method: 'POST', body })
  hooked.length = 0
  expect((await call('hook', new Uint8Array([0, 255, 13]))).status).toBe(202)
  expect((await call('hook', new Uint8Array(0))).status).toBe(202)
  expect((await call('hook', new Uint8Array(262_145))).status).toBe(413)
  expect((await call('a%20b', new Uint8Array(3))).status).toBe(404)
  expect(hooked).toEqual([
    { id: 'hook', bytes: 3 },
    { id: 'hook', bytes: 0 },
  ])
})

test('[CH61] a call that its head proves is answered before its body is read where there is no room, and told when to come again', async () => {
  const post = () => fetch(`${door.origin}/hooks/hook`, { method: 'POST', body: new Uint8Array(1_000) })
  hooked.length = 0
  room = 999
  const refused = await post()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await refused.json()).toEqual({ sentence: expect.stringContaining('send it again') })
  expect((await fetch(`${door.origin}/hooks/hook`)).status).toBe(202)
  room = 1_000
  const before = left
  expect((await post()).status).toBe(202)
  await until('the room to be given back', () => left === before + 1)
  room = 1_000_000
  expect(hooked).toEqual([
    { id: 'hook', bytes: 0 },
    { id: 'hook', bytes: 1_000 },
  ])
})

test("[CH6] a channel's secrets are written, and no door reads them back", async () => {
  const settings = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: true }
  const channel = { id: 'hook', name: 'Hook', enabled: true, incidentId: null, settings }
  const signing = [`whsec_${Buffer.alloc(32, 7).toString('base64')}`]
  const command = { id: 'c1', type: 'channel/save', channel, secrets: { password: 'the mailbox password', signing } }
  const answers = [await door.post('/api/commands', command, { cookie }), await door.get('/api/channels', { cookie })]
  const [saved, listed] = await Promise.all(answers.map(answer => answer.text()))
  expect(JSON.parse(listed ?? '')).toMatchObject({ channels: [{ id: 'hook', secrets: ['password', 'signing'] }] })
  for (const text of [saved, listed, door.logged]) {
    expect(text).not.toContain('the mailbox password')
    expect(text).not.toContain(signing[0])
  }
})
