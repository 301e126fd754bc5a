import { pagesOf } from '@muster/server/status-pages/open.ts'
import type { Ending, Page, Publication } from '@muster/server/status-pages/page.ts'
import { StatusPage } from '@muster/shared/status-page.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { atOnce, StatuspageFake, type Trouble } from '../support/statuspage.ts'

let fake: StatuspageFake
let open: ReturnType<typeof pagesOf>
beforeEach(async () => {
  fake = await StatuspageFake.start()
  open = pagesOf({ internalHosts: [fake.host], clock: Date.now, turnOf: () => atOnce })
})
afterEach(() => fake.stop())

function recordOf(given: object = {}): StatusPage {
  const settings = { kind: 'statuspage', api: fake.api, pageId: fake.pageId, components: ['cards', 'carts'], ...given }
  return StatusPage.parse({ id: 'page', name: 'Page', enabled: true, settings })
}

function pageOf(given: object = {}, token = fake.token): Page {
  const page = open(recordOf(given), { token })
  if ('setback' in page) throw new Error(page.setback.sentence)
  return page
}

const first: Publication = {
  key: 'u1-page',
  updateId: 'u1',
  incident: { id: 'i1', title: 'Checkout is down', severity: 'sev1' },
  status: 'investigating',
  text: 'Card payments fail.',
  approvedAt: Date.now(),
  externalId: null,
  begun: false,
}
const late = new Error('it was not its turn in time')
const patience = () => AbortSignal.timeout(5_000)

test('[SP9] the first update begins an incident, later ones go on with it, and the last ends it', async () => {
  const page = pageOf()
  const begun = await page.bring(first, patience())
  expect(begun).toEqual({ type: 'published', externalId: 'incident1' })
  const later = { ...first, externalId: 'incident1', begun: true }
  await page.bring({ ...later, updateId: 'u2', status: 'monitoring', text: 'It works again.' }, patience())
  expect(fake.incidents).toMatchObject([{ components: [{ status: 'degraded_performance' }, {}] }])
  await page.bring({ ...later, updateId: 'u3', status: 'resolved', text: 'It is over.' }, patience())
  expect(fake.incidents).toMatchObject([
    {
      name: 'Checkout is down',
      status: 'resolved',
      components: [
        { id: 'cards', status: 'operational' },
        { id: 'carts', status: 'operational' },
      ],
      metadata: { muster: { incident: 'i1', update: 'u3' } },
    },
  ])
  expect(fake.shown).toEqual(['Card payments fail.', 'It works again.', 'It is over.'])
})

test.each([
  ['sev1', 'major_outage'],
  ['sev2', 'partial_outage'],
  ['sev3', 'degraded_performance'],
] as const)('[SP9] components of an incident of %s are shown with %s', async (severity, status) => {
  await pageOf().bring({ ...first, incident: { ...first.incident, severity } }, patience())
  expect(fake.incidents[0]?.components.map(component => component.status)).toEqual([status, status])
})

test('[SP9] what was deleted there begins anew', async () => {
  const brought = await pageOf().bring({ ...first, externalId: 'gone', begun: true }, patience())
  expect(brought).toEqual({ type: 'published', externalId: 'incident1' })
})

test('[SP9] where a person saw the first update there, the next goes on with it', async () => {
  const page = pageOf()
  await page.bring(first, patience())
  const next = { ...first, updateId: 'u2', text: 'We found it.', begun: true }
  expect(await page.bring(next, patience())).toEqual({ type: 'published', externalId: 'incident1' })
  expect(fake.incidents).toHaveLength(1)
})

const answers: [Trouble, object][] = [
  ['accept-then-cut', { type: 'unknown', setback: { code: 'no-answer' } }],
  ['accept-then-500', { type: 'unknown', setback: { code: 'unclear', status: 500 } }],
  ['accept-then-garbage', { type: 'unknown', setback: { code: 'unnamed' } }],
  ['cut', { type: 'unknown' }],
  ['500', { type: 'unknown' }],
  ['503', { type: 'unknown' }],
  [
    '422',
    {
      type: 'refused',
      again: false,
      setback: { code: 'not-taken', trouble: 'status', status: 422, said: 'Body is wrong' },
    },
  ],
  ['420', { type: 'refused', again: true, afterMs: 60_000 }],
  ['429', { type: 'refused', again: true, afterMs: 60_000 }],
]

test.each(answers)('[SP6] [SP7] [WB131] after %s it is known what can be known', async (trouble, brought) => {
  const page = pageOf()
  fake.ahead.push(trouble)
  expect(await page.bring(first, patience())).toMatchObject(brought)
  const accepted = trouble.startsWith('accept')
  expect(fake.shown).toHaveLength(accepted ? 1 : 0)
  expect(await page.find(first, patience())).toEqual(
    accepted ? { type: 'published', externalId: 'incident1' } : { type: 'absent' },
  )
})

test('[SP6] a page that takes an update and says nothing is asked again', async () => {
  const page = pageOf()
  fake.ahead.push('accept-then-silence')
  expect(await page.bring(first, AbortSignal.timeout(50))).toMatchObject({ type: 'unknown' })
  expect(await page.find(first, patience())).toEqual({ type: 'published', externalId: 'incident1' })
})

test('[SP6] an update under way is told from the one before it, and what cannot be read back is not taken for absent', async () => {
  const page = pageOf()
  await page.bring(first, patience())
  const next = { ...first, updateId: 'u2', externalId: 'incident1', begun: true, text: 'More.' }
  expect(await page.find(next, patience())).toEqual({ type: 'absent' })
  for (const trouble of ['cut', '500', '429', 'accept-then-garbage'] as const) {
    fake.readsAhead.push(trouble)
    expect(await page.find(next, patience())).toMatchObject({ type: 'unknown', again: true })
  }
})

test('[SP7] the same words without our mark are for a person to look at', async () => {
  fake.forgetful = true
  const page = pageOf()
  fake.ahead.push('accept-then-500')
  await page.bring(first, patience())
  const seen = { type: 'unknown', again: false, setback: { code: 'not-as-ours' } }
  expect(await page.find(first, patience())).toMatchObject(seen)
  expect(await page.find({ ...first, text: 'Other words.' }, patience())).toEqual({ type: 'absent' })
  expect(await page.find({ ...first, approvedAt: Date.now() + 120_000 }, patience())).toEqual({ type: 'absent' })
})

test('[SP10] a pause that is asked for is told, also to whoever has the next turn; one whose turn never comes brings nothing', async () => {
  const endings: Ending[] = []
  open = pagesOf({
    internalHosts: [fake.host],
    clock: Date.now,
    turnOf: () => ({ take: async () => async ending => void endings.push(ending) }),
  })
  const page = pageOf()
  fake.retryAfter = '7'
  fake.ahead.push('429', 'cut')
  expect(await page.bring(first, patience())).toMatchObject({ type: 'refused', again: true, afterMs: 7_000 })
  await page.bring(first, patience())
  await page.bring(first, patience())
  expect(endings).toEqual([{ closedForMs: 7_000 }, 'unknown', 'taken'])
  const asked = fake.requests.length
  open = pagesOf({ internalHosts: [fake.host], clock: Date.now, turnOf: () => ({ take: () => Promise.reject(late) }) })
  expect(await pageOf().bring(first, patience())).toMatchObject({ type: 'refused', again: true })
  expect(fake.requests).toHaveLength(asked)
})

test('[SP7] a token that is not accepted is told, and stands in no reason', async () => {
  const brought = await pageOf({}, 'hunter2-hunter2').bring(first, patience())
  expect(brought).toEqual({
    type: 'refused',
    again: false,
    afterMs: null,
    setback: expect.objectContaining({ code: 'not-taken', trouble: 'sign-in' }),
  })
})

test('[CH9] a page at a private address that is not listed is not asked, and no token goes out in clear', async () => {
  const bare = pagesOf({ internalHosts: [], clock: Date.now, turnOf: () => atOnce })
  expect(bare(recordOf(), { token: fake.token })).toMatchObject({
    setback: { code: 'not-taken', trouble: 'in-clear', sentence: expect.stringContaining('in clear') },
  })
  const page = bare(recordOf({ api: fake.api.replace('http:', 'https:') }), { token: fake.token }) as Page
  expect(await page.bring(first, patience())).toMatchObject({ type: 'refused', again: false })
  expect(fake.requests).toEqual([])
})
