import type { Role } from '@muster/shared/role.ts'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { startHookReceiver } from '../support/hook-receiver.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let receiver: Awaited<ReturnType<typeof startHookReceiver>>
let commander: Visitor
let incidentId: string
let customers = 0

beforeAll(async () => {
  browser = await openBrowser()
  receiver = await startHookReceiver()
  world = await World.open({ channels: [hookChannel('posts', receiver.url)] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare()
  // Somebody waits already, so that there is a queue to see.
  await write('first@example.com')
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
  await receiver?.stop()
})

async function signIn(name: string, role: Role = 'responder', look: Parameters<typeof openPage>[1] = {}) {
  const { page, complaints } = await openPage(browser, look)
  await page.goto(await commander.linkFor(name, role))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${world.origin}/#/incident/${incidentId}`)
  await page.getByRole('listbox', { name: 'Queue' }).waitFor()
  return { page, complaints }
}

/** A customer writes, and this person takes the conversation. */
async function take(page: Page) {
  customers += 1
  const address = `customer-${customers}@example.com`
  await write(address)
  await page.getByRole('option', { name: new RegExp(address) }).waitFor()
  await page.getByRole('button', { name: 'Take next', exact: true }).click()
  const editor = page.getByLabel('Reply', { exact: true })
  await editor.waitFor()
  await page.getByRole('article').first().waitFor()
  return editor
}

const answered = 'Every message of this customer is answered.'
const textsPosted = () => receiver.posts.map(({ body }) => JSON.parse(body).text as string)

function write(address: string) {
  return new Post(world.origin, 'posts', hookSecret).send({ id: address, address, text: 'Nothing works.' })
}

test('[GV2] [CL5] new facts stop an open editor until its writer has read them, and take no word of the text', async () => {
  const { page } = await signIn('Ada')
  const editor = await take(page)
  await editor.fill('Written under the old facts.')
  const { facts } = await commander.snapshot(incidentId)
  await commander.do({ type: 'facts/publish', incidentId, ...facts, maySay: 'It works again for most.' } as never)
  await page.getByText('The facts changed while you wrote').waitFor()
  await page.keyboard.press('Control+Enter')
  expect(await page.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled')).toBe('true')
  expect(textsPosted()).toEqual([])
  await page.getByRole('button', { name: 'I have read it' }).click()
  expect(await editor.inputValue()).toBe('Written under the old facts.')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText(answered).waitFor({ timeout: 15_000 })
  expect(textsPosted()).toEqual(['Written under the old facts.'])
})

test('[DL5] a reply that was refused is back in its editor with the reason', async () => {
  const { page } = await signIn('Bea')
  const editor = await take(page)
  receiver.answer = response => void response.writeHead(410).end()
  await editor.fill('This one is refused.')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText(/Your reply was refused: .*410/).waitFor({ timeout: 15_000 })
  receiver.answer = response => void response.writeHead(204).end()
  expect(await editor.inputValue()).toBe('This one is refused.')
})

test('[CL9] [DL6] a reply sent while the server is dead leaves once when it is back', async () => {
  const { page } = await signIn('Cid')
  const editor = await take(page)
  await editor.fill('Written before the crash.')
  await world.kill()
  await page.getByText(/No connection since/).waitFor()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText(/Not confirmed yet/).waitFor()
  await world.start()
  await page.getByText(answered).waitFor({ timeout: 60_000 })
  expect(textsPosted().filter(text => text === 'Written before the crash.')).toHaveLength(1)
})

/** What axe finds against WCAG 2.2 AA. It is run past the page's own policy, which lets no such script in. */
async function barriers(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { result } = await session.send('Runtime.evaluate', {
    expression: `${axe.source}; axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
    awaitPromise: true,
    returnByValue: true,
  })
  return result.value as string[]
}

const doors: [role: Role, views: string[]][] = [
  ['observer', []],
  ['responder', []],
  ['lead', ['Desk', 'Reviews', 'Lead', 'Board']],
]

test('[AC1] each role sees the views it may use, without barriers on a desk and a phone, in light and dark', async () => {
  for (const [role, views] of doors) {
    const { page, complaints } = await signIn(`One-${role}`, role)
    const links = await page.getByRole('navigation', { name: 'Views' }).getByRole('link').allTextContents()
    expect(links.map(link => link.trim())).toEqual(views)
    expect(await page.getByRole('button', { name: 'Take next', exact: true }).count()).toBe(role === 'observer' ? 0 : 1)
    expect(complaints).toEqual([])
  }
  for (const look of [{ screen: 'desktop' }, { screen: 'phone', colorScheme: 'dark' }] as const) {
    const { page } = await signIn(`Dee-${look.screen}`, 'commander', look)
    for (const place of [`incident/${incidentId}`, `incident/${incidentId}/lead`, `incident/${incidentId}/board`, '']) {
      await page.goto(`${world.origin}/#/${place}`)
      await page.getByRole('main').waitFor()
      expect(await barriers(page), place).toEqual([])
    }
    await page.goto(`${world.origin}/#/settings/channels`)
    await page.getByRole('button', { name: 'Add a channel' }).click()
    await page.getByRole('menuitem', { name: 'Mailbox' }).click()
    await until('the form', () => page.getByLabel('Mailbox password').isVisible())
    expect(await barriers(page)).toEqual([])
  }
})
