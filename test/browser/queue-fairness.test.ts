import { muster } from '@muster/server/domain/decision.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { openStormHouse, type StormHouse } from '../../load/storm-house.ts'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { arrivalOf, arriving, bert, cora, declaring, nextId } from '../support/builders.ts'
import { until } from '../support/until.ts'

let house: StormHouse
let browser: Browser
const { id: incidentId } = declaring()

beforeAll(async () => {
  browser = await openBrowser()
  house = await openStormHouse()
  // Whoever waits at all waits too long.
  const policy = { leaseMs: 600_000, claimsPerPerson: 9, patienceMs: 0, choicesInARow: 2 }
  await house.give(incidentId, { ...declaring(), id: incidentId, policy }, cora)
  await house.give(incidentId, { id: nextId(), type: 'incident/join', incidentId }, bert)
  for (const name of ['Kim', 'Lou', 'Max', 'Nia', 'Ole', 'Pam']) {
    const from = { address: `${name}@example.com`, name, reach: null }
    const arrival = arrivalOf({ externalId: name, from })
    await house.give(incidentId, arriving(arrival), muster)
  }
})
afterAll(async () => {
  await browser?.close()
  await house?.close()
})

test('[WB63] [CL12] how many choices are left is said before one is refused, and what to do is beside the refusal', async () => {
  const { page } = await openPage(browser)
  await page.goto(await house.link('Ada'))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${house.origin}/#/incident/${incidentId}`)
  await page.getByText('2 of 2 choices left').waitFor()
  await shoot(page, 'queue-choices')
  const claim = async (name: string) => {
    await page.getByRole('option', { name: new RegExp(name) }).click()
    await page.getByRole('heading', { name, exact: true }).waitFor()
    await page.keyboard.press('c')
  }
  await claim('Pam')
  await page.getByText('1 of 2 choices left').waitFor()
  await claim('Ole')
  await page.getByText(/Somebody waits over .*: take the next one first/).waitFor()
  await claim('Nia')
  await page
    .getByText(/Somebody has waited since .*Take the next one first/)
    .filter({ visible: true })
    .first()
    .waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('x')
  await page.getByRole('option', { name: /Max/ }).click()
  await page.getByRole('button', { name: 'Claim 2' }).click()
  const head = page.locator('.take-next')
  await head.getByText(/Somebody has waited since/).waitFor()
  await shoot(page, 'queue-refused')
  await head.getByRole('button', { name: 'Take next', exact: true }).click()
  await page.getByRole('heading', { name: 'Kim', exact: true }).waitFor()
  await page.getByText('2 of 2 choices left').waitFor()
  await until('three to be held', async () => (await page.getByRole('option', { name: /Held by you/ }).count()) === 3)
})
