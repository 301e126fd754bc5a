import type { Proposal } from '@muster/shared/proposal.ts'
import { beforeAll, expect, test } from 'vitest'
import { isOpenable, networkOf } from '../../web/state/network.ts'
import { speak } from './speaking.ts'

let proposals: typeof import('../../web/state/proposals.ts')
let customers: typeof import('../../web/state/customer.ts')
let places: typeof import('../../web/state/channel-place.ts')

beforeAll(async () => {
  await speak('en')
  proposals = await import('../../web/state/proposals.ts')
  customers = await import('../../web/state/customer.ts')
  places = await import('../../web/state/channel-place.ts')
})

test('[WB122] only pages are opened, whatever a stranger’s server calls the address of a message', () => {
  expect(isOpenable('https://mastodon.example/@kim/1')).toBe(true)
  for (const link of ['javascript:alert(1)', 'data:text/html,x', ' javascript:x', 'file:///etc/passwd', '@kim', ''])
    expect(isOpenable(link), link).toBe(false)
})

test('[WB121] networks are named where others read along, and nowhere else', () => {
  expect((['bluesky', 'mastodon', 'x', 'mail', 'webhook'] as const).map(networkOf)).toEqual([
    'Bluesky',
    'Mastodon',
    'X',
    null,
    null,
  ])
  expect(networkOf(undefined)).toBeNull()
})

test('[WB130] an id that only programs read is nobody’s name: a handle is shown, or that nobody knows', () => {
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
  const kim = { name: '', handle: '@kim.test', address: did, identity: did }
  const shown = (human: Parameters<typeof customers.customerName>[0]) => customers.customerName(human).name
  expect(shown({ ...kim, name: 'Kim' })).toBe('Kim')
  expect(shown(kim)).toBe('@kim.test')
  expect(shown({ name: '', address: did, identity: did })).toBe('Name unknown')
  expect(shown({ name: ' ', address: '2244994945', identity: 'https://x.com/i/user/2244994945' })).toBe('Name unknown')
  expect(shown({ name: '', address: '@kim', identity: 'https://x.com/i/user/2244994945' })).toBe('@kim')
  expect(shown({ name: '', address: 'kim@example.com', identity: 'mailto:kim@example.com' })).toBe('kim@example.com')
  expect(shown({ name: '', address: '4915112345678', identity: null })).toBe('4915112345678')
})

test('[WB120] the secret an X channel cannot do without is named; a refresh token is as good as an access token', () => {
  const account = { api: 'https://api.x.com', userId: '1', username: 'acme', plan: 'self-serve', search: null } as const
  const settings = { kind: 'x', receive: 'stream', directMessages: true, ...account } as const
  const health = { id: 'x', name: 'X', kind: 'x', state: 'off', complaint: null, lagMs: null } as const
  const x = { id: 'x', name: 'X', enabled: false, incidentId: null, settings, health, version: '1', cost: null }
  const missing = (...secrets: string[]) => places.missingSecret({ ...x, secrets })
  expect(missing('bearer')).toBe('noToken')
  expect(missing('token')).toBe('noBearer')
  expect([missing('token', 'bearer'), missing('refreshToken', 'bearer')]).toEqual([null, null])
})

test('[WB126] a proposal says why: what rose against what is usual, or what alarmed', () => {
  const proposal: Proposal = {
    id: 'p1',
    title: 'Many messages',
    severity: 'sev2',
    affected: '',
    playbookId: null,
    cause: { type: 'spike', spike: { channels: ['x'], lastMinute: 42, usual: 1.234 } },
    madeAt: 0,
    state: 'open',
    incidentId: null,
    decidedBy: null,
    decidedAt: null,
  }
  expect(proposals.becauseOf(proposal, 0)).toContain('42 in a minute, where 1.2 are usual')
  const alert = { sourceId: 'am', key: 'k', title: 'Checkout', detail: '', state: 'firing', at: 0, link: null } as const
  expect(proposals.becauseOf({ ...proposal, cause: { type: 'alert', alert } }, 0)).toContain('Checkout')
})
