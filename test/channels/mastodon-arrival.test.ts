import { arrivalOf } from '@muster/server/channels/mastodon-arrival.ts'
import { Status } from '@muster/server/channels/mastodon-entities.ts'
import { readNotice } from '@muster/server/channels/mastodon-notices.ts'
import { expect, test } from 'vitest'
import { type Customer, kim, noticePayload, statusPayload, type Written } from '../support/mastodon-payloads.ts'
import { longestTurn } from './workbench.ts'

const base = 'https://social.acme.test'
const plain: Written = {
  id: '1',
  by: kim,
  content: '<p>Why?</p>',
  createdAt: '2026-11-25T10:00:00.000Z',
  editedAt: null,
  inReplyTo: null,
  visibility: 'public',
  language: 'en',
  spoiler: '',
  media: [],
  poll: null,
  source: null,
}
const read = (given: Partial<Written> = {}, by: Partial<Customer> = {}) =>
  arrivalOf(Status.parse(statusPayload(base, { ...plain, ...given, by: { ...kim, ...by } })), 'acme.test')

test('[CH43] who wrote it is told by their whole name, and provably who they are', () => {
  expect(read().from).toEqual({
    address: '@kim@social.test',
    name: 'Kim Élan',
    reach: 1_234,
    identity: 'acct:kim@social.test',
  })
  expect(read({}, { acct: 'Lee', name: '' }).from).toMatchObject({
    address: '@Lee@acme.test',
    name: 'Lee',
    identity: 'acct:lee@acme.test',
  })
})

test.each([
  ['a control character', 'kim@\0'],
  ['a space', 'kim @everybody'],
  ['a line', 'kim\n@social.test'],
  ['a second @', 'kim@social.test@acme.test'],
  ['half a character', 'kim\ud800'],
  ['nothing before its server', '@social.test'],
  ['more than an address may be long', `kim@${'x'.repeat(254)}`],
])('[CH43] a post of an account whose name holds %s is set aside with the field', (_, acct) => {
  const notice = noticePayload(base, '22', { ...plain, by: { ...kim, acct } })
  expect(readNotice(notice, 'acme.test').received).toMatchObject({
    type: 'unreadable',
    unreadable: { externalId: '1', defect: { field: 'status.account.acct' } },
  })
})

test('[CH43] a bot’s post is automatic', () => {
  expect(read().automatic).toBeNull()
  expect(read({}, { bot: true }).automatic).toBe('Its account says that a program posts there, not a person.')
})

test.each([
  ['public', 'public'],
  ['unlisted', 'unlisted'],
  ['private', 'followers'],
  ['direct', 'direct'],
  ['limited', 'direct'],
  ['whatever comes next', 'direct'],
])('[CH44] a post that is %s is read as %s', (visibility, expected) => {
  expect(read({ visibility }).visibility).toBe(expected)
})

test('[CH47] a post of a suspended account cannot be answered', () => {
  expect(read().closed).toBeNull()
  expect(read({}, { suspended: true }).closed).toMatchObject({ why: 'account-gone', network: 'Mastodon' })
})

test('[CH42] the content warning stands first, the poll and what pictures show last', () => {
  const { text, whole } = read({
    spoiler: 'money,\nangry',
    content: '<p>See:</p>',
    poll: ['Yes', 'No <b>'],
    media: [
      { type: 'image', url: 'https://files.test/a.png', description: 'Error 502\non the checkout page' },
      { type: 'video', url: null, description: null },
    ],
  })
  expect(text).toBe(
    '[CW: money, angry]\n\nSee:\n\n[ ] Yes\n[ ] No <b>\n\n[image: Error 502 on the checkout page] https://files.test/a.png\n[video]',
  )
  expect(whole).toBe(true)
})

test('[CH42] a post longer than what is kept says so', () => {
  expect(read({ content: `<p>${'x'.repeat(10_001)}</p>` })).toMatchObject({ whole: false })
})

test('[CH42] ten thousand broken notifications are each read or set aside, and keep nobody waiting', async () => {
  const chance = seeded(20_261_125)
  const whole = JSON.stringify(
    noticePayload(base, '22', { ...plain, media: [{ type: 'image', url: 'x', description: 'y' }] }),
  )
  const count = { arrival: 0, unreadable: 0, nothing: 0 }
  const longest = await longestTurn(async () => {
    for (let each = 0; each < 10_000; each++) {
      if (each % 50 === 0) await new Promise(resolve => setImmediate(resolve))
      const broken = breakOne(JSON.parse(whole), chance)
      const type = readNotice(broken, 'acme.test').received?.type ?? 'nothing'
      if (type in count) count[type as keyof typeof count]++
    }
  })
  console.info(`10,000 broken notifications: ${JSON.stringify(count)}, the longest turn took ${longest.toFixed(1)} ms`)
  expect(count.arrival + count.unreadable + count.nothing).toBe(10_000)
  expect(Math.min(count.arrival, count.unreadable)).toBeGreaterThan(1_000)
  expect(longest).toBeLessThan(100)
})

/** 0 up to, not including, 1; the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const strange: unknown[] = [
  null,
  undefined,
  7,
  -1,
  '',
  'x',
  [],
  {},
  [null],
  '\u0000\ud800',
  '<'.repeat(50_000),
  'x'.repeat(50_000),
]

/** Changes what stands at a random place of a value, or takes it away. */
function breakOne(value: unknown, chance: () => number): unknown {
  const one = (length: number) => Math.floor(chance() * length)
  if (typeof value !== 'object' || value === null || chance() < 0.05) return strange[one(strange.length)]
  const keys = Object.keys(value)
  const key = keys[one(keys.length)]
  if (key === undefined) return value
  const parts = Object.entries(value).map(([name, part]) => [name, name === key ? breakOne(part, chance) : part])
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts)
}
