import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let commander: Visitor
let incidentId: string

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare()
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** Somebody at the desk, whose browser keeps the screens by now. */
async function atTheDesk(name: string): Promise<Page> {
  const { page } = await openPage(browser)
  await page.goto(await commander.linkFor(name))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${world.origin}/#/incident/${incidentId}`)
  await page.getByRole('button', { name: 'Take next', exact: true }).waitFor()
  await page.evaluate('navigator.serviceWorker.ready.then(() => {})')
  return page
}

/** A customer writes, and this person takes the conversation. */
async function take(page: Page, address: string) {
  await new Post(world.origin, 'posts', hookSecret).send({ id: address, address, text: 'Nothing works.' })
  await page.getByRole('option', { name: new RegExp(address) }).waitFor()
  await page.getByRole('button', { name: 'Take next', exact: true }).click()
  return editorOf(page)
}

async function editorOf(page: Page) {
  const editor = page.getByLabel('Reply', { exact: true })
  await editor.waitFor({ timeout: 60_000 })
  return editor
}

test('[WB10] a browser finds nothing that would keep it from installing Muster', async () => {
  const { page } = await openPage(browser)
  await page.goto(world.origin)
  const session = await page.context().newCDPSession(page)
  const { url, errors } = await session.send('Page.getAppManifest')
  expect(url).toBe(`${world.origin}/manifest.webmanifest`)
  expect(errors).toEqual([])
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  // A window of a test is private, and installs nothing.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([])
})

test('[WB10] without a server the screens open, say so and show the text; with it the text is in its editor', async () => {
  const page = await atTheDesk('Ada')
  const editor = await take(page, 'kim@example.com')
  await editor.fill('Written before the server died.')
  await world.kill()
  await page.reload()
  await page.getByRole('heading', { name: 'Muster cannot be reached' }).waitFor()
  const kept = page.getByRole('list', { name: 'Your texts' })
  expect(await kept.getByRole('paragraph').allTextContents()).toContain('Written before the server died.')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await kept.getByRole('button', { name: 'Copy the text' }).click()
  await kept.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('Written before the server died.')
  await world.start()
  expect(await (await editorOf(page)).inputValue()).toBe('Written before the server died.')
})

test('[WB10] a server that takes connections and never answers is as good as none', async () => {
  const page = await atTheDesk('Eve')
  process.kill(world.pid, 'SIGSTOP')
  await page.reload()
  await page.getByRole('heading', { name: 'Muster cannot be reached' }).waitFor()
  process.kill(world.pid, 'SIGCONT')
  await page.getByRole('button', { name: 'Take next', exact: true }).waitFor({ timeout: 60_000 })
})

test('[WB10] a screen nobody opened yet opens without a server', async () => {
  const page = await atTheDesk('Bea')
  await world.kill()
  await page.goto(`${world.origin}/#/password`)
  await page.getByLabel('New password').waitFor()
  await world.start()
})

test('[WB10] a text written without a connection outlives the crash of its page', async () => {
  const page = await atTheDesk('Cid')
  const editor = await take(page, 'lou@example.com')
  const place = page.url()
  await world.kill()
  await editor.fill('Written with no server, before the crash.')
  await page.getByText('Kept on this machine').first().waitFor()
  await crash(page)
  await world.start()
  const again = await page.context().newPage()
  await again.goto(place)
  expect(await (await editorOf(again)).inputValue()).toBe('Written with no server, before the crash.')
})

/** Its process ends where it stands: nothing of the page is told. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  void session.send('Page.crash').catch(() => {})
  await crashed
}

test('[WB10] who signed out, or never was here, is shown nobody’s texts', async () => {
  const page = await atTheDesk('Dee')
  const editor = await take(page, 'max@example.com')
  await editor.fill('A secret of Dee.')
  await page.context().clearCookies()
  await page.reload()
  await page.getByLabel('Password').waitFor()
  await world.kill()
  await page.reload()
  await page.getByText('The server could not be reached.').waitFor()
  expect(await page.getByText('A secret of Dee.').count()).toBe(0)
  await world.start()
})
