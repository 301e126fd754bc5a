import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { Hand } from '../support/hand.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { sideways, smallestPhone } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

const most = 12

let world: World
let browser: Browser
let commander: Visitor
let incidentId: string
let link: string

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare()
  link = await linkInto(incidentId)
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

async function linkInto(incident: string, cap = 100): Promise<string> {
  return String((await commander.do({ type: 'join/open', incidentId: incident, cap } as never)).link)
}

async function write(name: string): Promise<void> {
  const address = `${name.toLowerCase()}@example.com`
  await new Post(world.origin, 'posts', hookSecret).send({ id: address, address, name, text: 'My card is declined.' })
  await until('the customer to wait', async () => (await waiting()) > 0)
}

async function waiting(): Promise<number> {
  const { conversations } = await commander.snapshot(incidentId)
  return conversations.filter(({ waitingSince, claim }) => waitingSince !== null && claim === null).length
}

/** The claim stands, and the text can be begun. */
async function holds(page: Page, name: string): Promise<void> {
  await page.locator('textarea:focus').waitFor()
  const { conversations, responders } = await commander.snapshot(incidentId)
  expect(conversations.filter(({ claim }) => claim?.holder.name === name)).toHaveLength(1)
  const [newcomer] = responders.filter(responder => responder.name === name)
  expect(newcomer).toMatchObject({ guest: true, level: 'gated', holding: 1, acknowledged: 1 })
  expect(newcomer?.briefedAt).not.toBeNull()
}

const rightAnswers = ['We know about it and are working on it.', 'refund everybody', 'ask a lead what I do not know']

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const answer = (page: Page, text: string) => page.locator('main ol').getByRole('button', { name: text })

/** Comes by the link as far as the first question. */
async function comeAs(page: Page, name: string, address = link): Promise<void> {
  await page.goto(address)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Your team').fill('Sales')
  await button(page, 'Join').click()
  await page.getByText('What nobody may say').waitFor()
}

describe('[WB70] from the join link to the first claim', () => {
  test('[WB70] it takes at most 12 actions', async () => {
    await write('Kim')
    const { page, complaints } = await openPage(browser)
    const hand = new Hand(page)
    await hand.goto(link)
    await hand.fill(page.getByLabel('Your name'), 'Nina')
    await hand.fill(page.getByLabel('Your team'), 'Sales')
    await hand.click(button(page, 'Join'))
    await hand.click(button(page, /I have read it/))
    for (const text of rightAnswers) await hand.click(answer(page, text))
    await hand.click(button(page, 'Take your first customer'))
    await holds(page, 'Nina')
    expect(hand.actions).toBeLessThanOrEqual(most)
    expect(complaints).toEqual([])
  })

  test('[WB70] by touch alone on a small phone it takes as few, and nothing scrolls sideways', async () => {
    await write('Lou')
    const viewport = smallestPhone
    const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true, locale: 'en-US' })
    const page = await context.newPage()
    const hand = new Hand(page)
    const fits = async () => {
      expect(await sideways(page)).toBe(0)
    }
    await hand.goto(link)
    await hand.fill(page.getByLabel('Your name'), 'Tove')
    await hand.fill(page.getByLabel('Your team'), 'Sales')
    await fits()
    await hand.tap(button(page, 'Join'))
    await button(page, /I have read it/).waitFor()
    await fits()
    const read = button(page, /I have read it/)
    await hand.tap(read)
    // A tap that was not felt is made again, and counts.
    const first = answer(page, rightAnswers[0] ?? '')
    await first.waitFor({ timeout: 10_000 }).catch(() => hand.tap(read))
    for (const text of rightAnswers) {
      await answer(page, text).waitFor()
      await fits()
      await hand.tap(answer(page, text))
    }
    await hand.tap(button(page, 'Take your first customer'))
    await holds(page, 'Tove')
    await fits()
    expect(hand.actions).toBeLessThanOrEqual(most)
    await context.close()
  })

  test('[WB70] by keyboard alone it takes no more', async () => {
    await write('Max')
    const { page, complaints } = await openPage(browser)
    const hand = new Hand(page)
    const focusOn = (name: string) => page.getByLabel(name).and(page.locator(':focus')).waitFor()
    await hand.goto(link)
    await page.getByLabel('Your name').waitFor()
    await page.locator('main:focus').waitFor()
    await hand.press('Tab')
    await focusOn('Your name')
    await hand.type('Keya')
    await hand.press('Tab')
    await focusOn('Your team')
    await hand.type('Sales')
    await hand.press('Enter')
    await page.locator('main:focus').getByText('What nobody may say').waitFor()
    await hand.press('Tab')
    await hand.press('Enter')
    for (const text of rightAnswers) {
      await answer(page, text).waitFor()
      const texts = await page.locator('main ol button').allTextContents()
      await hand.press(String(texts.findIndex(each => each.includes(text)) + 1))
    }
    await button(page, 'Take your first customer').waitFor()
    await hand.press('n')
    await holds(page, 'Keya')
    expect(hand.actions).toBeLessThanOrEqual(most)
    expect(complaints).toEqual([])
  })
})

test('[WB70] a code is typed on the sign-in screen in any way; a wrong one says what to do', async () => {
  const { page } = await openPage(browser, { screen: 'phone' })
  const code = link.slice(link.lastIndexOf('/') + 1)
  await page.goto(`${world.origin}/#/`)
  await page.getByRole('link', { name: 'I have a code' }).click()
  await page.getByLabel('Code', { exact: true }).fill('WRNG-WRNG')
  await button(page, 'Go on').click()
  await page.getByRole('alert').getByText('This code leads nowhere').waitFor()
  expect(await page.getByLabel('Code', { exact: true }).inputValue()).toBe('WRNG-WRNG')
  await page.getByLabel('Code', { exact: true }).fill(` ${code.toLowerCase().replace('-', ' ')}`)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Checkout is down' }).waitFor()
  await page.getByText('places taken').waitFor()
})

test('[WB70] a full code and a taken name say so, and nothing typed is lost', async () => {
  const { page } = await openPage(browser)
  const other = await commander.declare({ title: 'Sign-in fails', channels: ['other'] })
  const small = await linkInto(other, 1)
  await page.goto(small)
  await page.getByLabel('Your name').fill('Commander')
  await page.getByLabel('Your team').fill('Sales')
  await button(page, 'Join').click()
  await page.getByRole('alert').getByText('Somebody is called Commander here already').waitFor()
  expect(await page.getByLabel('Your team').inputValue()).toBe('Sales')
  const { page: faster } = await openPage(browser)
  await comeAs(faster, 'Fay', small)
  await page.getByLabel('Your name').fill('Late')
  await button(page, 'Join').click()
  await page.getByRole('alert').getByText('The one place of this code is taken').waitFor()
  await linkInto(other, 5)
  await button(page, 'Look again').click()
  await page.getByText('This code leads nowhere').waitFor()
})

test('[WB70] who is signed in presses one button; who is new is led to the briefing before the desk', async () => {
  const { page } = await openPage(browser)
  const ada = await commander.invite('Ada')
  const [name = '', value = ''] = ada.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(link)
  await button(page, 'Join as Ada').click()
  await page.getByText('What nobody may say').waitFor()
  const { page: other } = await openPage(browser)
  await comeAs(other, 'Gus')
  await other.goto(`${world.origin}/#/incident/${incidentId}`)
  await until('the briefing', async () => other.url().includes('/briefing'))
  await button(other, /I have read it/).waitFor()
})

test('[WB71] a wrong answer is explained and given again; changed facts are shown, and only they are asked anew', async () => {
  const { page } = await openPage(browser)
  const changing = await commander.declare({ title: 'Search is slow', channels: ['other'] })
  await comeAs(page, 'Wanda', await linkInto(changing))
  const publish = async (facts: object) => {
    const { facts: former } = await commander.snapshot(changing)
    await commander.do({ type: 'facts/publish', incidentId: changing, ...former, ...facts } as never)
  }
  await publish({ know: 'The index is broken.' })
  await page.getByText('This changed while you were reading').waitFor()
  await page.getByText('The index is broken.').waitFor()
  await button(page, 'I have read what is new').click()

  await answer(page, 'The index is broken.').click()
  await page.getByText('it stands under “What we know”, which is for us').waitFor()
  expect(await answer(page, 'The index is broken.').getAttribute('aria-disabled')).toBe('true')
  await answer(page, rightAnswers[0] ?? '').click()
  await answer(page, rightAnswers[1] ?? '').click()
  await page.getByText('Question 3 of 3').waitFor()

  await publish({ mustNotSay: ['sabotage'] })
  await page.getByText('This changed while you were reading').waitFor()
  await button(page, 'I have read what is new').click()
  await page.getByText('Which of these may nobody say').waitFor()
  await answer(page, 'sabotage').click()
  // Another epoch that changes none of these words is nothing to read again.
  const wording = { id: 'calm', title: 'Calm', topic: null, text: 'We are on it.' }
  await commander.do({ type: 'wording/publish', incidentId: changing, epoch: 3, wording } as never)
  await answer(page, rightAnswers[2] ?? '').click()
  await page.getByRole('heading', { name: 'You are ready' }).waitFor()
  const { responders } = await commander.snapshot(changing)
  expect(responders.find(({ name }) => name === 'Wanda')).toMatchObject({ acknowledged: 4 })
  await button(page, 'Take your first customer').click()
  await page.getByText('Nobody is waiting just now').waitFor()
})

test('[JN4] when the incident is resolved its guest reads the thanks on the sign-in screen, also later', async () => {
  const { page } = await openPage(browser)
  const ending = await commander.declare({ title: 'Mail is late', channels: ['other'] })
  await comeAs(page, 'Otto', await linkInto(ending))
  await commander.do({ type: 'incident/resolve', incidentId: ending } as never)
  await page.getByText('Thank you for your help!').waitFor()
  await page.reload()
  await page.getByText('Thank you for your help!').waitFor()
})

test('[WB72] a link is opened, renewed and closed on the board, which counts who came', async () => {
  const { page, complaints } = await openPage(browser)
  const led = await commander.declare({ title: 'Export fails', channels: ['other'] })
  const [name = '', value = ''] = commander.cookie.split('=', 2)
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(`${world.origin}/#/incident/${led}/board`)
  const panel = page.getByRole('region', { name: 'Let more people in' })
  await panel.getByLabel('How many may join').fill('3')
  await button(page, 'Open a join link').click()
  const shown = panel.getByLabel('Link')
  await panel.getByText('0 of 3').waitFor()
  const first = await shown.inputValue()
  const { page: guest } = await openPage(browser)
  await comeAs(guest, 'Pim', first)
  await panel.getByText('1 of 3').waitFor()
  await button(page, 'New code…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new code' }).click()
  await until('another link', async () => (await shown.inputValue()) !== first)
  await panel.getByText('0 of 3').waitFor()
  await button(page, 'Close…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click()
  await button(page, 'Open a join link').waitFor()
  expect(complaints).toEqual([])
})

describe.each(['desktop', 'phone'] as const)('on a %s', screen => {
  test.each(['light', 'dark'] as const)('[WB1] every step of joining is accessible, %s', async colorScheme => {
    const { page, complaints } = await openPage(browser, { screen, colorScheme })
    const found: string[] = []
    const look = async (name: string) => {
      await shoot(page, `${name}-${screen}-${colorScheme}`)
      found.push(...(await violationsOn(page)).map(violation => `${name}: ${violation}`))
    }
    await page.goto(`${world.origin}/#/join`)
    await page.getByLabel('Code', { exact: true }).waitFor()
    await look('join-code')
    await page.goto(link)
    await page.getByLabel('Your name').waitFor()
    await look('join')
    await comeAs(page, `Axel ${screen} ${colorScheme}`)
    await look('briefing')
    await button(page, /I have read it/).click()
    await page
      .locator('main ol button', { hasNotText: rightAnswers[0] ?? '' })
      .first()
      .click()
    await page.getByText('Not this one').waitFor()
    await look('briefing-wrong')
    for (const text of rightAnswers) await answer(page, text).click()
    await button(page, 'Take your first customer').waitFor()
    await look('briefing-ready')
    expect(found).toEqual([])
    expect(complaints).toEqual([])
  })
})
