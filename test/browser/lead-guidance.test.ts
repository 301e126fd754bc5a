import type { Wording } from '@muster/shared/incident.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { Screen } from '../support/screen.ts'
import { sideways } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let commander: Visitor
let hal: Visitor
let incidentId: string
let screen: Screen

const topics = [{ id: 'cards', name: 'Cards', words: ['card'] }]
const wording = { topic: null, language: null, channelId: null, expiresAt: null }

beforeAll(async () => {
  browser = await openBrowser()
  const { channel, secrets } = hookChannel('posts')
  world = await World.open({ channels: [{ channel: { ...channel, sameness: null }, secrets }] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare({ topics })
  hal = await commander.invite('Hal', 'responder', 'Sales')
  const person = { id: 'hal', name: 'Hal', team: 'Sales', role: 'responder', cohort: 'other' }
  await commander.do({ type: 'person/save', person } as never)
  screen = await Screen.open(hal, incidentId)
  await hal.do({ type: 'incident/join', incidentId } as never)
  await hal.do({ type: 'briefing/finish', incidentId, epoch: 1 } as never)
})
afterAll(async () => {
  screen?.close()
  await browser?.close()
  await world?.close()
})

const snapshot = () => commander.snapshot(incidentId)
const wordingIn = async (id: string): Promise<Wording | undefined> =>
  (await snapshot()).wordings.find(each => each.id === id)
const halNow = async () => (await snapshot()).responders.find(({ id }) => id === 'hal')

function propose(id: string, title: string, text: string) {
  return hal.do({ type: 'wording/propose', incidentId, wording: { ...wording, id, title, text } } as never)
}

async function publish(given: object) {
  const { epoch } = (await snapshot()).incident
  await commander.do({ type: 'wording/publish', incidentId, epoch, wording: { ...wording, ...given } } as never)
}

/** A lead's desk of their own. */
async function lead(name: string, section: string, look: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const { page } = await openPage(browser, look)
  await enter(page, await commander.invite(name, 'lead', 'Leads'))
  await page.goto(`${world.origin}/#/incident/${incidentId}/lead/${section}`)
  await page.getByRole('navigation').first().waitFor()
  return page
}

async function enter(page: Page, visitor: Visitor): Promise<void> {
  const [name = '', value = ''] = visitor.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
}

function region(page: Page, name: string | RegExp): Locator {
  return page.getByRole('region', { name })
}

test('[WB101] what is proposed is approved as it is, changed first or declined, and only then everybody’s', async () => {
  await propose('p-as-is', 'Thanks', 'Thank you for waiting.')
  await propose('p-changed', 'Sorry', 'We are sorry, it works at noon.')
  await propose('p-declined', 'Promise', 'It works in five minutes.')
  const page = await lead('Lia', 'guidance')
  await region(page, 'Wordings (0)').getByText('3 proposed').waitFor()
  await region(page, 'Proposed (3)').getByRole('button', { name: 'Approve Thanks' }).click()
  await region(page, 'Wordings (1)').getByText('By Hal, approved by Lia').waitFor()
  await region(page, 'Proposed (2)').getByRole('button', { name: 'Change first: Sorry' }).click()
  const form = region(page, 'Proposed (2)').getByRole('form', { name: 'Wording' })
  await form.getByLabel('Text').fill('We are sorry.')
  await form.getByRole('button', { name: 'Approve' }).click()
  await region(page, 'Proposed (1)').getByRole('button', { name: 'Decline Promise' }).click()
  await region(page, 'Proposed (0)').getByText('Nobody proposes a wording').waitFor()
  expect(await wordingIn('p-changed')).toMatchObject({
    text: 'We are sorry.',
    owner: { id: 'hal' },
    approvedBy: { name: 'Lia' },
  })
  expect(await wordingIn('p-declined')).toBeUndefined()
})

test('[WB101] a proposal that its owner changes while a lead has it open is shown before anything goes over it', async () => {
  await propose('p-again', 'Again', 'First.')
  const page = await lead('Mona', 'guidance')
  await page.getByRole('button', { name: 'Change first: Again' }).click()
  const form = page.getByRole('form', { name: 'Wording' })
  await form.getByLabel('Text').fill('Mine.')
  await propose('p-again', 'Again', 'Second.')
  await form.getByText('published another text meanwhile').or(form.getByText('Second.')).first().waitFor()
  await form.getByRole('button', { name: 'Take this instead of mine' }).click()
  await form.getByRole('button', { name: 'Approve' }).click()
  await until('the second', async () => (await wordingIn('p-again'))?.text === 'Second.')
})

test('[WB100] a wording has language, channel and an end; once expired it is offered to nobody, and extended', async () => {
  const page = await lead('Nell', 'guidance')
  await page.getByRole('button', { name: 'Write a wording' }).click()
  const form = page.getByRole('form', { name: 'Wording' })
  await form.getByLabel('Title').fill('Back soon')
  await form.getByLabel('Language').selectOption({ label: 'German' })
  await form.getByLabel('Channel').selectOption({ value: 'posts' })
  await form.getByRole('button', { name: 'For 30 min' }).click()
  await form.getByLabel('Text').fill('Wir sind dran.')
  await form.getByRole('button', { name: 'Publish the wording' }).click()
  const item = region(page, /^Wordings/)
    .getByRole('listitem')
    .filter({ hasText: 'Back soon' })
  await item.getByText('usable until').waitFor()
  for (const text of ['German', 'Nobody has used it yet.']) await item.getByText(text).waitFor()
  const made = (await snapshot()).wordings.find(({ title }) => title === 'Back soon')
  expect(made).toMatchObject({ language: 'de', channelId: 'posts' })

  await publish({ id: 'short', title: 'For a moment', text: 'Please wait a moment.', expiresAt: Date.now() + 4_000 })
  const { page: desk } = await openPage(browser)
  await enter(desk, hal)
  await new Post(world.origin, 'posts', hookSecret).send({
    id: 'one',
    address: 'kim@example.com',
    text: 'My card is declined.',
  })
  await until('a customer', () => screen.conversations.size > 0)
  const { epoch } = (await snapshot()).facts
  await hal.do({ type: 'facts/acknowledge', incidentId, epoch } as never)
  await hal.do({ type: 'conversation/take-next', incidentId, topics: [] } as never)
  const [conversation] = screen.conversations.keys()
  await desk.goto(`${world.origin}/#/incident/${incidentId}/conversation/${conversation}`)
  const offered = desk.getByRole('button', { name: /Thanks/ })
  await offered.first().waitFor()
  const gone = desk.getByRole('button', { name: /For a moment/ })
  await until('the end of it on the writer’s screen', async () => (await gone.count()) === 0)

  const expired = region(page, /^Wordings/)
    .getByRole('listitem')
    .filter({ hasText: 'For a moment' })
  await expired.getByText('Expired', { exact: true }).waitFor()
  await shoot(page, 'lead-guidance-expired')
  await expired.getByRole('button', { name: 'Extend by 1 h: For a moment' }).click()
  await expired.getByText('usable until').waitFor()
  await gone.first().waitFor()
  expect((await wordingIn('short'))?.expiresAt ?? 0).toBeGreaterThan(Date.now() + 3_000_000)
})

test('[WB100] [GV12] how a wording fares stands beside it', async () => {
  const [{ id: conversationId, fence } = { id: '', fence: 0 }] = screen.conversations.values()
  const { epoch } = (await snapshot()).facts
  const reply = { conversationId, fence, epoch, text: 'Thank you for waiting.', through: 1, wordings: ['p-as-is'] }
  await hal.do({ type: 'reply/submit', incidentId, ...reply } as never)
  const page = await lead('Olga', 'guidance')
  const item = region(page, /^Wordings/)
    .getByRole('listitem')
    .filter({ hasText: 'Thanks' })
  await item.getByText('Used 1 · held back 0').waitFor()
})

test('[WB102] a pattern that cannot be used is named at its field, and nothing is published', async () => {
  const page = await lead('Pavel', 'guidance')
  const before = (await snapshot()).facts.epoch
  const form = page.getByRole('form', { name: 'Facts' })
  for (const [index, pattern] of ['\\d+ euros?', '(unclosed'].entries()) {
    await form.getByRole('button', { name: 'Add a pattern' }).click()
    await form.getByLabel(`Pattern ${index + 1}`, { exact: true }).fill(pattern)
    await form.getByLabel('Why, as a writer is told').nth(index).fill('Sums are for finance.')
  }
  const second = form.getByLabel('Pattern 2', { exact: true })
  await form.getByRole('button', { name: 'Publish the facts' }).click()
  await form.getByText(/^Pattern 2, “.?\(unclosed.?”, cannot be used: a bracket/).waitFor()
  expect(await second.getAttribute('aria-invalid')).toBe('true')
  expect((await snapshot()).facts.epoch).toBe(before)
  await shoot(page, 'lead-guidance-pattern')
  await second.fill('(mended)')
  await until('the complaint to go', async () => (await second.getAttribute('aria-invalid')) === null)
  await form.getByRole('button', { name: 'Publish the facts' }).click()
  await until('the patterns', async () => (await snapshot()).facts.mustNotMatch.length === 2)
})

test('[WB103] a level is set with a reason, said to take what is unanswered, and set back', async () => {
  await commander.do({ type: 'responder/level', incidentId, personId: 'hal', level: 'trusted' } as never)
  const page = await lead('Quim', 'people')
  const people = page.getByRole('list', { name: 'People' })
  const row = people.getByRole('listitem').filter({ hasText: 'Hal' })
  await row.getByText('Came to help · No reply reviewed yet · briefed').waitFor()
  await row.getByRole('button', { name: 'Actions for Hal' }).click()
  await page.getByRole('menuitem', { name: 'Set the level…' }).click()
  const dialog = page.getByRole('dialog')
  const set = dialog.getByRole('button', { name: 'Set the level' })
  expect(await set.getAttribute('aria-disabled')).toBe('true')
  await dialog.getByText('Every reply reviewed', { exact: true }).click()
  await dialog.getByText('This takes the customers Hal has not answered back to the queue').waitFor()
  await dialog.getByLabel('Why').fill('Promised a time.')
  await shoot(page, 'lead-level')
  await set.click()
  await row.getByText('every reply reviewed').waitFor()
  const told = screen.entries.findLast(({ type }) => type === 'responder/levelled')
  expect(told).toMatchObject({ from: 'trusted', reason: 'Promised a time.', responder: { level: 'gated' } })
  await page.getByLabel('Whom to show').selectOption({ label: 'New 1' })
  await page.getByLabel('Order').selectOption({ label: 'Least alone first' })
  expect(await people.getByRole('listitem').count()).toBe(1)
  await page.getByRole('button', { name: 'Set it back' }).click()
  await until('the level of before', async () => (await halNow())?.level === 'trusted')
  await people.waitFor({ state: 'detached' })
})

test('[WB104] the rules are read as sentences and changed as numbers, each held to its bounds at its field', async () => {
  const page = await lead('Rosa', 'people')
  const card = region(page, 'How new people grow')
  await card.getByText('5 replies approved unchanged in a row lead on').waitFor()
  await card.getByRole('button', { name: 'Change how new people grow' }).click()
  const form = card.getByRole('form', { name: 'How new people grow' })
  const undo = form.getByLabel('Time to take a reply back, in seconds')
  await undo.fill('121')
  await form.getByText('A whole number from 0 to 120.').waitFor()
  const publish = form.getByRole('button', { name: 'Publish the rules' })
  expect(await publish.getAttribute('aria-disabled')).toBe('true')
  await undo.fill('20')
  await form.getByLabel('Share of “some reviewed”, in %').fill('12.5')

  const theirs = { ...defaultTraining, approvalsToTrusted: 30 }
  await commander.do({ type: 'incident/change', incidentId, training: theirs } as never)
  await form.getByText('30 more in a row lead on to trusted.').or(card.getByText('30 more in a row')).first().waitFor()
  expect(await publish.getAttribute('aria-disabled')).toBe('true')
  await card.getByRole('button', { name: 'Keep mine' }).click()
  await publish.click()
  await card.getByText('can be taken back for 20 s').waitFor()
  const { training } = (await snapshot()).incident.policy
  expect(training).toEqual({ ...defaultTraining, undoMs: 20_000, spotShare: 0.125 })
})

test('[WB105] whether answering is their job is said where people are added, and shown with how far they got', async () => {
  const { page } = await openPage(browser)
  await enter(page, commander)
  await page.goto(`${world.origin}/#/settings/people`)
  const line = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await line('Hal').getByText('Came to help').waitFor()
  await line('Hal').getByText('Reached: not reviewed').waitFor()
  await page.getByRole('button', { name: 'Add a person' }).click()
  const form = page.getByRole('form', { name: 'Person' })
  await form.getByLabel('Name').fill('Uma')
  await form.getByLabel('Team').fill('Finance')
  await form.getByRole('switch', { name: 'Answers customers as their job' }).uncheck()
  await form.getByRole('button', { name: 'Save the person' }).click()
  await line('Uma').getByText('Came to help').waitFor()
})

test('[WB106] [WB120] a channel’s settings say how alike replies may be, and show it again', async () => {
  const { page } = await openPage(browser)
  await enter(page, commander)
  await page.goto(`${world.origin}/#/settings/channels`)
  const change = page.getByRole('button', { name: /^Change/ })
  const save = page.getByRole('button', { name: 'Save the channel' })
  const marks = async () => (await snapshot()).channels[0]?.sameness
  expect(await marks()).toEqual({ likeness: 0.8, allowed: 0 })
  await change.click()
  const rule = page.getByLabel('Rule')
  await rule.selectOption({ label: 'Own limits' })
  await page.getByLabel('Alike from, in %').fill('90')
  await page.getByLabel('So many may be alike').fill('3')
  await save.click()
  await until('its limits', async () => JSON.stringify(await marks()) === '{"likeness":0.9,"allowed":3}')
  await save.waitFor({ state: 'detached' })
  await change.click()
  expect(await page.getByLabel('So many may be alike').inputValue()).toBe('3')
  await rule.selectOption({ label: 'No limit' })
  await save.click()
  await until('no limit', async () => (await marks()) === null)
})

test.each(['desktop', 'phone'] as const)(
  '[WB100] [WB103] [WB104] accessible on a %s, in both lights and languages',
  async size => {
    await propose(`p-${size}`, 'A title that is long enough to need another line', 'We hear you. More at [[when]].')
    const found: string[] = []
    for (const [colorScheme, locale] of [['light', 'en-US'] as const, ['dark', 'de-DE'] as const]) {
      const look = `${size}-${colorScheme}`
      const page = await lead(`Zoe-${look}`, 'guidance', { screen: size, colorScheme, locale })
      const english = locale === 'en-US'
      await page.getByRole('button', { name: english ? 'Write a wording' : 'Textbaustein schreiben' }).click()
      await region(page, english ? /^Proposed/ : /^Vorgeschlagen/).waitFor()
      found.push(...(await looked(page, `guidance-${look}`)))
      await page.goto(`${world.origin}/#/incident/${incidentId}/lead/people`)
      const training = region(page, english ? 'How new people grow' : 'Wie Neue hineinwachsen')
      await training.waitFor()
      found.push(...(await looked(page, `people-${look}`)))
      await training.getByRole('button').click()
      found.push(...(await looked(page, `training-${look}`)))
      await page.getByRole('button', { name: english ? 'Actions for Hal' : 'Aktionen für Hal' }).click()
      await page.getByRole('menuitem', { name: english ? 'Set the level…' : 'Stufe festlegen…' }).click()
      await page.getByRole('dialog').locator('label').first().click()
      found.push(...(await looked(page, `level-${look}`)))
    }
    expect(found).toEqual([])
  },
)

async function looked(page: Page, name: string): Promise<string[]> {
  await page.screenshot({ path: `${import.meta.dirname}/../../shots/lead-side-${name}.png`, fullPage: true })
  const found = await violationsOn(page)
  const wider = await sideways(page)
  return [...found.map(violation => `${name}: ${violation}`), ...(wider === 0 ? [] : [`${name} scrolls sideways`])]
}
