import { pagesOf } from '@muster/server/status-pages/open.ts'
import type { Page, Publication } from '@muster/server/status-pages/page.ts'
import { setbackOf } from '@muster/shared/setback.ts'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHookReceiver } from '../support/hook-receiver.ts'
import { atOnce } from '../support/statuspage.ts'

const signing = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
let receiver: Awaited<ReturnType<typeof startHookReceiver>>
let page: Page
beforeAll(async () => {
  receiver = await startHookReceiver()
  const open = pagesOf({ internalHosts: ['127.0.0.1'], clock: Date.now, turnOf: () => atOnce })
  const record = { id: 'own', name: 'Own', enabled: true, settings: { kind: 'webhook', url: receiver.url } } as const
  page = open(record, { signing }) as Page
  expect(open(record, {})).toEqual({ setback: setbackOf('no-signing-secret') })
})
afterAll(async () => {
  page.close()
  await receiver.stop()
})

const update: Publication = {
  key: 'u1-own',
  updateId: 'u1',
  incident: { id: 'i1', title: 'Checkout is down', severity: 'sev2' },
  status: 'identified',
  text: 'We found it.',
  approvedAt: Date.UTC(2026, 10, 23, 9),
  externalId: null,
  begun: false,
}

test('[SP11] an update is posted signed, and under the same id when it is posted again', async () => {
  expect(await page.bring(update, AbortSignal.timeout(5_000))).toEqual({ type: 'published', externalId: 'u1-own' })
  await page.bring(update, AbortSignal.timeout(5_000))
  const verified = receiver.posts.map(({ headers, body }) =>
    new Webhook(signing).verify(body, headers as Record<string, string>),
  )
  const { incident, status, text } = update
  const posted = { type: 'status', updateId: 'u1', incident, status, text, at: '2026-11-23T09:00:00.000Z' }
  expect(verified).toEqual([posted, posted])
  expect(receiver.posts.map(({ headers }) => headers['webhook-id'])).toEqual(['u1-own', 'u1-own'])
  expect(page.repeatable).toBe(true)
})

const answered: [number, object][] = [
  [200, { type: 'published' }],
  [404, { type: 'refused', again: false, setback: { code: 'not-taken', trouble: 'status', status: 404 } }],
  [429, { type: 'refused', again: true, afterMs: 60_000 }],
  [500, { type: 'unknown', setback: { code: 'unclear', trouble: 'status', status: 500 } }],
  [503, { type: 'unknown' }],
]

test.each(answered)('[SP7] [SP11] [WB131] an answer of %i is told as what it is', async (status, brought) => {
  receiver.answer = response => void response.writeHead(status).end()
  expect(await page.bring(update, AbortSignal.timeout(5_000))).toMatchObject(brought)
})
