import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { wordingOf } from '../support/room-records.ts'
import { until } from '../support/until.ts'
import { answered, editorOf } from '../support/writing.ts'

let stage: Answering

const wordings = [wordingOf('cards', { title: 'Cards fail', text: 'Cards work again by [[when]].' })]

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

const said = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor()

/** What has the focus is on the screen, and looks like it. */
async function focusSeen(page: Page): Promise<boolean> {
  return page.evaluate(`(() => {
    const { activeElement: active } = document
    if (active === null || active === document.body) return false
    const { width, height, top, bottom } = active.getBoundingClientRect()
    return width > 0 && height > 0 && bottom > 0 && top < innerHeight
  })()`)
}

/** Where the focus goes by itself it goes a moment later; keys pressed before would go elsewhere. */
async function focusWithin(page: Page, selector: string): Promise<void> {
  const there = `document.activeElement?.closest(${JSON.stringify(selector)}) != null`
  await until(`the focus to be in ${selector}`, () => page.evaluate<boolean>(there))
}

async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await until(`the focus to be in sight after ${key}`, () => focusSeen(page))
}

test('[WB57] a customer is taken, answered with wording, and a lead asked, by keyboard alone', async () => {
  const incidentId = await stage.declare({ wordings, maySay: 'We are on it. Cards work again by noon.' })
  const { page, complaints } = await stage.signIn(incidentId, 'Ada')
  await stage.write('My card was declined.')
  const second = await stage.write('Is it down for everybody?')
  await until('both to wait', async () => (await page.getByRole('option').count()) === 2)

  await press(page, 'n')
  await editorOf(page).and(page.locator(':focus')).waitFor()
  await page.getByRole('article').getByText('My card was declined.').waitFor()
  await page.keyboard.type('Hello! ')
  await press(page, 'Escape')
  await press(page, 'w')
  await press(page, '1')
  expect(await editorOf(page).inputValue()).toBe('Hello! Cards work again by [[when]].')
  await page.keyboard.type('noon')
  await press(page, 'Control+Enter')
  await said(page, answered)
  expect(stage.sent).toEqual(['Hello! Cards work again by noon.'])

  await focusWithin(page, '[tabindex="0"]')
  await press(page, 'Escape')
  await focusWithin(page, '[role=listbox]')
  await press(page, 'ArrowDown')
  await page.locator('.queue-item.active').filter({ hasText: second }).waitFor()
  await press(page, 'Enter')
  await page.getByRole('heading', { name: second }).waitFor()
  await page.getByRole('article').getByText('Is it down for everybody?').waitFor()
  await press(page, 'c')
  await editorOf(page).and(page.locator(':focus')).waitFor()
  await press(page, 'Escape')
  await press(page, 'a')
  await page.locator('textarea:focus').waitFor()
  await page.keyboard.type('Is it the bank?')
  await press(page, 'Control+Enter')
  await until('the question to be asked', async () => {
    const { conversations } = await stage.commander.snapshot(incidentId)
    return conversations.some(({ question }) => question?.text === 'Is it the bank?')
  })
  await editorOf(page).and(page.locator(':focus')).waitFor()
  await press(page, 'Escape')
  await press(page, '?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await press(page, 'Escape')
  expect(complaints).toEqual([])
})

test('[WB57] whoever leaves the text before the messages are there keeps the focus in sight', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Uma')
  const name = await stage.write('My card was declined.')
  await page.getByRole('option').waitFor()
  const held = Promise.withResolvers<void>()
  await page.route(/\/conversations\//, async route => {
    await held.promise
    await route.continue()
  })
  await press(page, 'n')
  await editorOf(page).and(page.locator(':focus')).waitFor()
  await press(page, 'Escape')
  await page.getByRole('heading', { name }).and(page.locator(':focus')).waitFor()
  held.resolve()
  await page.getByRole('article').getByText('My card was declined.').waitFor()
  expect(await focusSeen(page)).toBe(true)
})

/** Controls in sight that are smaller than 44 px on their shorter side; links inside a sentence are free of it. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('button, select, textarea, input, [role=option], nav a')]
    .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.visually-hidden'))
    .filter(element => {
      const target = element.matches('[type=checkbox], [type=radio]') ? (element.closest('label') ?? element.parentElement) : element
      const { width, height } = target.getBoundingClientRect()
      return width > 1 && Math.min(width, height) < 44
    })
    .map(element => element.outerHTML.slice(0, 120))`)
}

test('[WB57] a customer is taken and answered by touch alone at 360 px, and every target fits a thumb', async () => {
  const incidentId = await stage.declare({ wordings, maySay: 'We are on it. Cards work again by noon.' })
  const look = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: 'en-US' }
  const context = await stage.browser.newContext({ ...look, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await stage.enter(context, 'Tom')
  await stage.goTo(page, incidentId)
  const before = stage.sent.length
  await stage.write('My card was declined.')
  await stage.write('Is it down for everybody?')
  await until('both to wait', async () => (await page.getByRole('option').count()) === 2)
  expect(await smallTargets(page)).toEqual([])

  const tap = (name: string | RegExp) => page.getByRole('button', { name }).filter({ visible: true }).first().tap()
  await tap(/^Take next/)
  await said(page, 'My card was declined.')
  await tap('Wording')
  await tap(/Cards fail/)
  await tap('when')
  await page.keyboard.type('noon')
  expect(await smallTargets(page)).toEqual([])
  await tap('Send')
  await said(page, answered)
  expect(stage.sent.slice(before)).toEqual(['Cards work again by noon.'])
  await tap('Take the next one')
  await said(page, 'Is it down for everybody?')
  await editorOf(page).tap()
  await page.keyboard.type('Yes, for everybody. We are on it.')
  await tap('Send')
  await said(page, answered)
  expect(stage.sent.slice(before)).toHaveLength(2)
  await context.close()
})
