import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { type Visitor, World } from '../support/world.ts'

const most = 120_000

let world: World
let browser: Browser
let commander: Visitor

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

test('[WB11] a responder’s desk can be used after at most 120 KB of compressed script', async () => {
  const incidentId = await commander.declare()
  await new Post(world.origin, 'posts', hookSecret).send({ id: 'one', address: 'kim@example.com', text: 'It is down.' })
  const responder = await commander.invite('Ada')
  const { page, complaints } = await openPage(browser)
  const [name = '', value = ''] = responder.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])

  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const scripts = new Map<string, { url: string; encoding: string | undefined; bytes: number }>()
  session.on('Network.responseReceived', ({ requestId, type, response: { url, headers } }) => {
    if (type === 'Script') scripts.set(requestId, { url, encoding: headers['content-encoding'], bytes: 0 })
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const script = scripts.get(requestId)
    if (script !== undefined) script.bytes = encodedDataLength
  })
  await page.goto(`${world.origin}/#/incident/${incidentId}`)
  await page.getByRole('option', { name: /kim@example.com/ }).waitFor()
  expect(await page.getByRole('button', { name: 'Take next', exact: true }).isEnabled()).toBe(true)

  const loaded = [...scripts.values()]
  expect(loaded.filter(({ bytes }) => bytes === 0)).toEqual([])
  expect(loaded.filter(({ bytes, encoding }) => bytes > 2_500 && encoding !== 'br' && encoding !== 'gzip')).toEqual([])
  const sum = loaded.reduce((bytes, script) => bytes + script.bytes, 0)
  expect(sum).toBeGreaterThan(0)
  expect(sum, loaded.map(({ url, bytes }) => `${url} ${bytes}`).join('\n')).toBeLessThanOrEqual(most)
  expect(complaints).toEqual([])
})

test('[WB11] a part that comes later and cannot be had says so, and comes when it is tried again', async () => {
  const { page } = await openPage(browser)
  await page.route('**/assets/password-*.js', route => route.abort())
  await page.goto(await commander.linkFor('Bea'))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByText(/could not be loaded. What you typed is kept/).waitFor()
  await page.unroute('**/assets/password-*.js')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByLabel('New password').waitFor()
})
