import type { Command } from '@muster/shared/command.ts'
import { type Permission, permissions } from '@muster/shared/permission.ts'
import { Role } from '@muster/shared/role.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Door } from './door.ts'

type Asked = { path: string; body: object | null }

const conversation = { incidentId: 'i1', conversationId: 'c1' }
const held = { ...conversation, fence: 1 }
const facts = { know: '', maySay: '', mustNotSay: [], example: '', nextUpdateAt: null }
const review = { incidentId: 'i1', replyId: 'r1', fence: 1 }
const written = { ...held, epoch: 1, text: 'We are on it.' }
const webhook = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: true } as const
const channel = { id: 'hook', name: 'Hook', enabled: true, incidentId: null, settings: webhook }
const wording = { id: 'w1', title: 'Sorry', topic: null, text: 'We are sorry.' }
const playbook = {
  id: 'b1',
  name: 'Down',
  title: 'Down',
  severity: 'sev1',
  affected: '',
  know: '',
  maySay: '',
  mustNotSay: [],
  example: '',
  topics: [],
  wordings: [],
} as const
const source = {
  id: 'a1',
  name: 'Alerts',
  enabled: true,
  kind: 'alertmanager',
  act: 'propose',
  playbookId: null,
  severity: 'sev1',
} as const
const statusPage = {
  id: 'p1',
  name: 'Status',
  enabled: true,
  settings: { kind: 'webhook', url: 'https://status.example.com/hook' },
} as const
const person = { id: 'p1', name: 'Pia', team: 'Support', role: 'lead' } as const

/** A body for every command that is right in all but who sends it. */
const commands = {
  'incident/declare': { title: 'Down', severity: 'sev1', affected: 'All', ...facts, channels: [] },
  'incident/surge': { incidentId: 'i1', on: true },
  'incident/resolve': { incidentId: 'i1' },
  'incident/change': { incidentId: 'i1', severity: 'sev2' },
  'incident/hand-over': { incidentId: 'i1', personId: 'p1' },
  'incident/join': { incidentId: 'i1' },
  'responder/appoint': { incidentId: 'i1', personId: 'p1', role: 'lead' },
  'responder/move': { incidentId: 'i1', personId: 'p1', topics: [] },
  'responder/pause': { incidentId: 'i1', personId: 'p1', paused: true },
  'responder/level': { incidentId: 'i1', personId: 'p1', level: 'gated' },
  'responder/thank': { incidentId: 'i1', personId: 'p1', text: 'Thank you.' },
  'briefing/finish': { incidentId: 'i1', epoch: 1 },
  'facts/acknowledge': { incidentId: 'i1', epoch: 1 },
  'wording/publish': { incidentId: 'i1', epoch: 1, wording },
  'wording/retract': { incidentId: 'i1', epoch: 1, wordingId: 'w1' },
  'wording/propose': { incidentId: 'i1', wording },
  'wording/decline': { incidentId: 'i1', wordingId: 'w1' },
  'playbook/save': { playbook },
  'playbook/remove': { playbookId: 'b1' },
  'facts/publish': { incidentId: 'i1', epoch: 1, ...facts },
  'conversation/claim': conversation,
  'conversation/claim-several': { incidentId: 'i1', conversationIds: ['c1'] },
  'conversation/take-next': { incidentId: 'i1' },
  'conversation/hand-over': { ...held, personId: 'p1' },
  'conversation/tag': { ...conversation, topics: [] },
  'conversation/look': { ...conversation, through: 1 },
  'question/ask': { ...held, text: 'May we refund?' },
  'question/answer': { ...conversation, askedAt: 1, text: 'Not yet.' },
  'conversation/renew': held,
  'conversation/release': held,
  'draft/save': written,
  'reply/submit': { ...written, through: 1 },
  'reply/recall': { incidentId: 'i1', replyId: 'r1' },
  'review/take-next': { incidentId: 'i1' },
  'review/claim': { incidentId: 'i1', replyIds: ['r1'] },
  'review/renew': review,
  'review/release': review,
  'review/approve': { ...review, epoch: 1, text: 'We are on it.' },
  'review/approve-several': {
    incidentId: 'i1',
    epoch: 1,
    replies: [{ replyId: 'r1', fence: 1 }],
  },
  'review/return': review,
  'sample/judge': { incidentId: 'i1', replyId: 'r1', good: true },
  'pair/ask': held,
  'pair/join': held,
  'pair/leave': held,
  'reply/settle': { incidentId: 'i1', replyId: 'r1', arrived: true },
  'conversation/settle': { ...conversation, through: 1, how: 'needless' },
  'conversation/merge': { ...conversation, otherId: 'c2' },
  'conversation/part': { ...conversation, channelId: 'hook', address: 'kim' },
  'status/propose': { incidentId: 'i1', epoch: 1, text: 'We are on it.', status: 'investigating' },
  'status/approve': { incidentId: 'i1', updateId: 'u1', epoch: 1 },
  'status/decline': { incidentId: 'i1', updateId: 'u1' },
  'status/settle': { incidentId: 'i1', updateId: 'u1', pageId: 'p1', published: true },
  'proposal/dismiss': { proposalId: 'p1' },
  'alert-source/save': { source },
  'alert-source/remove': { sourceId: 'a1' },
  'status-page/save': { page: statusPage },
  'status-page/remove': { pageId: 'p1' },
  'channel/save': { channel, secrets: {} },
  'channel/remove': { channelId: 'hook' },
  'person/save': { person },
  'person/invite': { personId: 'p1' },
  'person/disable': { personId: 'p1' },
  'join/open': { incidentId: 'i1', cap: 10 },
  'join/close': { incidentId: 'i1' },
  'quarantine/retry': { quarantineId: 'q1' },
  'quarantine/discard': { quarantineId: 'q1' },
  'drill/start': { level: 'normal', minutes: 1, seed: 1 },
  'drill/stop': { incidentId: 'i1' },
} satisfies { [T in Command['type']]: object }

const reads = {
  'read/incident': [
    '/api/incidents',
    '/api/incidents/i1/snapshot',
    '/api/incidents/i1/entries?era=e&seq=0',
    '/api/incidents/i1/timeline',
    '/api/incidents/i1/series',
  ],
  'read/conversation': ['/api/incidents/i1/conversations/c1'],
  'read/samples': ['/api/incidents/i1/samples'],
  'read/usage': ['/api/incidents/i1/usage'],
  'read/channels': ['/api/channels'],
  'read/status-pages': ['/api/status-pages'],
  'read/join': ['/api/incidents/i1/join'],
  'read/people': ['/api/people'],
  'read/playbooks': ['/api/playbooks'],
  'read/quarantine': ['/api/quarantine'],
  'read/alert-sources': ['/api/alert-sources'],
} satisfies { [P in Exclude<Permission, Command['type'] | 'gate/override' | 'channel/try'>]: string[] }

function everythingThatNeeds(permission: Permission): Asked[] {
  if (permission === 'channel/try') return [{ path: '/api/channels/try', body: { channel } }]
  if (permission in reads) return reads[permission as keyof typeof reads].map(path => ({ path, body: null }))
  const type = permission as Command['type']
  return [{ path: '/api/commands', body: { id: crypto.randomUUID(), type, ...commands[type] } }]
}

let door: Door
const bearers = new Map<Role, string>()

beforeAll(async () => {
  door = await Door.open()
  for (const role of Role.options) bearers.set(role, await door.bearer(role))
})
afterAll(() => door.close())

function ask({ path, body }: Asked, headers: Record<string, string>): Promise<Response> {
  return body === null ? door.get(path, headers) : door.post(path, body, headers)
}

/** Setting the gate's findings aside is no command of its own: the histories of the gate prove it. */
const all = Object.keys(permissions) as Permission[]
const names = all.filter(name => name !== 'gate/override')
const cells = Role.options.flatMap(role => names.map(permission => ({ role, permission })))

test.each(cells)('[AC1] $role asks for $permission and gets what the table says', async ({ role, permission }) => {
  const allowed = (permissions[permission] as readonly Role[]).includes(role)
  for (const asked of everythingThatNeeds(permission)) {
    const response = await ask(asked, { authorization: bearers.get(role) ?? '' })
    const body = (await response.json()) as { refusal?: { code: string; sentence: string } }
    expect([200, 403, 404, 409]).toContain(response.status)
    expect(response.status !== 403).toBe(allowed)
    if (allowed) continue
    expect(body.refusal).toEqual({
      code: 'not-allowed',
      sentence: `Your role (${role}) does not include "${permission}". Ask a commander.`,
    })
  }
})

test.each(names)('[AC1] nobody who is not signed in gets anything of %s', async permission => {
  for (const asked of everythingThatNeeds(permission)) {
    for (const headers of [
      {},
      { cookie: `muster=${'A'.repeat(43)}` },
      { authorization: `Bearer muster_${'A'.repeat(43)}` },
    ]) {
      const response = await ask(asked, headers)
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({ sentence: 'You are not signed in. Sign in, then try again.' })
    }
  }
})

test.each(Role.options)('[AC1] %s is told by /api/me what the table says', async role => {
  const response = await door.get('/api/me', { authorization: bearers.get(role) ?? '' })
  const me = (await response.json()) as { role: Role; permissions: Permission[] }
  expect(me.role).toBe(role)
  expect(me.permissions).toEqual(all.filter(name => (permissions[name] as readonly Role[]).includes(role)))
})

test("[AC1] the company's own records are read through no incident's door", async () => {
  const headers = { authorization: bearers.get('observer') ?? '' }
  await door.invite('Ada')
  for (const path of ['snapshot', 'entries?era=e&seq=0', 'series', 'conversations/ada']) {
    expect((await door.get(`/api/incidents/company/${path}`, headers)).status).toBe(404)
  }
})
