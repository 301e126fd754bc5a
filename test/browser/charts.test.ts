import { join } from 'node:path'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { IncidentSeries, SeriesMinute } from '@muster/shared/figures.ts'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { actor, arrivalOf, arriving, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { sideways } from '../support/sideways.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let commander: Visitor
let incidentId: string

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
  await world.kill()
  incidentId = await pastHour(join(world.folder, 'muster.db'))
  await world.start()
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** Writes an hour of an outage into the store of a stopped server: a surge of customers, and people who come to help. */
async function pastHour(file: string): Promise<string> {
  let now = Date.now() - 62 * 60_000
  const store = await openSqliteStore({ file, clock: () => now })
  const desk = deskOn(store)
  const id = nextId('incident')
  const give = (command: object, who = muster) =>
    desk.handle(id, { id: nextId(), incidentId: id, ...command } as never, who)
  const facts = { affected: 'Payments', know: 'They fail.', maySay: 'We are on it.', mustNotSay: [], example: '' }
  await desk.handle(
    id,
    {
      id,
      type: 'incident/declare',
      title: 'Checkout is down',
      severity: 'sev1',
      ...facts,
      topics: [],
      wordings: [],
      channels: [],
    },
    actor('Cora', 'commander'),
  )

  await mirrorIncident(desk, id)

  const answer = async (person: ReturnType<typeof actor>) => {
    const taken = await give({ type: 'conversation/take-next', topics: [] }, person)
    if (taken.type !== 'done') return
    const { id: conversationId, fence, messages } = taken.answer.conversation as Conversation
    const reply = { conversationId, fence, epoch: 1, text: 'We are on it.', through: messages }
    const queued = await give({ type: 'reply/submit', ...reply }, person)
    const replyId = queued.type === 'done' ? queued.answer.replyId : null
    await give({ type: 'delivery/take', replyId, worker: 'w', leaseMs: 1_000 })
    now += 700
    await give({ type: 'delivery/sent', replyId, worker: 'w', externalId: 'x' })
  }

  const people = Array.from({ length: 12 }, (_, index) => actor(`Person${index}`))
  for (let minute = 0; minute < 62; minute++) {
    const begin = now
    const surge = Math.round(14 * Math.exp(-(((minute - 18) / 12) ** 2)) + 3)
    for (let customer = 0; customer < surge; customer++) {
      now += 1_000
      await give(arriving(arrivalOf({ from: { address: nextId('customer'), name: '' } }), 'posts'))
    }
    const newcomer = people[minute / 3]
    if (newcomer) await give({ type: 'incident/join' }, newcomer)
    for (const person of people.slice(0, minute / 3)) await answer(person)
    if (minute % 2 === 0) await give({ type: 'conversation/take-next', topics: [] }, people[minute % 5])
    now = begin + 60_000
  }
  await store.close()
  return id
}

async function openBoard(look: Parameters<typeof openPage>[1] = {}) {
  const { page, complaints } = await openPage(browser, { locale: 'en-GB', ...look })
  const [name = '', value = ''] = commander.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(`${world.origin}/#/incident/${incidentId}/board`)
  for (const title of titles) await page.getByRole('region', { name: title, exact: true }).locator('canvas').waitFor()
  return { page, complaints }
}

async function barriers(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { result } = await session.send('Runtime.evaluate', {
    expression: `${axe.source}; axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
    awaitPromise: true,
    returnByValue: true,
  })
  return result.value as string[]
}

const inMinutes = (ms: number | null) => (ms === null ? null : ms / 60_000)
const charts: [title: string, ...figures: ((minute: SeriesMinute) => number | null)[]][] = [
  ['Arrivals a minute', ({ arrivals }) => arrivals],
  ['Backlog', ({ backlog }) => backlog],
  ['Oldest waiting', ({ oldestMs }) => inMinutes(oldestMs)],
  ['Replies a minute', ({ replies }) => replies],
  [
    'Minutes to the first reply',
    ({ firstReplies }) => inMinutes(firstReplies.medianMs),
    ({ firstReplies }) => inMinutes(firstReplies.p90Ms),
  ],
  ['People', ({ answering }) => answering, ({ others }) => others],
]
const titles = charts.map(([title]) => title)
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const number = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 })

test('[WB20] every chart says in a sentence what it shows, and its table has the figures of the log', async () => {
  const { page, complaints } = await openBoard()
  for (const [title, ...figures] of charts) {
    const chart = page.getByRole('region', { name: title, exact: true })
    expect(await chart.getByRole('img').getAttribute('aria-label')).toMatch(/\d.*\.$/)
    await page.getByRole('button', { name: `Show as table: ${title}` }).click()
    const table = chart.getByRole('table', { name: title })
    const [, , ...rows] = (await table.getByRole('row').allInnerTexts()).map(row => row.split('\t'))
    const { minutes } = await commander.get<IncidentSeries>(`/api/incidents/${incidentId}/series`)
    const expected = new Map(
      minutes.map(minute => [
        time.format(minute.at),
        figures.map(figure => {
          const value = figure(minute)
          return value === null ? '–' : number.format(value)
        }),
      ]),
    )
    const known = rows.filter(([when]) => expected.has(when ?? ''))
    expect(known.length, title).toBeGreaterThanOrEqual(57)
    for (const [when = '', ...cells] of known) expect(cells, `${title} at ${when}`).toEqual(expected.get(when))
    expect(await chart.locator('canvas').count()).toBe(0)
  }
  await shoot(page, 'charts-as-tables')
  expect(await barriers(page)).toEqual([])
  for (const title of titles) await page.getByRole('button', { name: `Show as chart: ${title}` }).click()
  await page.locator('canvas').nth(5).waitFor()
  expect(complaints).toEqual([])
})

test('[WB20] a chart follows the log without being built anew, and says from when its figures are when they stay away', async () => {
  const { page } = await openBoard()
  const chart = page.getByRole('region', { name: 'Arrivals a minute', exact: true })
  const canvas = await chart.locator('canvas').elementHandle()
  const sentence = () => chart.getByRole('img').getAttribute('aria-label')
  const before = await sentence()
  const post = new Post(world.origin, 'posts', hookSecret)
  for (let customer = 0; customer < 40; customer++) {
    await post.send({ id: nextId('post'), address: nextId('late'), text: 'Still down!' })
  }
  await expect.poll(sentence, { timeout: 15_000 }).not.toBe(before)
  expect(await canvas?.evaluate(element => (element as unknown as { isConnected: boolean }).isConnected)).toBe(true)
  await world.kill()
  await page
    .getByText(/^These figures are from \d\d:\d\d, .* ago\. The server could not be reached/)
    .waitFor({ timeout: 40_000 })
  expect(await chart.locator('canvas').isVisible()).toBe(true)
  await world.start()
  await page.getByText(/as of \d\d:\d\d\.$/).waitFor({ timeout: 20_000 })
})

/** How much of a chart is drawn in this colour. */
const darkAccent = [124, 197, 230]
const pixelsOf = (colour: number[]) => `(() => {
  const canvas = document.querySelector('canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let found = 0
  for (let at = 0; at < data.length; at += 4) found += ${JSON.stringify(colour)}.every((part, of) => data[at + of] === part)
  return found
})()`

test('[WB1] [WB20] a chart takes the colours of the dark at once when it gets dark', async () => {
  const { page } = await openBoard({ colorScheme: 'light' })
  expect(await page.evaluate(pixelsOf(darkAccent))).toBe(0)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => page.evaluate(pixelsOf(darkAccent)), { timeout: 2_000 }).toBeGreaterThan(1_000)
})

const looks = (['desktop', 'phone'] as const).flatMap(screen =>
  (['light', 'dark'] as const).map(colorScheme => ({ screen, colorScheme })),
)

test.each(looks)('[WB1] [WB20] the charts are without barriers on a $screen, $colorScheme', async look => {
  const { page, complaints } = await openBoard(look)
  await page.setViewportSize(look.screen === 'phone' ? { width: 360, height: 1_500 } : { width: 1_280, height: 1_300 })
  await page.getByRole('region', { name: 'Backlog', exact: true }).getByRole('img').hover()
  await shoot(page, `charts-${look.screen}-${look.colorScheme}`)
  expect(await barriers(page)).toEqual([])
  expect(await sideways(page)).toBe(0)
  expect(complaints).toEqual([])
})
