import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { customer, type MailServers, startMail, support } from '../support/mail-servers.ts'
import { bodyOf, headerOf } from '../support/raw-mail.ts'
import { until } from '../support/until.ts'
import { Visitor, World } from '../support/world.ts'

let mail: MailServers
let world: World
let browser: Browser

beforeAll(async () => {
  mail = await startMail()
  browser = await openBrowser()
  const settings = mail.settings(support)
  const channel = { id: 'support', name: 'Support mailbox', enabled: true, incidentId: null, settings }
  world = await World.open({ channels: [{ channel, secrets: { password: support.password } }] })
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
  await mail?.stop()
})

async function signIn(page: Page, link: string) {
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
}

async function declare(page: Page) {
  await page
    .getByRole('button', { name: /^Declare an incident/ })
    .first()
    .click()
  await page.getByLabel('Title').fill('Checkout is down')
  await page.getByLabel('What is affected').fill('Payments by card')
  await page.getByLabel('What we know').fill('Card payments fail since 10:00.')
  await page.getByLabel('What we may say').fill('We know about it and are working on it.')
  await page.getByLabel('What nobody may say').fill('refund everybody')
  await page.getByRole('button', { name: 'Declare', exact: true }).click()
  await page.getByText('Checkout is down').first().waitFor()
}

test('[IN1] [CH5] [DL2] [GV4] a mail is on the board within two seconds and gets exactly one answer, in its thread', async () => {
  const commander = await openPage(browser)
  await signIn(commander.page, await world.firstLink())
  await declare(commander.page)
  const incidentId = /incidents?\/([\w-]+)/.exec(commander.page.url())?.[1] ?? ''

  const { page, complaints } = await openPage(browser)
  const cookies = await commander.page.context().cookies()
  const cora = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const link = await new Visitor(world, cora).linkFor('Ada')
  await signIn(page, link)
  await page.getByText('Checkout is down').first().click()
  await page.getByRole('button', { name: 'Take next' }).first().waitFor()

  await mail.deliver({ subject: 'Away', text: 'I am away.', headers: { 'Auto-Submitted': 'auto-replied' } })
  await mail.deliver({
    messageId: '<question-1@example.test>',
    subject: 'Payment failed',
    text: 'My card was declined. Why?',
  })
  const began = performance.now()
  await page.getByText('My card was declined.').first().waitFor({ timeout: 10_000 })
  const seen = performance.now() - began
  console.log(`The mail was on the board after ${Math.round(seen)} ms.`)
  expect(seen).toBeLessThan(2_000)

  await page.getByRole('button', { name: 'Take next' }).first().click()
  const editor = page.getByLabel('Reply', { exact: true })
  await editor.fill('Hello, we refund everybody [[when]].')
  await page.getByText('Fill in “when” first').waitFor()
  await editor.fill('Hello, we refund everybody.')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page
    .getByText(/Nobody may say .refund everybody./)
    .first()
    .waitFor()
  await editor.fill('Hello! We know that cards are declined and are working on it.')
  await shoot(page, 'desk')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('Every message of this customer is answered.').waitFor({ timeout: 15_000 })

  const replies = await until('a reply in the mailbox of the customer', async () => {
    const mails = (await mail.mailbox(customer)).map(String)
    return mails.length > 0 ? mails : null
  })
  expect(replies).toHaveLength(1)
  const [reply = ''] = replies ?? []
  expect(headerOf(reply, 'In-Reply-To')).toBe('<question-1@example.test>')
  expect(headerOf(reply, 'References')).toContain('<question-1@example.test>')
  expect(headerOf(reply, 'Subject')).toBe('Re: Payment failed')
  expect(bodyOf(reply)).toContain('We know that cards are declined and are working on it.')
  expect(incidentId).not.toBe('')
  await shoot(commander.page, 'board')
  expect([...complaints, ...commander.complaints]).toEqual([])
})
