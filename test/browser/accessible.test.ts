import { defaultTraining } from '@muster/shared/training-rules.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { Screen } from '../support/screen.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let commander: Visitor
let incidentId: string
let conversationId: string

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare({ training: { ...defaultTraining, undoMs: 0 } })
  await commander.do({ type: 'incident/surge', incidentId, on: true } as never)
  const post = new Post(world.origin, 'posts', hookSecret)
  const says = [
    'Checkout fails with an error.',
    'My card was declined twice!',
    'Is it down for everybody?',
    'Hello?? Anybody?',
  ]
  for (const [index, text] of says.entries()) {
    await post.send({
      id: `post-${index}`,
      address: `customer-${index}@example.com`,
      name: ['Kim', 'Lou', 'Max', 'Nia'][index] ?? '',
      text,
    })
  }
  const ada = await Screen.open(await commander.invite('Ada'), incidentId)
  await ada.command({ id: crypto.randomUUID(), type: 'incident/join', incidentId })
  await until('customers to wait', () => ada.conversations.size === says.length)
  await ada.command({ id: crypto.randomUUID(), type: 'conversation/take-next', incidentId, topics: [] })
  ada.close()
  conversationId = (await commander.snapshot(incidentId)).conversations[1]?.id ?? ''
  await haveReviewed((await commander.snapshot(incidentId)).conversations[2]?.id ?? '')
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** Somebody new writes what waits for a reviewer. */
async function haveReviewed(waiting: string) {
  const eve = await commander.invite('Eve')
  const here = { incidentId, conversationId: waiting }
  await eve.do({ type: 'incident/join', incidentId } as never)
  await commander.do({ type: 'responder/level', incidentId, personId: 'eve', level: 'gated' } as never)
  await eve.do({ type: 'briefing/finish', incidentId, epoch: 1 } as never)
  await eve.do({ type: 'conversation/claim', ...here } as never)
  const text = 'We know about it and are working on it.'
  await eve.do({ type: 'reply/submit', ...here, fence: 1, epoch: 1, text, through: 1 } as never)
}

const kept = JSON.stringify({ text: 'We are on it, and', epoch: 1, savedAt: Date.now(), replyId: null })

type Looked = [name: string, path: () => string, shows: string | RegExp, begin?: (page: Page) => Promise<void>]

const screens: Looked[] = [
  ['home', () => '#/', 'The whole company is called up'],
  ['declare', () => '#/', 'Checkout is down', declareFromPlaybook],
  ['desk', () => `#/incident/${incidentId}`, 'Take next'],
  ['conversation', () => `#/incident/${incidentId}/conversation/${conversationId}`, 'Claim'],
  ['reviews', () => `#/incident/${incidentId}/reviews`, 'Waiting for a reviewer (1)'],
  ['lead', () => `#/incident/${incidentId}/lead`, 'Ada'],
  ['board', () => `#/incident/${incidentId}/board`, /^The last hour, minute by minute/],
  ['wall', () => `#/incident/${incidentId}/wall`, 'Replies a minute'],
  ['channels', () => '#/settings/channels', 'posts'],
  ['people', () => '#/settings/people', 'Ada'],
  ['quarantine', () => '#/settings/quarantine', /quarantine/i],
]

async function declareFromPlaybook(page: Page) {
  await page.getByRole('button', { name: 'Declare an incident' }).click()
  await page.getByText('Login fails').click()
  await page.getByText(/^Example, \d topics/).click()
  await page.getByText('Please keep your password', { exact: true }).waitFor()
}

/** Shows each of the screens in turn. */
async function visit(page: Page, look: (name: string) => Promise<void>) {
  for (const [name, path, shows, begin] of screens) {
    await page.goto(`${world.origin}/${path()}`)
    await page.getByText(shows).filter({ visible: true }).first().waitFor()
    await begin?.(page)
    await look(name)
  }
}

describe.each(['desktop', 'phone'] as const)('on a %s', screen => {
  test.each(['light', 'dark'] as const)('[WB1] every screen is accessible, %s', async colorScheme => {
    const { page, complaints } = await openPage(browser, { screen, colorScheme })
    const found: string[] = []
    const look = async (name: string) => {
      await shoot(page, `${name}-${screen}-${colorScheme}`)
      found.push(...(await violationsOn(page)).map(violation => `${name}: ${violation}`))
    }
    await page.goto(`${world.origin}/#/`)
    await page.getByLabel('Password').waitFor()
    await look('sign-in')
    const [name = '', value = ''] = commander.cookie.split('=', 2)
    await page.context().addCookies([{ name, value, url: world.origin }])
    await page.reload()
    await visit(page, look)
    expect(complaints).toEqual([])
    await page.route('**/api/me', route => route.abort())
    await page.evaluate(`localStorage.setItem('muster/draft/' + localStorage['muster/person'] + '/one/two', '${kept}')`)
    await page.reload()
    await page.getByRole('button', { name: 'Copy the text' }).waitFor()
    await look('unreachable')
    expect(found).toEqual([])
  })
})

test('[WB1] nothing scrolls sideways at 360 px', async () => {
  const { page } = await openPage(browser, { screen: 'phone' })
  await page.setViewportSize({ width: 360, height: 740 })
  const [name = '', value = ''] = commander.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await visit(page, async name => {
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(wider, name).toBe(0)
  })
})
