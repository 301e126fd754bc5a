import type { AlertSourceView, StatusPageView } from '@muster/shared/endpoint.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { sideways } from '../support/sideways.ts'
import { StatuspageFake } from '../support/statuspage.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let fake: StatuspageFake
let world: World
let browser: Browser
let commander: Visitor

beforeAll(async () => {
  browser = await openBrowser()
  fake = await StatuspageFake.start()
  world = await World.open()
  commander = await world.enter(await world.firstLink())
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
  await fake?.stop()
})

async function open(path: string, look: Parameters<typeof openPage>[1] = {}, visitor = commander): Promise<Page> {
  const { page } = await openPage(browser, look)
  const [name = '', value = ''] = visitor.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(`${world.origin}/#/${path}`)
  return page
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** As it looks in both sizes, themes and languages, with nothing to complain of. */
async function lookAt(path: string, name: string, press?: Record<'en-US' | 'de-DE', string>): Promise<void> {
  for (const [screen, colorScheme, locale] of [
    ['desktop', 'light', 'en-US'],
    ['phone', 'dark', 'de-DE'],
  ] as const) {
    const page = await open(path, { screen, colorScheme, locale })
    await page.getByText('status.example.com').or(page.getByText('Our Alertmanager')).first().waitFor()
    if (press) {
      await button(page, press[locale]).click()
      await page.getByRole('form').waitFor()
    } else
      await page.getByText('status.example.com').or(page.getByText('Our Alertmanager')).first().scrollIntoViewIfNeeded()
    expect(await violationsOn(page), `${name} ${screen}`).toEqual([])
    expect(await sideways(page)).toBe(0)
    await shoot(page, `${name}-${screen}-${colorScheme}`)
    await page.context().close()
  }
}

test('[WB129] an alert source is set up with the address to call, and its secret is never shown again', async () => {
  const page = await open('settings/alerts')
  await button(page, 'Add an alert source').click()
  await page.getByLabel('Name').fill('Our Alertmanager')
  await page.getByLabel('Bearer token').fill('a-token-of-the-alertmanager')
  await page.getByText(`It calls ${world.origin}/alerts/our-alertmanager.`).waitFor()
  await button(page, 'Save the source').click()
  await page.getByRole('form').waitFor({ state: 'detached' })
  await button(page, 'Change Our Alertmanager').waitFor()
  await page.getByText(/\/alerts\/our-alertmanager/).waitFor()
  const stored = () => commander.get<{ sources: AlertSourceView[] }>('/api/alert-sources')
  expect(await stored()).toMatchObject({ sources: [{ id: 'our-alertmanager', act: 'propose', secrets: ['token'] }] })
  await lookAt('settings/alerts', 'alert-sources')
  await lookAt('settings/alerts', 'alert-source', {
    'en-US': 'Add an alert source',
    'de-DE': 'Alarmquelle hinzufügen',
  })

  await button(page, 'Change Our Alertmanager').click()
  expect(await page.getByLabel('Bearer token').inputValue()).toBe('')
  const kept = page.getByText('One is stored and cannot be read back')
  await kept.waitFor()
  await page.getByLabel('System').selectOption('pagerduty')
  await kept.waitFor({ state: 'detached' })
  expect(await page.getByLabel('Signing secret').getAttribute('required')).not.toBeNull()
  await page.getByLabel('System').selectOption('alertmanager')
  await kept.waitFor()
  await page.getByLabel('An alert').selectOption('declare')
  await button(page, 'Save the source').click()
  await until('it to be changed', async () => (await stored()).sources[0]?.act === 'declare')
  expect((await stored()).sources[0]?.secrets).toEqual(['token'])
})

test('[WB129] [WB136] two who add an alert source of one name add two, and neither replaces what the other changed', async () => {
  const [hers, his] = await Promise.all([open('settings/alerts'), open('settings/alerts')])
  for (const page of [hers, his]) {
    await button(page, 'Add an alert source').click()
    await page.getByLabel('Name').fill('Pager')
    await page.getByLabel('Bearer token').fill('a-token-of-the-pager')
  }
  const stored = async () => (await commander.get<{ sources: AlertSourceView[] }>('/api/alert-sources')).sources
  await Promise.all([hers, his].map(page => button(page, 'Save the source').click()))
  await Promise.all([hers, his].map(page => page.getByRole('form').waitFor({ state: 'detached' })))
  expect((await stored()).map(({ id }) => id)).toEqual(expect.arrayContaining(['pager', 'pager-2']))
  await hers.getByText(/\/alerts\/pager-2/).waitFor()
  for (const page of [hers, his]) await button(page, 'Change Pager').first().click()
  await hers.getByLabel('An alert').selectOption('declare')
  await button(hers, 'Save the source').click()
  await hers.getByRole('form').waitFor({ state: 'detached' })
  await button(his, 'Save the source').click()
  await his
    .getByRole('alert')
    .getByText(/Somebody has changed this since you opened it/)
    .waitFor()
  expect((await stored()).find(({ id }) => id === 'pager')?.act).toBe('declare')
})

test('[WB129] a status page is set up by its key, and a page of one’s own by a signing secret shown once', async () => {
  const page = await open('settings/pages')
  await button(page, 'Add a status page').click()
  await page.getByLabel('Name').fill('status.example.com')
  await page.getByLabel('Id of the page').fill(fake.pageId)
  await page.getByLabel('API key').fill('a-key-of-the-page')
  await button(page, 'Save the status page').click()
  await page.getByText(`Statuspage ${fake.pageId}`).waitFor()
  const stored = () => commander.get<{ pages: StatusPageView[] }>('/api/status-pages')
  expect(await stored()).toMatchObject({ pages: [{ id: 'status-example-com', secrets: ['token'] }] })
  await lookAt('settings/pages', 'status-pages')
  await lookAt('settings/pages', 'status-page', { 'en-US': 'Add a status page', 'de-DE': 'Statusseite hinzufügen' })

  await button(page, 'Add a status page').click()
  await page.getByLabel('Name').fill('Our own page')
  await page.getByLabel('Kind').selectOption('webhook')
  await page.getByLabel('Where updates are posted').fill('https://status.example.com/updates')
  await button(page, 'Save the status page').click()
  const shown = page.getByLabel('Signing secret', { exact: true })
  const first = await shown.inputValue()
  expect(first).toMatch(/^whsec_/)
  await button(page, 'Done').click()
  await page.getByText('https://status.example.com/updates').waitFor()
  await shown.waitFor({ state: 'detached' })
  await button(page, 'Change Our own page').click()
  await page.getByLabel('Make a new signing secret').check()
  await button(page, 'Save the status page').click()
  expect(await shown.inputValue()).toMatch(/^whsec_/)
  expect(await shown.inputValue()).not.toBe(first)
  await button(page, 'Done').click()
  for (const name of ['Our own page', 'status.example.com']) {
    await button(page, `Remove ${name}`).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await button(page, `Remove ${name}`).waitFor({ state: 'detached' })
  }
  await until('both to be gone', async () => (await stored()).pages.length === 0)
})

test('[WB127] [WB131] [SP7] what one writes for the public another lets out, and what a page refused is brought again', async () => {
  const settings = { kind: 'statuspage', api: fake.api, pageId: fake.pageId, components: [] }
  const hosted = { id: 'hosted', name: 'status.example.com', enabled: true, settings }
  await commander.do({ type: 'status-page/save', page: hosted, secrets: { token: fake.token } } as never)
  const incidentId = await commander.declare()
  const lead = await commander.invite('Lena', 'lead')
  const hers = await open(`incident/${incidentId}/board`, {}, lead)
  await button(hers, 'Write an update').click()
  const form = hers.getByRole('form', { name: 'Update for the public' })
  expect(await form.getByLabel('What the public reads').inputValue()).toBe('We know about it and are working on it.')
  await form.getByLabel('What the public reads').fill('Card payments fail. We are working on it.')
  await button(hers, 'Hand it in').click()
  await hers.getByText('Waits for a yes').waitFor()
  await hers.getByText('Somebody else must approve it.').waitFor()
  expect(await button(hers, 'Approve and publish').count()).toBe(0)
  expect(fake.shown).toEqual([])

  const page = await open(`incident/${incidentId}/board`)
  await button(page, 'Approve and publish').click()
  await page.getByText('Published').waitFor({ timeout: 30_000 })
  await hers.getByText('Published').waitFor()
  expect(fake.shown).toEqual(['Card payments fail. We are working on it.'])

  fake.ahead.push('422')
  await button(hers, 'Write an update').click()
  await form.getByLabel('What the public reads').fill('Cards work again.')
  await form.getByLabel('How it stands').selectOption('resolved')
  await button(hers, 'Hand it in').click()
  await button(page, 'Approve and publish').click()
  await hers.getByText('Refused').waitFor({ timeout: 30_000 })
  await hers.getByRole('heading', { name: 'For the public' }).scrollIntoViewIfNeeded()
  await shoot(hers, 'public-word-desktop-light')
  await lookAt(`incident/${incidentId}/board`, 'public-word-board')
  const theirs = await open(`incident/${incidentId}/board`, { screen: 'phone', locale: 'de-DE' })
  const why = theirs.getByText(/Der Server antwortete mit Status 422: „.?Body is wrong.?“\./)
  await until('the page and the timeline to say why', async () => (await why.count()) === 2)

  await hers.getByRole('button', { name: /^It is not: bring it again: status\.example\.com, Resolved, / }).click()
  await until('it to be there', async () => fake.shown.at(-1) === 'Cards work again.')
  await hers.getByText('Refused').waitFor({ state: 'detached' })
})

test('[WB127] what was begun for the public outlives a look elsewhere and a reload, and facts that change take no word of it', async () => {
  const incidentId = await commander.declare()
  const lead = await commander.invite('Lou', 'lead')
  const page = await open(`incident/${incidentId}/board`, {}, lead)
  const field = page.getByLabel('What the public reads')
  const text = 'Paying by card fails. We are working on it.'
  await button(page, 'Write an update').click()
  await field.fill(text)
  await page.getByRole('link', { name: 'Desk' }).click()
  await page.getByRole('listbox').or(page.getByText('Nobody is waiting')).first().waitFor()
  await page.getByRole('link', { name: 'Board' }).click()
  expect(await field.inputValue()).toBe(text)
  await page.reload()
  expect(await field.inputValue()).toBe(text)

  const wording = { id: 'w1', title: 'Sorry', topic: null, text: 'We are sorry.', language: null, channelId: null }
  await commander.do({
    type: 'wording/publish',
    incidentId,
    epoch: 1,
    wording: { ...wording, expiresAt: null },
  } as never)
  const facts = { know: 'Card payments fail.', maySay: 'The cause is found.', mustNotSay: [], nextUpdateAt: null }
  const overtaken = page.getByText('The facts have changed since you began.')
  await page
    .getByText(/guidance 2|facts 2/i)
    .first()
    .waitFor()
  expect(await overtaken.count()).toBe(0)
  await commander.do({ type: 'facts/publish', incidentId, epoch: 2, ...facts } as never)
  await overtaken.waitFor()
  await page.getByRole('form').getByText('The cause is found.').waitFor()
  expect(await violationsOn(page)).toEqual([])
  await overtaken.scrollIntoViewIfNeeded()
  await shoot(page, 'public-word-overtaken-desktop-light')
  await button(page, 'I have read them: keep my text').click()
  await overtaken.waitFor({ state: 'detached' })
  expect(await field.inputValue()).toBe(text)
  await button(page, 'Hand it in').click()
  await page.getByText('Waits for a yes').waitFor()
  await page.reload()
  await page.getByText(text, { exact: true }).waitFor()
  expect(await field.count()).toBe(0)
  await page.context().close()
})

test('[WB127] [SP2] what keeps an update from the public is said, be it in its words or in the title above it', async () => {
  const incidentId = await commander.declare({ title: 'Checkout fails: refund everybody' })
  const page = await open(`incident/${incidentId}/board`)
  await button(page, 'Write an update').click()
  await page.getByLabel('What the public reads').fill('We are working on it. I promise that it works by 17:00.')
  await button(page, 'Hand it in').click()
  const refused = page.getByRole('alert').filter({ hasText: 'This update cannot go out as it is' })
  await refused.getByText(/^“.*17:00.*” names a time that the facts do not/).waitFor()
  await refused
    .getByText(/^In the incident’s title, which stands above it: Nobody may say “refund everybody”/)
    .waitFor()
  expect(await violationsOn(page)).toEqual([])
  await refused.scrollIntoViewIfNeeded()
  await shoot(page, 'public-word-refused-desktop-light')
  await page.context().close()
})
