import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { sideways, smallestPhone } from '../support/sideways.ts'
import { World } from '../support/world.ts'

let world: World
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

test('[WB1] [WB2] a German browser shows German, and English once its person chose it', async () => {
  const commander = await world.enter(await world.firstLink())
  const incidentId = await commander.declare()
  await new Post(world.origin, 'posts', hookSecret).send({ id: 'one', address: 'kim@example.com', text: 'Hallo?' })
  const { page, complaints } = await openPage(browser, { screen: 'phone', locale: 'de-DE' })
  await page.setViewportSize(smallestPhone)
  const language = () => page.locator('html').getAttribute('lang')

  await page.goto(`${world.origin}/#/`)
  await page.getByRole('button', { name: 'Anmelden' }).waitFor()
  expect(await language()).toBe('de')
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('Passwort').fill('not the right one')
  await page.getByRole('button', { name: 'Anmelden' }).click()
  await page.getByText('Name und Passwort passen nicht zusammen.').waitFor()
  await page.goto(await commander.linkFor('Ada', 'commander'))
  await page.getByRole('button', { name: 'Mit diesem Link anmelden' }).click()
  await page.getByRole('button', { name: 'Nicht jetzt' }).click()

  const places = ['', `incident/${incidentId}/lead`, `incident/${incidentId}/board`, `incident/${incidentId}`]
  for (const place of [...places, 'settings/people', 'settings/channels', `incident/${incidentId}`]) {
    await page.goto(`${world.origin}/#/${place}`)
    await page.getByRole('main').waitFor()
    await shoot(page, `german-${place.replaceAll('/', '-').replace(incidentId, '')}`)
    expect(await sideways(page), place).toBe(0)
  }
  await page.getByRole('button', { name: 'Nächstes übernehmen' }).click()
  await page.getByLabel('Antwort', { exact: true }).waitFor()
  await page.getByText('Noch nichts geschrieben.').waitFor()
  expect(await language()).toBe('de')

  await page.getByRole('button', { name: 'Ada' }).click()
  await shoot(page, 'german-menu')
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByLabel('Reply', { exact: true }).waitFor()
  expect(await language()).toBe('en')
  expect(complaints).toEqual([])
})
