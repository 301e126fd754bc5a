import { afterAll, beforeAll, expect, test } from 'vitest'
import { Door } from './door.ts'

let door: Door
let cookie: string

beforeAll(async () => {
  door = await Door.open()
  cookie = await door.enter('Cora', 'commander')
})
afterAll(() => door.close())

const own = { id: 'acme', name: 'Acme', enabled: true }
const webhook = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: false }
const source = { kind: 'grafana', act: 'propose', playbookId: null, severity: 'sev2' }

const kinds = [
  ['channels', { type: 'channel/save', channel: { ...own, incidentId: null, settings: webhook } }],
  ['alert-sources', { type: 'alert-source/save', source: { ...own, ...source } }],
  [
    'status-pages',
    { type: 'status-page/save', page: { ...own, settings: { kind: 'webhook', url: 'https://acme.com/status' } } },
  ],
] as const

test.each(kinds)(
  '[AC26] what of the %s is saved names the version their list tells, by the name of the field',
  async (list, save) => {
    const give = async (over: unknown, secrets: object = {}) => {
      const command = { id: crypto.randomUUID(), ...save, secrets, over }
      return (await door.post('/api/commands', command, { cookie })).json()
    }
    const version = async () => {
      const answer = (await (await door.get(`/api/${list}`, { cookie })).json()) as Record<
        string,
        { version: string }[]
      >
      return Object.values(answer)[0]?.[0]?.version
    }
    const added = await give(null)
    expect(added).toMatchObject({ type: 'done', answer: { version: await version() } })
    expect(await give(await version(), { token: 'a-token-of-acme-inc' })).toMatchObject({ type: 'done' })
    const seen = await version()
    expect(await give(seen, { token: 'another-token-of-acme' })).toMatchObject({ type: 'done' })
    const refused = { type: 'refused', refusal: { code: 'conflict', why: 'changed-since' } }
    expect(await give(seen)).toMatchObject(refused)
    expect(await give(await version())).toMatchObject({ type: 'done' })
    expect(await give(7)).toMatchObject({ type: 'invalid', issues: [{ field: 'over' }] })
  },
)
