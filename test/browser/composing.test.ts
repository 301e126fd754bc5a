import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering, longest } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { wordingOf } from '../support/room-records.ts'
import { sideways, smallestPhone } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { publish, selected } from '../support/writing.ts'

let stage: Answering

const topics = [
  { id: 'cards', name: 'Cards', words: ['card'] },
  { id: 'login', name: 'Sign-in', words: ['log in', 'password'] },
]
const wordings = [
  wordingOf('general', { title: 'Working on it', text: 'We know about it and work on it.' }),
  wordingOf('cards', {
    title: 'Cards fail',
    topic: 'cards',
    text: 'Payments by card work again by [[when]], says [[who]].',
  }),
  wordingOf('login', { title: 'Cannot sign in', topic: 'login', text: 'Signing in works; try again.' }),
]

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

const sendOf = (page: Page) => page.getByRole('button', { name: 'Send', exact: true })

test('[WB50] wording goes in at the cursor by click and by key, and its blanks are filled in one after another', async () => {
  const incidentId = await stage.declare({ topics, wordings })
  const { page, complaints } = await stage.signIn(incidentId, 'Ada')
  const editor = await stage.take(page, 'My card was declined.')
  const list = page.getByRole('region', { name: 'Wording' }).getByRole('button')
  const titles = (await list.allTextContents()).map(text => /Cards fail|Working on it|Cannot/.exec(text)?.[0])
  expect(titles).toEqual(['Cards fail', 'Working on it', 'Cannot'])
  await editor.fill('Hello! Kind regards')
  await editor.press('Home')
  for (let step = 0; step < 'Hello!'.length; step++) await editor.press('ArrowRight')
  await list.filter({ hasText: 'Cards fail' }).click()
  expect(await editor.inputValue()).toBe('Hello! Payments by card work again by [[when]], says [[who]]. Kind regards')
  expect(await selected(page)).toBe('[[when]]')
  expect(await sendOf(page).getAttribute('aria-disabled')).toBe('true')
  await page.getByText('Fill in “when” first, or take it out.').waitFor()
  await shoot(page, 'composing-blanks')
  await page.keyboard.type('noon')
  await page.keyboard.press('Alt+b')
  expect(await selected(page)).toBe('[[who]]')
  await page.keyboard.type('Lena')
  expect(await page.getByText('Fill in:').count()).toBe(0)
  expect(await sendOf(page).getAttribute('aria-disabled')).toBe('false')

  await editor.press('Control+End')
  await page.keyboard.press('Alt+w')
  await page.keyboard.type('sign')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('w')
  await page.keyboard.press('2')
  expect(await editor.inputValue()).toBe(
    'Hello! Payments by card work again by noon, says Lena. Kind regards Signing in works; try again. We know about it and work on it.',
  )
  expect(complaints).toEqual([])
})

test('[WB50] a wording that is changed or taken back under a text says what changed, and takes no word of it', async () => {
  const incidentId = await stage.declare({ topics, wordings })
  const { page } = await stage.signIn(incidentId, 'Bea')
  const editor = await stage.take(page)
  await page.getByRole('button', { name: /Working on it/ }).click()
  const { incident } = await stage.commander.snapshot(incidentId)
  const wording = { ...wordings[0], text: 'We know about it and mended it.' }
  await stage.commander.do({ type: 'wording/publish', incidentId, epoch: incident.epoch, wording })
  await page.getByText('“Working on it” was changed:').waitFor()
  await page.locator('.wording-list').waitFor()
  await until('the difference', async () => (await page.locator('del').allTextContents()).join('').includes('work on'))
  expect(await editor.inputValue()).toBe('We know about it and work on it.')
  await shoot(page, 'composing-wording-changed')
  await stage.commander.do({
    type: 'wording/retract',
    incidentId,
    epoch: incident.epoch + 1,
    wordingId: 'general',
  })
  await page.getByText('“Working on it” was taken back:').waitFor()
  await page.getByRole('button', { name: 'I have looked at my text' }).click()
  await page.getByText('“Working on it” was taken back:').waitFor({ state: 'detached' })
  expect(await editor.inputValue()).toBe('We know about it and work on it.')
})

test('[WB50] on a phone wording lies within reach of a thumb, and the text stays above it', async () => {
  const incidentId = await stage.declare({ topics, wordings })
  const { page } = await stage.signIn(incidentId, 'Cid', 'responder', { screen: 'phone', colorScheme: 'dark' })
  await page.setViewportSize(smallestPhone)
  const editor = await stage.take(page, 'My card was declined.')
  await shoot(page, 'composing-phone')
  await page.getByRole('button', { name: 'Wording' }).click()
  await shoot(page, 'composing-phone-wording')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Cards fail/ })
    .click()
  expect(await editor.inputValue()).toContain('Payments by card')
  expect(await selected(page)).toBe('[[when]]')
  await shoot(page, 'composing-phone-blanks')
  expect(await violationsOn(page)).toEqual([])
  const targets = await page.locator('.composer-box button, .composer-box summary').all()
  for (const target of targets) {
    const box = await target.boundingBox()
    expect(box?.height ?? 0, await target.innerText()).toBeGreaterThanOrEqual(44)
  }
  expect(await sideways(page)).toBe(0)
})

test('[WB50] in a narrow window wording goes into the text by keyboard alone', async () => {
  const incidentId = await stage.declare({ topics, wordings })
  const { page } = await stage.signIn(incidentId, 'Gus')
  await page.setViewportSize(smallestPhone)
  const editor = await stage.take(page, 'My card was declined.')
  await page.keyboard.press('Alt+w')
  await page.getByRole('dialog').getByLabel('Search the wording').waitFor()
  await page.keyboard.press('1')
  await until('the wording to be in the text', async () => (await editor.inputValue()).includes('Payments by card'))
  await until('its blank to be chosen', async () => (await selected(page)) === '[[when]]')
  await page.keyboard.type('noon')
  expect(await editor.inputValue()).toContain('again by noon')
})

test('[WB51] the length shows from four fifths of what the channel takes, and stops what is longer', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Dee')
  const editor = await stage.take(page)
  const count = page.getByText(/of 1,000 characters/)
  await editor.fill('x'.repeat(longest * 0.8 - 1))
  expect(await count.count()).toBe(0)
  await editor.fill('👩'.repeat(longest * 0.8))
  await page.getByText('800 of 1,000 characters').waitFor()
  await editor.fill('x'.repeat(longest + 3))
  await page.getByText('This channel takes 1,000 characters: shorten it by 3.').waitFor()
  expect(await sendOf(page).getAttribute('aria-disabled')).toBe('true')
  await editor.fill('x'.repeat(longest))
  expect(await sendOf(page).getAttribute('aria-disabled')).toBe('false')
})

test('[WB52] whoever looks on sees what of the facts changed, and says once that they read it', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Eve')
  const acknowledged = async () =>
    (await stage.commander.snapshot(incidentId)).responders.find(({ id }) => id === 'eve')?.acknowledged
  const read = page.getByRole('button', { name: 'I have read it' })
  await page.getByText('Please read the facts.').waitFor()
  await read.click()
  await until('it to be in the roster', async () => (await acknowledged()) === 1)
  await publish(stage, incidentId, 'We are nearly done.')
  await page.getByText('The facts have changed.').waitFor()
  await until('the difference', async () =>
    (await page.locator('ins').allTextContents()).join('').includes('nearly done'),
  )
  await shoot(page, 'facts-changed')
  await page.keyboard.press('f')
  await page.keyboard.press('Enter')
  await until('it to be in the roster', async () => (await acknowledged()) === 2)
  await read.waitFor({ state: 'detached' })
  await page.reload()
  await page.getByText('We are nearly done.').first().waitFor()
  expect(await read.count()).toBe(0)
})

test('[WB52] on a phone the facts wait where the status line is and move nothing; a writer reads them in place', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Fay', 'responder', { screen: 'phone' })
  const bar = page.getByRole('region', { name: 'Facts' })
  await bar.getByRole('button').click()
  await page.getByRole('button', { name: 'I have read it' }).click()
  const editor = await stage.take(page)
  const before = await editor.boundingBox()
  await publish(stage, incidentId, 'Cards work again.')
  await bar.waitFor()
  await shoot(page, 'facts-changed-phone')
  expect(await editor.boundingBox()).toEqual(before)
  await bar.getByRole('button').click()
  await shoot(page, 'facts-sheet-phone')
  await page.getByRole('button', { name: 'I have read it' }).click()
  await bar.waitFor({ state: 'detached' })
  await editor.fill('Written under the newest facts.')
  await publish(stage, incidentId, 'Everything works again.')
  await page.getByText('The facts changed while you wrote').waitFor()
  expect(await bar.count()).toBe(0)
  expect(await violationsOn(page)).toEqual([])
  await page.getByRole('button', { name: 'I have read it' }).click()
  await until('it to be in the roster', async () => {
    const { responders } = await stage.commander.snapshot(incidentId)
    return responders.find(({ id }) => id === 'fay')?.acknowledged === 3
  })
  expect(await editor.inputValue()).toBe('Written under the newest facts.')
})
