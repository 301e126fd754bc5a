import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { group } from '../support/alert-calls.ts'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { FakeMastodon, token } from '../support/mastodon-fake.ts'
import { sideways } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let mastodon: FakeMastodon
let commander: Visitor
const secret = 'token-of-the-alertmanager'

beforeAll(async () => {
  browser = await openBrowser()
  mastodon = await new FakeMastodon().start()
  const settings = { kind: 'mastodon', server: mastodon.url, longest: 500 } as const
  const channel = { id: 'social', name: 'Acme on Mastodon', enabled: true, incidentId: null, settings }
  world = await World.open({ channels: [{ channel, secrets: { token } }] })
  commander = await world.enter(await world.firstLink())
  const source = { id: 'alarms', name: 'Alarms', enabled: true, kind: 'alertmanager', act: 'propose' }
  await commander.do({
    type: 'alert-source/save',
    source: { ...source, playbookId: null, severity: 'sev1' },
    secrets: { token: secret },
  } as never)
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
  await mastodon?.stop()
})

/** An alert that fires, as Alertmanager tells it. */
async function alert(title: string, state: Parameters<typeof group>[0] = 'firing', source = 'alarms'): Promise<void> {
  const body = { ...group(state), groupKey: title, commonAnnotations: { summary: title } }
  const headers = { authorization: `Bearer ${secret}` }
  const { status } = await fetch(`${world.origin}/alerts/${source}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect(status).toBe(202)
}

async function open(path: string, look: Parameters<typeof openPage>[1] = {}, visitor = commander): Promise<Page> {
  const { page } = await openPage(browser, look)
  const [name = '', value = ''] = visitor.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(`${world.origin}/#/${path}`)
  return page
}

const looks = [
  ['desktop', 'light', 'en-US'],
  ['phone', 'dark', 'de-DE'],
] as const

/** As it looks in both sizes, themes and languages, with nothing to complain of. */
async function lookAt(path: string, name: string, sight: { 'en-US': string; 'de-DE': string }): Promise<void> {
  for (const [screen, colorScheme, locale] of looks) {
    const page = await open(path, { screen, colorScheme, locale })
    await page.getByText(sight[locale]).first().waitFor()
    expect(await violationsOn(page), `${name} ${screen}`).toEqual([])
    expect(await sideways(page)).toBe(0)
    await page.getByText(sight[locale]).first().scrollIntoViewIfNeeded()
    await shoot(page, `${name}-${screen}-${colorScheme}`)
    await page.context().close()
  }
}

test('[WB40] what a proposal and its playbook fill in was typed by nobody, and is not kept', async () => {
  const facts = { know: 'Ben looks for it.', maySay: 'We are on it.', mustNotSay: [], example: '' }
  const lists = { topics: [], wordings: [], title: 'Cards fail', severity: 'sev2', affected: 'Cards' }
  await commander.do({ type: 'playbook/save', playbook: { id: 'cards', name: 'Cards', ...facts, ...lists } } as never)
  const source = { id: 'planned', name: 'Planned', enabled: true, kind: 'alertmanager', act: 'propose' }
  await commander.do({
    type: 'alert-source/save',
    source: { ...source, playbookId: 'cards', severity: 'sev1' },
    secrets: { token: secret },
  } as never)
  await alert('Half of all cards fail', 'firing', 'planned')
  const page = await open('')
  await page.getByRole('button', { name: 'Declare it' }).click()
  await page.getByRole('radio', { name: /^Cards/, checked: true }).waitFor()
  const title = page.getByLabel('Title')
  expect(await title.inputValue()).toBe('Half of all cards fail')
  expect(await page.getByLabel('What is affected').inputValue()).toBe('Cards')
  expect(await page.getByLabel('What we know').inputValue()).toBe(facts.know)
  await page.reload()
  await page.getByRole('button', { name: 'Declare an incident' }).click()
  await title.waitFor()
  expect(await title.inputValue()).toBe('')
  expect(await page.getByText(/^Begun before/).count()).toBe(0)
  await alert('Half of all cards fail', 'resolved', 'planned')
  await page.context().close()
})

test('[WB126] an alert proposes an incident on the home screen, which is declared with what it says, or is none', async () => {
  const page = await open('')
  await alert('Checkout fails')
  await page.getByText('Is this an incident? Checkout fails').waitFor()
  await lookAt('', 'proposal', { 'en-US': 'Is this an incident?', 'de-DE': 'Ist das eine Störung?' })
  await page.getByRole('button', { name: 'Declare it' }).click()
  await page.getByLabel('Title').waitFor()
  expect(await page.getByLabel('Title').inputValue()).toBe('Checkout fails')
  expect(await page.getByLabel('Severity').inputValue()).toBe('sev1')
  await page.getByLabel('What we may say').fill('We know about it.')
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await page.getByLabel('Search the queue').waitFor()
  const { incidents } = await commander.get<{ incidents: { title: string }[] }>('/api/incidents')
  expect(incidents.map(({ title }) => title)).toEqual(['Checkout fails'])

  await page.goto(`${world.origin}/#/`)
  await alert('Search is slow')
  await page.getByText('Is this an incident? Search is slow').waitFor()
  expect(await page.getByText('Is this an incident? Checkout fails').count()).toBe(0)
  await page.getByRole('button', { name: 'It is none' }).click()
  await until('the proposal to be gone', async () => (await page.getByText('Is this an incident?').count()) === 0)
})

test('[WB126] what is typed over a proposal outlives another one, and is declared though its alert is over by then', async () => {
  const page = await open('')
  await alert('Uploads fail')
  await page.getByText('Is this an incident? Uploads fail').waitFor()
  await page.getByRole('button', { name: 'Declare it' }).click()
  await page.getByLabel('What we know').fill('Ben looks for it.')
  await alert('Downloads fail')
  await page.getByText('Is this an incident? Downloads fail').waitFor()
  await page.getByRole('button', { name: 'Declare it' }).first().click()
  await until('its title', async () => (await page.getByLabel('Title').inputValue()) === 'Downloads fail')
  expect(await page.getByLabel('What we know').inputValue()).toBe('Ben looks for it.')

  await alert('Downloads fail', 'resolved')
  await until('it to be over', async () => (await page.getByText(/incident\? Downloads/).count()) === 0)
  const press = () => page.getByRole('button', { name: 'Declare', exact: true }).click()
  await press()
  await page.getByText(/This is proposed no more.*what you typed is kept/).waitFor()
  await press()
  await page.getByLabel('Search the queue').waitFor()
  const id = /incident\/([\w-]+)/.exec(page.url())?.[1] ?? ''
  const { incident, facts } = await commander.snapshot(id)
  expect([incident.title, facts.know]).toEqual(['Downloads fail', 'Ben looks for it.'])
})

test('[WB125] a channel that reads nothing is among what needs somebody, and out of it again', async () => {
  const incidentId = await commander.declare({ title: 'Cards fail' })
  const page = await open(`incident/${incidentId}/lead/now`)
  await page.getByText('None. Everything comes in and goes out.').waitFor()
  const board = await open(`incident/${incidentId}/board`)
  await board.getByText('Acme on Mastodon', { exact: true }).waitFor()
  await board.getByText('Up to date.').waitFor()
  mastodon.answersPing = false
  mastodon.dropStreams()
  mastodon.streamsOpen = false
  mastodon.instead = () => true
  await page.getByText('Channels that need somebody (1)').waitFor()
  await page
    .getByText(/Acme on Mastodon/)
    .first()
    .waitFor()
  const sight = { 'en-US': 'Acme on Mastodon', 'de-DE': 'Acme on Mastodon' }
  await lookAt(`incident/${incidentId}/lead/now`, 'channel-alarm', sight)
  await lookAt(`incident/${incidentId}/board`, 'weather', sight)
  mastodon.answersPing = true
  mastodon.streamsOpen = true
  mastodon.instead = null
  await page.getByText('None. Everything comes in and goes out.').waitFor({ timeout: 60_000 })
})
