import type { IncidentsAnswer, QuarantineView } from '@muster/shared/endpoint.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pagerDuty } from '../support/alert-calls.ts'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { sideways } from '../support/sideways.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

const token = 'token-of-the-source'

let world: World
let browser: Browser
let commander: Visitor

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open()
  commander = await world.enter(await world.firstLink())
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

async function save(kind: 'alertmanager' | 'pagerduty'): Promise<void> {
  const source = { id: 'our-pager', name: 'Our pager', enabled: true, kind, act: 'propose' }
  const rest = { playbookId: null, severity: 'sev1' }
  await commander.do({ type: 'alert-source/save', source: { ...source, ...rest }, secrets: { token } } as never)
}

async function call(title: string): Promise<number> {
  const post = pagerDuty('incident.triggered', new Date().toISOString())
  const body = { event: { ...post.event, data: { ...post.event.data, id: title, title } } }
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${world.origin}/alerts/our-pager`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return response.status
}

type Line = { held: boolean; release: () => void }

/** `line`: while it is held, nothing that is to be read again goes out. */
async function open(look: Parameters<typeof openPage>[1] = {}, line?: Line): Promise<Page> {
  const { page } = await openPage(browser, look)
  if (line) await hold(page, line)
  const [name = '', value = ''] = commander.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(`${world.origin}/#/settings/quarantine`)
  return page
}

async function hold(page: Page, line: Line): Promise<void> {
  await page.routeWebSocket(/socket\.io/, screen => {
    const server = screen.connectToServer()
    server.onMessage(message => screen.send(message))
    screen.onMessage(message => {
      const send = () => server.send(message)
      if (line.held && String(message).includes('quarantine/retry')) line.release = send
      else send()
    })
  })
}

async function lookAt(page: Page, name: string): Promise<void> {
  expect(await violationsOn(page), name).toEqual([])
  expect(await sideways(page)).toBe(0)
  await shoot(page, `quarantine-${name}`)
}

test('[WB1] [WB4] [IN31] an alert in quarantine is read again at a press, which says what became of it', async () => {
  await save('alertmanager')
  for (const title of ['Checkout fails', 'Login fails']) expect(await call(title)).toBe(400)
  const page = await open()
  const rows = page.getByRole('listitem').filter({ hasText: /An alert of .Our pager. cannot be read: expected / })
  const checkout = rows.filter({ hasText: 'Checkout fails' })
  await rows.nth(1).waitFor()
  await checkout.getByRole('button', { name: 'Read it again' }).click()
  await page.getByRole('alert').getByText('Look whether the right system is chosen for its source.').waitFor()
  await lookAt(page, 'left-desktop-light')
  const phone = await open({ screen: 'phone', colorScheme: 'dark', locale: 'de-DE' })
  await phone
    .getByRole('button', { name: /^Erneut lesen/ })
    .first()
    .click()
  await phone
    .getByText(/^Ein Alarm von .Our pager. kann nicht gelesen werden: erwartet wird /)
    .nth(1)
    .waitFor()
  await phone.getByRole('alert').getByText('ob bei der Quelle das richtige System gewählt ist').waitFor()
  const tab = await phone.getByRole('link', { name: 'Quarantäne' }).boundingBox()
  expect((tab?.x ?? Infinity) + (tab?.width ?? Infinity)).toBeLessThanOrEqual(390)
  await lookAt(phone, 'left-phone-dark')
  await phone.getByRole('button', { name: 'Verwerfen…' }).first().click()
  await phone.getByRole('dialog', { name: 'Diesen Alarm verwerfen?' }).waitFor()
  await phone.context().close()

  await save('pagerduty')
  const again = page.getByRole('button', { name: /^Read it again: / })
  const names = await Promise.all((await again.all()).map(each => each.getAttribute('aria-label')))
  expect(new Set(names).size).toBe(2)
  // Pressed twice in a row it is read once.
  await checkout.getByRole('button', { name: 'Read it again' }).evaluate((button: { click(): void }) => {
    button.click()
    button.click()
  })
  await page.getByRole('status').getByText('What comes of it is among the incidents.').waitFor()
  await checkout.waitFor({ state: 'detached' })
  await lookAt(page, 'taken-desktop-light')
  expect(await page.getByRole('alert').count()).toBe(0)
  const { proposals, quarantined } = await commander.get<IncidentsAnswer>('/api/incidents')
  expect(proposals).toMatchObject([{ title: 'Checkout fails', state: 'open' }])
  expect(quarantined).toBe(1)
  const { quarantine } = await commander.get<{ quarantine: QuarantineView[] }>('/api/quarantine')
  expect(quarantine).toMatchObject([{ beginning: expect.stringContaining('Login fails') }])
  await page.context().close()
})

test('[WB135] what was set aside is told on the first page and where who leads looks, and its list keeps up by itself', async () => {
  await save('alertmanager')
  const incidentId = await commander.declare()
  const { quarantined: before } = await commander.get<IncidentsAnswer>('/api/incidents')
  const list = await open()
  await list.getByRole('heading', { level: 1, name: 'Quarantine' }).waitFor()
  const home = await open()
  await home.goto(`${world.origin}/#/`)
  await home.getByRole('heading', { level: 1, name: 'Incidents' }).waitFor()
  const lead = await open({ screen: 'phone', colorScheme: 'dark', locale: 'de-DE' })
  await lead.goto(`${world.origin}/#/incident/${incidentId}/lead/now`)
  await lead.getByRole('heading', { name: `In Quarantäne (${before})` }).waitFor()
  expect(await call('Search fails')).toBe(400)

  await list.getByRole('listitem').filter({ hasText: 'Search fails' }).waitFor()
  await home.getByText(`${before + 1} messages or alerts could not be read`).waitFor()
  await lead.getByRole('heading', { name: `In Quarantäne (${before + 1})` }).waitFor()
  await lookAt(home, 'home-desktop-light')
  await lookAt(lead, 'lead-phone-dark')
  await home.getByRole('link', { name: 'Settings, Quarantine' }).click()
  await home.getByRole('heading', { level: 1, name: 'Quarantine' }).waitFor()
  for (const page of [list, home, lead]) await page.context().close()
})

test('[WB135] all that was set aside is read again at one press, and what cannot be read stays', async () => {
  await save('alertmanager')
  const titles = Array.from({ length: 6 }, (_, index) => `Part ${index + 1} fails`)
  for (const title of titles) expect(await call(title)).toBe(400)
  const line: Line = { held: false, release: () => {} }
  const page = await open({}, line)
  const rows = page.getByRole('listitem').filter({ hasText: /Part \d fails/ })
  await rows.nth(5).waitFor()
  const all = await page.getByRole('list', { name: 'Quarantine' }).getByRole('listitem').count()
  await page.getByRole('button', { name: 'Read all again' }).click()
  await page.getByRole('status').getByText(`Read again: 0 taken in, ${all} still here`).waitFor()
  await page.getByRole('button', { name: 'Read all again' }).and(page.locator(':focus')).waitFor()
  expect(await rows.count()).toBe(6)

  await save('pagerduty')
  line.held = true
  await page.getByRole('button', { name: 'Read all again' }).click()
  await page.getByRole('status').getByText(`0 of ${all} read again…`).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  line.held = false
  line.release()
  await page
    .getByRole('status')
    .getByText(`Read again: 1 taken in, ${all - 1} still here`)
    .waitFor()
  await page.getByRole('button', { name: 'Read all again' }).click()
  await page.getByRole('status').getByText('All of it was read and taken in.').waitFor()
  expect(await page.evaluate('document.activeElement.id')).toBe('main')
  await page.getByText('Empty. Everything that came could be read.').waitFor()
  await lookAt(page, 'reread-desktop-light')
  const { proposals } = await commander.get<IncidentsAnswer>('/api/incidents')
  expect(proposals.map(({ title }) => title)).toEqual(expect.arrayContaining(titles))
  await page.context().close()
})
