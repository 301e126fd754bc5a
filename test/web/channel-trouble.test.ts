import { complaintOf } from '@muster/shared/complaint.ts'
import type { ChannelView } from '@muster/shared/endpoint.ts'
import { beforeAll, expect, test } from 'vitest'
import { speak } from './speaking.ts'

let trouble: typeof import('../../web/state/channel-trouble.ts')

beforeAll(async () => {
  await speak('en')
  trouble = await import('../../web/state/channel-trouble.ts')
})

const settings = {
  kind: 'bluesky',
  service: 'https://b.example',
  handle: 'acme',
  directMessages: false,
  search: null,
} as const
const channelOf = (given: Partial<ChannelView>, health: Partial<ChannelView['health']>): ChannelView => ({
  id: 'acme',
  name: 'Acme',
  enabled: true,
  incidentId: null,
  settings,
  secrets: [],
  version: '1',
  cost: null,
  ...given,
  health: { id: 'acme', name: 'Acme', kind: 'bluesky', state: 'receiving', complaint: null, lagMs: 0, ...health },
})
const told = (channel: ChannelView) => trouble.channelTroubles([channel], 0).map(({ said }) => said)

test('[CH88] what is away says why, what is read too late says how late, and the others say nothing', () => {
  const failure = { reason: 'no', trouble: 'unreached', status: null, said: 'ECONNREFUSED' } as const
  const complaint = complaintOf('unread', { place: '@acme', since: 0, failure })
  expect(told(channelOf({}, { state: 'away', complaint }))[0]).toMatch(/^Nothing of .@acme. could be read since/)
  expect(told(channelOf({}, { state: 'away' }))).toEqual([
    'Nothing can be read of it just now. It is tried again by itself.',
  ])
  expect(told(channelOf({}, { lagMs: 300_000 }))[0]).toMatch(/^Nothing was read for 5 min\..*1 min at most/)
  expect(told(channelOf({}, { state: 'catching-up', lagMs: 300_000 }))).toEqual([
    'What came meanwhile is being read. All was read 5 min ago.',
  ])
  expect(told(channelOf({ lagObjectiveMs: 600_000 }, { lagMs: 300_000 }))).toEqual([])
  expect(told(channelOf({}, { state: 'connecting', lagMs: null }))).toEqual([])
  expect(told(channelOf({ enabled: false }, { state: 'away' }))).toEqual([])
})
