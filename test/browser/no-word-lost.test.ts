import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { answered, editorOf } from '../support/writing.ts'

const shortLease = { policy: { leaseMs: 6_000 } }
const minutes = 60_000

let stage: Answering

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

const claimEnded = (page: Page) => page.getByText('Your claim ended', { exact: true })
const claimAgain = (page: Page) => page.getByRole('button', { name: 'Claim again' })
const sendOf = (page: Page) => page.getByRole('button', { name: 'Send', exact: true })

/** Takes whoever is free, as somebody at another desk does. */
async function takeAs(name: string, incidentId: string): Promise<void> {
  const visitor = await stage.commander.invite(name)
  await visitor.do({ type: 'incident/join', incidentId })
  const wish = { type: 'conversation/take-next' as const, incidentId, topics: [] }
  await until(`${name} to take it`, async () => (await visitor.ask(wish)).type === 'done', 30_000)
}

/** A machine that sleeps: nothing of the page runs, whatever comes waits until it wakes. */
async function asleep(page: Page, meanwhile: () => Promise<void>): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Debugger.enable')
  const standsStill = new Promise<void>(resolve => session.once('Debugger.paused', () => resolve()))
  await session.send('Debugger.pause')
  await standsStill
  await meanwhile()
  await session.send('Debugger.resume')
  await session.detach()
}

/** What the server has of the text for whoever takes it next. */
async function savedDraft(incidentId: string): Promise<string | undefined> {
  const { conversations } = await stage.commander.snapshot(incidentId)
  const details = await Promise.all(conversations.map(({ id }) => stage.commander.conversation(incidentId, id)))
  return details.find(({ draft }) => draft !== null)?.draft?.text
}

test('[WB53] [WB56] a claim that lapses under whoever types leaves every word, and is claimed again from there', async () => {
  const incidentId = await stage.declare(shortLease)
  const { page, complaints } = await stage.signIn(incidentId, 'Ada')
  const editor = await stage.take(page)
  await page.keyboard.type('Before, ')
  await page.getByText(/writing or reading on keeps it/).waitFor()
  await shoot(page, 'claim-late')
  process.kill(stage.world.pid, 'SIGSTOP')
  await page.keyboard.type('during, ')
  await claimEnded(page).waitFor()
  await page.keyboard.type('and now nothing jumps, ')
  process.kill(stage.world.pid, 'SIGCONT')
  await page.getByText('It is back in the queue.').waitFor()
  await page.keyboard.type('after.')
  await shoot(page, 'claim-lost-free')
  expect(await violationsOn(page)).toEqual([])
  expect(await sendOf(page).count()).toBe(0)
  await claimAgain(page).click()
  await sendOf(page).waitFor()
  expect(await editor.inputValue()).toBe('Before, during, and now nothing jumps, after.')
  await sendOf(page).click()
  await page.getByText(answered).waitFor()
  expect(stage.sent).toContain('Before, during, and now nothing jumps, after.')
  expect(complaints).toEqual([])
})

test('[WB53] [WB56] a page that slept past its lease keeps its text, says who has the customer now, and cannot send', async () => {
  const incidentId = await stage.declare(shortLease)
  const { page, complaints } = await stage.signIn(incidentId, 'Bea')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const editor = await stage.take(page)
  await page.keyboard.type('Before sleep, ')
  await asleep(page, () => takeAs('Bert', incidentId))
  await page.keyboard.type('after sleep.')
  await claimEnded(page).waitFor()
  await page.getByText('Bert holds it now.').first().waitFor()
  expect(await editor.inputValue()).toBe('Before sleep, after sleep.')
  expect(await sendOf(page).count()).toBe(0)
  expect(await claimAgain(page).count()).toBe(0)
  await page.keyboard.press('Control+Enter')
  await shoot(page, 'claim-lost')
  await page.getByRole('button', { name: 'Copy my text' }).click()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('Before sleep, after sleep.')
  expect(stage.sent).not.toContain('Before sleep, after sleep.')
  expect(complaints).toEqual([])
})

test('[WB56] a connection that is cut and a server that starts anew lose no keystroke', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Cid')
  const editor = await stage.take(page)
  await page.keyboard.type('Before, ')
  await stage.world.kill()
  await page.keyboard.type('during, ')
  await page.getByText(/No connection since .* kept on this machine/).waitFor()
  await page.getByText('Kept on this machine.', { exact: true }).waitFor()
  await stage.world.start()
  await page.keyboard.type('and after.')
  const whole = 'Before, during, and after.'
  await until('the draft to be saved', async () => (await savedDraft(incidentId)) === whole, 60_000)
  await page.getByText('Saved.').waitFor()
  expect(await editor.inputValue()).toBe(whole)
})

test('[WB56] a page that is loaded again in the midst of a word has that word', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Dee')
  await stage.take(page)
  await page.keyboard.type('Half a wo')
  await page.reload()
  await editorOf(page).waitFor()
  expect(await editorOf(page).inputValue()).toBe('Half a wo')
  await editorOf(page).press('End')
  await page.keyboard.type('rd')
  await until('the draft to be saved', async () => (await savedDraft(incidentId)) === 'Half a word')
})

test('[WB54] two tabs show one text, each stroke of either, and the same claim and reply', async () => {
  const incidentId = await stage.declare()
  const { page: one } = await stage.signIn(incidentId, 'Eve')
  await stage.take(one)
  const two = await one.context().newPage()
  two.setDefaultTimeout(15_000)
  await two.goto(one.url())
  await editorOf(two).waitFor()
  const both = async (text: string) => {
    for (const [name, page] of Object.entries({ one, two })) {
      await until(`"${text}" in tab ${name}`, async () => (await editorOf(page).inputValue()) === text)
    }
  }
  await editorOf(one).pressSequentially('Hello ')
  await both('Hello ')
  await editorOf(two).press('End')
  await editorOf(two).pressSequentially('Kim')
  await both('Hello Kim')
  await editorOf(one).press('End')
  await editorOf(one).pressSequentially('!')
  await both('Hello Kim!')

  // What a third tab that had not heard of this text yet tells when it writes.
  await one.evaluate(`{
    const key = Object.keys(localStorage).find(name => name.startsWith('muster/draft/'))
    const draft = { ...JSON.parse(localStorage.getItem(key)), text: 'Dear Kim', hands: { third: 1 } }
    dispatchEvent(new StorageEvent('storage', { key, newValue: JSON.stringify(draft) }))
  }`)
  await one.getByText('You wrote this in another tab at the same time').waitFor()
  expect(await editorOf(one).inputValue()).toBe('Hello Kim!')
  await one.getByRole('button', { name: 'Use it instead of mine' }).click()
  await both('Dear Kim')

  await sendOf(two).click()
  for (const page of [one, two]) await page.getByText(answered).waitFor()
  expect(stage.sent.filter(text => text === 'Dear Kim')).toHaveLength(1)

  await stage.take(one)
  await two.goto(one.url())
  await editorOf(two).waitFor()
  await editorOf(one).fill('For whoever comes next.')
  await both('For whoever comes next.')
  await one.keyboard.press('Escape')
  await one.keyboard.press('r')
  for (const page of [one, two]) await page.getByRole('button', { name: 'Claim', exact: true }).waitFor()
  expect(await claimEnded(two).count()).toBe(0)
  expect(await savedDraft(incidentId)).toBe('For whoever comes next.')
})

test('[WB54] a text that was written beside the one that was sent is kept, and said to be unsent', async () => {
  const incidentId = await stage.declare()
  const { page: one } = await stage.signIn(incidentId, 'Hal')
  await stage.take(one)
  const two = await one.context().newPage()
  two.setDefaultTimeout(15_000)
  await two.addInitScript("addEventListener('storage', event => event.stopImmediatePropagation(), true)")
  await two.goto(one.url())
  await editorOf(two).waitFor()
  await editorOf(one).fill('Written here.')
  await editorOf(two).fill('Written there.')
  await sendOf(one).click()
  for (const page of [one, two]) await page.getByText(answered).waitFor()
  await two.getByRole('region', { name: 'Your text, not sent' }).getByText('Written there.').waitFor()
  expect(await claimEnded(two).count()).toBe(0)
  expect(stage.sent).not.toContain('Written there.')
})

test('[WB56] a reply that could not leave yet is still on its way for whoever leaves it and comes back', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Ike')
  const editor = await stage.take(page)
  await page.keyboard.type('Sent without a line.')
  await page.getByText('Saved.').waitFor()
  const desk = page.url()
  await stage.world.kill()
  await page.getByText(/No connection since/).waitFor()
  await sendOf(page).click()
  await page.getByText(/Not confirmed yet/).waitFor()
  await page.evaluate(`location.hash = '#/incident/${incidentId}'`)
  await editor.waitFor({ state: 'detached' })
  await page.evaluate(`location.hash = ${JSON.stringify(new URL(desk).hash)}`)
  await page.getByText(/Not confirmed yet/).waitFor()
  expect(await editor.getAttribute('readonly')).not.toBeNull()
  await stage.world.start()
  await page.getByText(answered).waitFor({ timeout: 60_000 })
  expect(stage.sent.filter(text => text === 'Sent without a line.')).toHaveLength(1)
  expect(await page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('muster/draft/'))")).toEqual([])
})

test('[WB55] whoever was cut off is told what became of their work, of the facts and of the queue, and goes on', async () => {
  const incidentId = await stage.declare({ policy: { leaseMs: 12_000 } })
  const { page } = await stage.signIn(incidentId, 'Fay')
  await page.clock.install()
  await page.reload()
  await page.getByRole('button', { name: 'I have read it' }).click()
  const editor = await stage.take(page)
  await page.keyboard.type('Before lunch, ')
  await until('the draft to be saved', async () => (await savedDraft(incidentId)) === 'Before lunch, ')
  await page.context().setOffline(true)
  await stage.world.kill()
  await page.getByText(/No connection since/).waitFor()
  await stage.world.start()
  await takeAs('Gil', incidentId)
  await stage.write()
  const { facts } = await stage.commander.snapshot(incidentId)
  await stage.commander.do({ type: 'facts/publish', incidentId, ...facts, maySay: 'We are done.' })
  await stage.commander.do({ type: 'responder/thank', incidentId, personId: 'fay', text: 'Well kept.' })
  await page.clock.fastForward(5 * minutes)
  await page.context().setOffline(false)

  const panel = page.getByRole('region', { name: 'While you were away' })
  await panel.waitFor({ timeout: 60_000 })
  await panel.getByText(/^Your claim ended; (Gil holds it now|it is back in the queue)/).waitFor()
  await panel.getByText('Commander thanks you: Well kept.').waitFor()
  await panel.getByText('Facts 1 became facts 2').waitFor()
  await panel.getByText('1 message came in.').waitFor()
  await until('the difference', async () => (await panel.locator('ins').allTextContents()).join('').includes('done'))
  await shoot(page, 'away')
  expect(await violationsOn(page)).toEqual([])
  await editor.focus()
  await page.keyboard.type('after lunch.')
  expect(await editor.inputValue()).toBe('Before lunch, after lunch.')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
})
