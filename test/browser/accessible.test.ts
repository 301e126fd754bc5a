import { defaultTraining } from '@muster/shared/training-rules.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { Screen } from '../support/screen.ts'
import { sideways, smallestPhone } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let commander: Visitor
let incidentId: string
let conversationId: string
let eve: Visitor
/** Somebody whose reply a reviewer returned. */
let fay: Visitor

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
  const { conversations } = await commander.snapshot(incidentId)
  const returned = await answerAsNew('Fay', conversations[3]?.id ?? '', 'Yes, it is a known thing. We write again.')
  await giveBack(returned.replyId)
  fay = returned.person
  const read = await answerAsNew('Eve', conversations[2]?.id ?? '', 'We know about it and are working on it.')
  eve = read.person
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** Somebody new answers who waits there; the reply is a reviewer's to read. */
async function answerAsNew(name: string, waiting: string, text: string): Promise<{ person: Visitor; replyId: string }> {
  const person = await commander.invite(name)
  const here = { incidentId, conversationId: waiting }
  await person.do({ type: 'incident/join', incidentId } as never)
  const personId = name.toLowerCase()
  await commander.do({ type: 'responder/level', incidentId, personId, level: 'gated' } as never)
  await person.do({ type: 'briefing/finish', incidentId, epoch: 1 } as never)
  await person.do({ type: 'conversation/claim', ...here } as never)
  const reply = { type: 'reply/submit', ...here, fence: 1, epoch: 1, text, through: 1 }
  const { replyId } = await person.do(reply as never)
  return { person, replyId: String(replyId) }
}

/** A reviewer gives it back with comments. */
async function giveBack(replyId: string): Promise<void> {
  await commander.do({ type: 'review/claim', incidentId, replyIds: [replyId] } as never)
  const comments = [
    { from: 5, to: 24, text: 'This sounds as if we did not care. Say that we see their trouble.' },
    { from: 26, to: 40, text: 'When?' },
  ]
  const note = 'Nearly there. Say first what we do about it.'
  await commander.do({ type: 'review/return', incidentId, replyId, fence: 1, note, comments } as never)
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

async function enter(page: Page, { cookie }: Visitor) {
  const [name = '', value = ''] = cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
}

/** What becomes of a reply, as its writer sees it: with a reviewer, returned, refused by the gate. */
async function writeOn(page: Page, look: (name: string) => Promise<void>) {
  const { conversations } = await commander.snapshot(incidentId)
  const of = (id: string) => conversations.find(({ claim }) => claim?.holder.id === id)?.id ?? ''
  await enter(page, eve)
  await page.goto(`${world.origin}/#/incident/${incidentId}/conversation/${of('eve')}`)
  await page.reload()
  await page.getByText('Your reply waits for a reviewer.').waitFor()
  await look('handed-in')
  await enter(page, fay)
  await page.goto(`${world.origin}/#/incident/${incidentId}/conversation/${of('fay')}`)
  await page.reload()
  await page.getByText('returned your reply').waitFor()
  await look('returned')
  await page.getByRole('button', { name: 'Put aside' }).click()
  await page.getByLabel('Reply', { exact: true }).fill('We refund everybody by 14:30. It is the database!!!')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('This reply cannot leave as it is.').waitFor()
  await look('refused')
  await page.getByLabel('Reply', { exact: true }).fill('Yes, it is a known thing. We write again.')
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

  test.each(['light', 'dark'] as const)('[WB1] what becomes of a reply is accessible, %s', async colorScheme => {
    const { page, complaints } = await openPage(browser, { screen, colorScheme })
    const found: string[] = []
    await writeOn(page, async name => {
      await shoot(page, `${name}-${screen}-${colorScheme}`)
      found.push(...(await violationsOn(page)).map(violation => `${name}: ${violation}`))
    })
    expect(found).toEqual([])
    expect(complaints).toEqual([])
  })
})

test('[WB1] nothing scrolls sideways at 360 px', async () => {
  const { page } = await openPage(browser, { screen: 'phone' })
  await page.setViewportSize(smallestPhone)
  const [name = '', value = ''] = commander.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await visit(page, async name => {
    expect(await sideways(page), name).toBe(0)
  })
  await writeOn(page, async name => {
    expect(await sideways(page), name).toBe(0)
  })
})
