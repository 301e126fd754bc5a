import type { Role } from '@muster/shared/role.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let founder: Visitor
let incidentId: string

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  founder = await world.enter(await world.firstLink())
  incidentId = await founder.declare()
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

type Look = Parameters<typeof openPage>[1]

async function signIn(name: string, role: Role, look: Look = {}) {
  const { page, complaints } = await openPage(browser, look)
  await page.goto(await founder.linkFor(name, role))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.getByRole('heading', { name: 'Incidents' }).waitFor()
  return { page, complaints }
}

const open = (page: Page, view = '') => page.goto(`${world.origin}/#/incident/${incidentId}${view}`)

/** A line of the timeline. */
const line = (page: Page, sentence: RegExp) =>
  page.getByRole('region', { name: 'Timeline' }).getByRole('listitem').filter({ hasText: sentence })

async function declared(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await page.getByRole('button', { name: 'Take next', exact: true }).waitFor()
  return /incident\/([\w-]+)/.exec(page.url())?.[1] ?? ''
}

const end = (id: string) => founder.do({ type: 'incident/resolve', incidentId: id } as never)

test('[WB40] [IN12] an incident is declared from a playbook in two actions, and begins with all of it', async () => {
  const { page, complaints } = await signIn('Cora', 'commander')
  await page.getByRole('button', { name: 'Declare an incident' }).click()
  await page.getByRole('group', { name: 'Begin with' }).getByText('Payments fail').click()
  await shoot(page, 'declare-playbook')
  const id = await declared(page)
  const { incident, facts, wordings } = await founder.snapshot(id)
  expect(incident).toMatchObject({ title: 'Payments fail', severity: 'sev1', status: 'investigating' })
  expect(incident.topics.map(({ name }) => name)).toEqual(['Payment', 'Charged twice', 'Refund', 'When will it work'])
  expect(facts.mustNotSay).toContain('guarantee')
  expect(wordings.map(({ title }) => title)).toContain('Charged twice')
  await end(id)
  expect(complaints).toEqual([])
})

test('[WB40] what is left out of a playbook is not declared, what was typed stays, and what came of it is kept', async () => {
  const { page, complaints } = await signIn('Cleo', 'commander')
  await page.getByRole('button', { name: 'Declare an incident' }).click()
  await page.getByLabel('What we know').fill('Since ten; Ben looks for it.')
  await page.getByRole('group', { name: 'Begin with' }).getByText('Payments fail').click()
  await page.getByText(/^Example, 4 topics/).click()
  await page.getByRole('checkbox', { name: /^Refund/ }).uncheck()
  const id = await declared(page)
  const { incident, facts } = await founder.snapshot(id)
  expect(incident.topics.map(({ name }) => name)).not.toContain('Refund')
  expect(facts.know).toBe('Since ten; Ben looks for it.')

  // It is kept under a name of the company's own, and overwritten only once that was asked.
  await page.goto(`${world.origin}/#/incident/${id}/board`)
  const keep = async () => {
    await page.getByRole('region', { name: 'Payments fail' }).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Keep as a playbook…' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Our card trouble')
    await page.getByRole('button', { name: 'Keep it' }).click()
  }
  await keep()
  await page.getByText('Kept as the playbook “Our card trouble”.').waitFor()
  await keep()
  await page.getByText(/There is a playbook “Our card trouble” already/).waitFor()
  await page.getByRole('button', { name: 'Overwrite it' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.goto(`${world.origin}/#/`)
  await page.getByRole('button', { name: 'Declare an incident' }).click()
  await page.getByText('Our card trouble').click()
  const know = page.getByLabel('What we know')
  expect(await know.inputValue()).toBe('Since ten; Ben looks for it.')
  await page.getByRole('button', { name: 'Remove the playbook “Our card trouble”…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('radio', { name: /Our card trouble/ }).waitFor({ state: 'detached' })
  expect(await know.inputValue()).toBe('Since ten; Ben looks for it.')
  await end(id)
  expect(complaints).toEqual([])
})

test('[WB40] a form that is closed keeps what was begun to be declared', async () => {
  const { page, complaints } = await signIn('Clio', 'commander')
  const form = page.getByRole('button', { name: 'Declare an incident' })
  const title = page.getByLabel('Title')
  await form.click()
  await page.getByRole('group', { name: 'Begin with' }).getByText('Payments fail').click()
  await title.fill('Nobody can pay')
  await page.getByText(/^Example, 4 topics/).click()
  await page.getByRole('checkbox', { name: /^Refund/ }).uncheck()
  for (const close of [form, page.getByRole('button', { name: 'Go back' })]) {
    await close.click()
    await title.waitFor({ state: 'hidden' })
    await form.click()
    expect(await title.inputValue()).toBe('Nobody can pay')
  }
  const before = page.getByText(/^Begun before and not declared yet; last typed at/)
  expect(await before.count()).toBe(0)
  await page.goto(`${world.origin}/#/settings/channels`)
  await page.getByRole('heading', { name: 'Channels' }).waitFor()
  await page.reload()
  await page.goto(`${world.origin}/#/`)
  await form.click()
  await before.waitFor()
  await shoot(page, 'declare-begun')
  expect(await title.inputValue()).toBe('Nobody can pay')
  const id = await declared(page)
  const { incident } = await founder.snapshot(id)
  expect(incident.title).toBe('Nobody can pay')
  expect(incident.topics.map(({ name }) => name)).not.toContain('Refund')
  await page.goto(`${world.origin}/#/`)
  await form.click()
  expect(await title.inputValue()).toBe('')
  await end(id)
  expect(complaints).toEqual([])
})

test('[WB40] what was begun to be declared earlier is begun anew at one press', async () => {
  const { page, complaints } = await signIn('Cleon', 'commander')
  const form = page.getByRole('button', { name: 'Declare an incident' })
  const title = page.getByLabel('Title')
  await form.click()
  await title.fill('Nobody can pay')
  await page.reload()
  await form.click()
  await page.getByRole('button', { name: 'Begin anew' }).click()
  expect(await title.inputValue()).toBe('')
  await page
    .getByRole('radio', { name: /^From scratch/, checked: true })
    .and(page.locator(':focus'))
    .waitFor()
  const isEmpty = async () => {
    await page.reload()
    await form.click()
    await title.waitFor()
    expect(await title.inputValue()).toBe('')
    expect(await page.getByText(/^Begun before/).count()).toBe(0)
  }
  await isEmpty()
  const age = (hours: number) =>
    page.evaluate(`for (const key of Object.keys(localStorage).filter(key => key.endsWith('/company/declaration'))) {
      const { savedAt, until, ...kept } = JSON.parse(localStorage[key])
      const ms = ${hours} * 60 * 60 * 1000
      localStorage[key] = JSON.stringify({ ...kept, savedAt: savedAt - ms, until: until - ms })
    }`)
  await title.fill('Nobody can pay')
  await age(11)
  await page.reload()
  await form.click()
  await page.getByText(/^Begun before/).waitFor()
  expect(await title.inputValue()).toBe('Nobody can pay')
  // Looking at it makes it no younger.
  await age(1)
  await isEmpty()
  expect(complaints).toEqual([])
})

test('[WB40] two tabs of one person show the same declaration, and what one declared the other does not keep', async () => {
  const { page, complaints } = await signIn('Clement', 'commander')
  const other = await page.context().newPage()
  await other.goto(`${world.origin}/#/`)
  for (const tab of [page, other]) await tab.getByRole('button', { name: 'Declare an incident' }).click()
  const [here, there] = [page, other].map(tab => tab.getByLabel('Title'))
  await here?.fill('Nobody can pay')
  await until('the other to show it', async () => (await there?.inputValue()) === 'Nobody can pay')
  await there?.fill('Nobody can pay by card')
  await until('this one to show it', async () => (await here?.inputValue()) === 'Nobody can pay by card')
  const id = await declared(page)
  expect((await founder.snapshot(id)).incident.title).toBe('Nobody can pay by card')
  await until('the other to begin anew', async () => (await there?.inputValue()) === '')
  await other.close()
  await end(id)
  expect(complaints).toEqual([])
})

test('[WB40] a channel that is gone when what was begun is declared is not among those it takes', async () => {
  const settings = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: false }
  const channel = { id: 'old', name: 'Old form', enabled: true, incidentId: null, settings }
  await founder.do({ type: 'channel/save', channel, secrets: { signing: [hookSecret] } } as never)
  const { page, complaints } = await signIn('Celia', 'commander')
  const form = page.getByRole('button', { name: 'Declare an incident' })
  await form.click()
  await page.getByLabel('Title').fill('The old form fails')
  await page.getByRole('checkbox', { name: 'Old form' }).check()
  await founder.do({ type: 'channel/remove', channelId: 'old' } as never)
  await page.reload()
  await form.click()
  await page.getByText(/^Begun before/).waitFor()
  const id = await declared(page)
  expect((await founder.snapshot(id)).incident).toMatchObject({ title: 'The old form fails', channels: [] })
  await end(id)
  expect(complaints).toEqual([])
})

test('[WB41] [WB43] [IN8] [IN9] severity, status, roles and the command change on the board, and each is in the timeline', async () => {
  const { page, complaints } = await signIn('Dora', 'commander')
  const lena = await signIn('Lena', 'responder')
  const bea = await signIn('Bea', 'commander')
  await open(lena.page)
  await open(bea.page, '/board')
  await open(page, '/board')
  await line(page, /declared “Checkout is down”, severity 1/).waitFor()
  await until('all to be in the roster', async () => (await founder.snapshot(incidentId)).responders.length >= 3)

  await page.getByText('2: many').click()
  await line(page, /Dora.* changed the incident: severity 2, was 1\./).waitFor()
  await page.getByText('Cause identified').click()
  await line(page, /status Cause identified/).waitFor()
  await page.getByRole('region', { name: 'Checkout is down' }).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: /^Change title/ }).click()
  await page.getByLabel('What is affected').fill('Cards and invoices')
  await page.getByRole('button', { name: 'Save' }).click()
  await line(page, /affected: Cards and invoices/).waitFor()
  expect((await founder.snapshot(incidentId)).incident).toMatchObject({
    severity: 'sev2',
    status: 'identified',
    affected: 'Cards and invoices',
    title: 'Checkout is down',
  })

  expect(await lena.page.getByRole('link', { name: 'Lead', exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: 'Appoint…' }).click()
  await page.getByRole('combobox', { name: 'Whom' }).fill('Lena')
  await page.getByRole('option', { name: /Lena/ }).click()
  await shoot(page, 'appoint')
  await page.getByRole('button', { name: 'Appoint', exact: true }).click()
  await line(page, /gave .*Lena.* a role here: lead\./).waitFor()
  await lena.page.getByRole('link', { name: 'Lead', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Take the role lead back from Lena' }).click()
  await line(page, /gave .*Lena.* back their own role/).waitFor()
  await lena.page.getByRole('link', { name: 'Lead', exact: true }).waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Hand over…' }).click()
  await page.getByRole('combobox', { name: 'To' }).fill('Bea')
  await page.getByRole('option', { name: /Bea/ }).click()
  await shoot(page, 'hand-over')
  await page.getByRole('button', { name: 'Hand over', exact: true }).click()
  await line(page, /handed the command to .*Bea/).waitFor()
  await bea.page.getByText(/You have the command, from .*Dora/).waitFor()
  await shoot(bea.page, 'board-took-over')
  expect(await page.getByText(/You have the command/).count()).toBe(0)
  await bea.page.getByRole('button', { name: 'Understood' }).click()
  await bea.page.getByText(/You have the command/).waitFor({ state: 'detached' })

  await page.getByRole('region', { name: 'Timeline' }).getByText('People', { exact: true }).click()
  await line(page, /severity 2/).waitFor({ state: 'detached' })
  await line(page, /handed the command to/).waitFor()
  expect([...complaints, ...lena.complaints, ...bea.complaints]).toEqual([])
})

test('[WB42] while an incident surges, the home screen calls everybody up, with one way in', async () => {
  const { page } = await signIn('Eve', 'responder')
  expect(await page.getByText('The whole company is called up').count()).toBe(0)
  const commander = await signIn('Flo', 'commander')
  await open(commander.page, '/board')
  await commander.page.getByRole('button', { name: 'Call up the whole company' }).click()
  await line(commander.page, /Flo.* called up the whole company/).waitFor()
  await page.getByText('The whole company is called up').waitFor()
  await shoot(page, 'home-called-up')
  await page.getByRole('link', { name: 'Join in' }).click()
  await page.getByRole('button', { name: 'Take next', exact: true }).waitFor()
  await commander.page.getByRole('button', { name: 'Stand down' }).click()
  await line(commander.page, /Flo.* stood the company down/).waitFor()
  await page.goto(`${world.origin}/#/`)
  await page.getByRole('heading', { name: 'Checkout is down', level: 3 }).waitFor()
  expect(await page.getByText('The whole company is called up').count()).toBe(0)
})

test('[WB43] a long timeline is read page by page, and keeps up by itself', async () => {
  for (const number of Array.from({ length: 60 }).keys()) {
    await founder.do({ type: 'incident/change', incidentId, title: `Checkout is down (${number})` } as never)
  }
  const { page } = await signIn('Gil', 'lead')
  await open(page, '/board')
  await line(page, /“Checkout is down \(59\)”/).waitFor()
  expect(await line(page, /declared “Checkout is down”/).count()).toBe(0)
  await page.getByRole('button', { name: 'Older' }).click()
  await line(page, /declared “Checkout is down”/).waitFor()
  await founder.do({ type: 'incident/change', incidentId, title: 'Checkout is down' } as never)
  await line(page, /title now “Checkout is down”/).waitFor()
  await line(page, /declared “Checkout is down”/).waitFor()
})

/** Whether nothing scrolls, and no figure reaches out of its place. */
const allInSight = `(() => {
  const { scrollHeight, scrollWidth } = document.documentElement
  const { bottom } = document.querySelector('main dl').getBoundingClientRect()
  const fits = figure => figure.scrollWidth <= figure.clientWidth && figure.getBoundingClientRect().bottom <= bottom
  return scrollHeight <= innerHeight && scrollWidth <= innerWidth && [...document.querySelectorAll('main dd')].every(fits)
})()`

test('[WB44] the wall screen shows the figures without scrolling, says when they are old, and Escape leaves it', async () => {
  const post = new Post(world.origin, 'posts', hookSecret)
  for (const name of ['Kim', 'Lou']) {
    await post.send({ id: name, address: `${name}@example.com`, name, text: 'Nothing works.' })
  }
  const { page, complaints } = await signIn('Hal', 'lead')
  await page.setViewportSize({ width: 1920, height: 1080 })
  await open(page, '/wall')
  const figure = (label: string) => page.locator('dt', { hasText: label }).locator('~ dd').first()
  await until('both to wait', async () => (await figure('Waiting').textContent()) === '2')
  await page.getByText('We know about it and are working on it.').waitFor()
  for (const label of ['Oldest', 'Answered', 'Replies a minute', 'People here', 'Next update', 'Unseen']) {
    expect(await figure(label).textContent(), label).toMatch(/^(–|\d|now)/)
  }
  const size = await page.evaluate(`parseFloat(getComputedStyle(document.querySelector('dd')).fontSize)`)
  expect(size).toBeGreaterThan(120)
  await founder.do({ type: 'incident/change', incidentId, title: `${'Checkout is down '.repeat(6)}again` } as never)
  await page.getByRole('heading', { name: 'again', level: 1 }).waitFor()
  const { facts } = await founder.snapshot(incidentId)
  await founder.do({ type: 'facts/publish', incidentId, ...facts, nextUpdateAt: Date.now() + 1_800_000 } as never)
  await page.getByText(/^in 29:/).waitFor()
  expect(await page.evaluate(allInSight)).toBe(true)
  await shoot(page, 'wall')
  await world.kill()
  await page.getByText(/^Not live: these figures are from/).waitFor()
  expect(await page.evaluate(allInSight)).toBe(true)
  await shoot(page, 'wall-away')
  await world.start()
  await page.getByText(/^Not live/).waitFor({ state: 'detached', timeout: 60_000 })
  // Whatever the browser was fetching when the server went.
  const lost = /ERR_CONNECTION|WebSocket|Failed to load|when fetching the script/
  expect(complaints.filter(complaint => !lost.test(complaint))).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: 'Timeline' }).waitFor()
})
