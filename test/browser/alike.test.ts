import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { look, sideways } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let commander: Visitor
let incidentId: string

const customers = ['Kim', 'Lou', 'Max', 'Nia', 'Ole']

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare()
  for (const [order, name] of customers.entries()) await write(name, `My card was declined at the till, order ${order}`)
  await write('Pam', 'How do I change the address of my account?')
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

function write(name: string, text: string) {
  const address = `${name.toLowerCase()}@example.com`
  return new Post(world.origin, 'posts', hookSecret).send({ id: crypto.randomUUID(), address, name, text })
}

async function signIn(
  name: string,
  screen: Parameters<typeof openPage>[1] = {},
  role: 'responder' | 'lead' = 'responder',
): Promise<Page> {
  const { page } = await openPage(browser, screen)
  await page.goto(await commander.linkFor(name, role))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${world.origin}/#/incident/${incidentId}`)
  await page.getByRole('listbox', { name: 'Queue' }).waitFor()
  return page
}

const row = (page: Page, name: string) => page.getByRole('option', { name: new RegExp(name) })
const names = (page: Page) => page.locator('.queue-row .name bdi').allTextContents()
const strip = (page: Page, said: string) => page.locator('.queue-strip').getByText(said, { exact: true })
/** How many rows there are, be they in sight or not. */
const counts = (page: Page, wanted: number) =>
  until(`${wanted} rows`, async () => {
    const size = await page.getByRole('option').first().getAttribute('aria-setsize')
    return size === `${wanted}`
  })
const shows = (page: Page, wanted: readonly string[]) =>
  until(wanted.join(), async () => (await names(page)).join() === wanted.join())

test('[WB133] [WB63] who wrote nearly the same is shown by a key, chosen at one press and claimed, as many as one may hold', async () => {
  const page = await signIn('Ada')
  await row(page, 'Kim.*5 alike').waitFor()
  expect(await row(page, 'Pam.*alike').count()).toBe(0)
  await shoot(page, 'alike-row')
  await row(page, 'Nia').click()
  await page.getByText('4 more people waiting wrote nearly the same.').waitFor()
  await shoot(page, 'alike-others')
  await page.keyboard.press('l')
  await strip(page, '5 wrote nearly the same').waitFor()
  await shows(page, customers)
  expect(await page.locator('.queue-item.active .name bdi').textContent()).toBe('Nia')
  await page.getByRole('status').filter({ hasText: '5 wrote nearly the same' }).waitFor()
  await page.keyboard.press('l')
  await shows(page, [...customers, 'Pam'])
  await page.getByRole('button', { name: 'Show them' }).click()
  await shows(page, customers)
  await page.getByRole('button', { name: 'Select 5 free' }).click()
  await page.getByRole('button', { name: 'Claim 3' }).waitFor()
  await page.locator('[role=listbox]:focus').waitFor()
  await shoot(page, 'alike-chosen')
  const chosen = page.getByRole('region', { name: 'Selected conversations' })
  await chosen.getByText('No more than 3: this incident allows 3 at a time.').waitFor()
  expect(
    await page
      .locator('.take-next')
      .getByText(/^No more than 3/)
      .count(),
  ).toBe(0)
  expect(await violationsOn(page)).toEqual([])
  await page.getByRole('button', { name: 'Claim 3' }).click()
  await page.getByRole('heading', { name: 'Kim', exact: true }).waitFor()
  await until('three to be held', async () => (await row(page, 'Held by you').count()) === 3)
})

test('[WB133] whoever writes wordings sees what most of those who wait wrote, and who they are', async () => {
  const page = await signIn('Lia', {}, 'lead')
  await page.goto(`${world.origin}/#/incident/${incidentId}/lead/guidance`)
  const list = page.getByRole('list', { name: 'What many wrote' })
  await list.getByText('My card was declined at the till, order 0').waitFor()
  await list.getByText('5 wait', { exact: true }).waitFor()
  expect(await list.getByRole('listitem').count()).toBe(1)
  await list.scrollIntoViewIfNeeded()
  await look(page, 'most-written')
  expect(await violationsOn(page)).toEqual([])
  await list.getByRole('button', { name: 'Show them: My card' }).click()
  await strip(page, '5 wrote nearly the same').waitFor()
  await counts(page, 5)
})

test('[WB133] on a phone they are found in the conversation and in the view, and let go of by one press', async () => {
  const page = await signIn('Bea', { screen: 'phone', colorScheme: 'dark' })
  await page.getByRole('button', { name: /^View/ }).click()
  const dialog = page.getByRole('dialog', { name: 'View' })
  const groups = dialog.getByLabel('Wrote nearly the same')
  const label = await groups.locator('option').nth(1).textContent()
  expect(label?.replaceAll(/[\u2066-\u2069]/g, '')).toBe('5: My card was declined at the till, order 0')
  await groups.selectOption({ index: 1 })
  await shoot(page, 'alike-view-phone')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await counts(page, 5)
  await row(page, 'Ole').waitFor()
  expect(await sideways(page)).toBe(0)
  expect(await violationsOn(page)).toEqual([])
  await shoot(page, 'alike-phone')
  await write('Quinn', 'my card was declined at the till again, order 77')
  await counts(page, 6)
  await strip(page, '6 wrote nearly the same').waitFor()
  await row(page, 'Ole').click()
  await page.getByRole('heading', { name: 'Ole', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Back to the queue' }).click()
  await page.getByRole('button', { name: 'Show all' }).click()
  await counts(page, 7)
  await row(page, 'Pam').waitFor()
})
