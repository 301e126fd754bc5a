import type { Browser, Page } from 'playwright-core'
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
let ada: Visitor
let incidentId: string
let screen: Screen

const topics = [
  { id: 'cards', name: 'Cards', words: ['card', 'visa'] },
  { id: 'login', name: 'Sign-in', words: ['password'] },
]

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare({ topics })
  await write('kim@example.com', 'Kim')
  await write('lou@example.com', 'Lou')
  ada = await commander.invite('Ada', 'responder', 'Support')
  screen = await Screen.open(ada, incidentId)
  await ask(screen, { type: 'incident/join', incidentId })
  await until('customers to wait', () => screen.conversations.size === 2)
  await ask(screen, { type: 'conversation/take-next', incidentId })
})
afterAll(async () => {
  screen?.close()
  await browser?.close()
  await world?.close()
})

function write(address: string, name: string) {
  return new Post(world.origin, 'posts', hookSecret).send({ id: address, address, name, text: 'My card is declined.' })
}

function ask(from: Screen, command: Record<string, unknown>) {
  return from.command({ id: crypto.randomUUID(), ...command } as never)
}

/** A lead's desk of their own. */
async function lead(name: string, section = '', look: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const { page } = await openPage(browser, look)
  await page.goto(await commander.linkFor(name, 'lead', 'Leads'))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${world.origin}/#/incident/${incidentId}/lead/${section}`)
  await page.getByRole('navigation', { name: "Parts of the lead's view" }).waitFor()
  return page
}

test('[WB33] a wording a lead publishes is on every open screen, changes under its own id and is retracted', async () => {
  const page = await lead('Lena')
  await page.getByRole('button', { name: 'Write a wording' }).click()
  const form = page.getByRole('form', { name: 'Wording' })
  await form.getByLabel('Title').fill('Cards again')
  await form.getByLabel('Topic').selectOption({ label: 'Cards' })
  await form.getByLabel('Text').fill('Cards work again since [[when]].')
  await form.getByRole('button', { name: 'Publish the wording' }).click()
  const published = () => screen.entries.filter(entry => entry.type === 'wording/published')
  await until('the wording on another screen', () => published().length === 1)
  expect(published()[0]?.wording).toMatchObject({ title: 'Cards again', topic: 'cards', epoch: 2 })
  await page.getByText('[[when]]').filter({ visible: true }).last().waitFor()

  await page.getByRole('button', { name: 'Change Cards again' }).click()
  await form.getByLabel('Text').fill('Cards work again.')
  await form.getByRole('button', { name: 'Publish the wording' }).click()
  await until('the changed wording', () => published().length === 2)
  expect(published()[1]?.wording.id).toBe(published()[0]?.wording.id)

  await page.getByRole('button', { name: 'Retract Cards again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Retract it' }).click()
  await until('the retraction', () => screen.entries.some(entry => entry.type === 'wording/retracted'))
  await page.getByText('None yet.').waitFor()
})

test('[WB33] what another lead published meanwhile is shown before anything goes over it', async () => {
  const page = await lead('Mia')
  const wording = { id: 'refunds', title: 'Refunds', topic: null, text: 'Nobody is charged twice.' }
  const epoch = async () => (await commander.snapshot(incidentId)).incident.epoch
  await commander.do({ type: 'wording/publish', incidentId, epoch: await epoch(), wording } as never)
  await page.getByRole('button', { name: 'Change Refunds' }).click()
  const form = page.getByRole('form', { name: 'Wording' })
  await form.getByLabel('Text').fill('Mine.')
  const facts = page.getByRole('form', { name: 'Facts' })
  await facts.getByLabel('What we know').fill('The bank is down.')
  const theirs = { ...wording, text: 'Theirs.' }
  await commander.do({ type: 'wording/publish', incidentId, epoch: await epoch(), wording: theirs } as never)
  await form.getByText('published another text meanwhile').waitFor()
  await form.getByText('Theirs.').waitFor()
  const publish = form.getByRole('button', { name: 'Publish the wording' })
  expect(await publish.getAttribute('aria-disabled')).toBe('true')
  expect(await form.getByLabel('Text').inputValue()).toBe('Mine.')
  await form.getByRole('button', { name: 'Keep mine' }).click()
  await publish.click()
  await until('mine, published', async () => (await commander.snapshot(incidentId)).wordings[0]?.text === 'Mine.')
  await facts.getByRole('button', { name: 'Publish the facts' }).click()
  const known = async () => (await commander.snapshot(incidentId)).facts.know
  await until('facts over the same facts', async () => (await known()) === 'The bank is down.')
})

test('[WB33] what is typed while publishing is under way stays, over what was published', async () => {
  const page = await lead('Nia')
  const facts = page.getByRole('form', { name: 'Facts' })
  const know = facts.getByLabel('What we know')
  const publish = facts.getByRole('button', { name: 'Publish the facts' })
  const known = async () => (await commander.snapshot(incidentId)).facts.know
  await know.fill('The bank answers.')
  process.kill(world.pid, 'SIGSTOP')
  await publish.click()
  await know.fill('The bank answers. Half of the cards')
  process.kill(world.pid, 'SIGCONT')
  await until('the first half', async () => (await known()) === 'The bank answers.')
  await page.locator('form[aria-label=Facts] [type=submit][aria-disabled=false]').waitFor()
  expect(await know.inputValue()).toBe('The bank answers. Half of the cards')
  expect(await page.getByRole('button', { name: 'Keep mine' }).count()).toBe(0)
  await know.press('End')
  await know.pressSequentially(' work.')
  await publish.click()
  await until('the whole', async () => (await known()) === 'The bank answers. Half of the cards work.')
})

test('[WB33] a reload keeps what a lead has begun, and shows what was published before it goes over that', async () => {
  const page = await lead('Ola')
  const facts = page.getByRole('form', { name: 'Facts' })
  const form = page.getByRole('form', { name: 'Wording' })
  await facts.getByLabel('What we know').fill('Half a thought')
  await page.getByRole('button', { name: 'Write a wording' }).click()
  await form.getByLabel('Title').fill('Half a title')
  await page.getByRole('button', { name: 'Add a topic' }).click()
  await page.getByLabel('Name').last().fill('Half a topic')
  await page.goto('about:blank')
  const { epoch, maySay, mustNotSay } = (await commander.snapshot(incidentId)).facts
  const theirs = { know: 'Theirs, meanwhile.', maySay, mustNotSay, example: '', nextUpdateAt: null }
  await commander.do({ type: 'facts/publish', incidentId, epoch, ...theirs } as never)
  await page.goto(`${world.origin}/#/incident/${incidentId}/lead/guidance`)
  const take = page.getByRole('button', { name: 'Take these instead of mine' })
  await take.waitFor()
  expect(await facts.getByLabel('What we know').inputValue()).toBe('Half a thought')
  expect(await form.getByLabel('Title').inputValue()).toBe('Half a title')
  expect(await page.getByLabel('Name').last().inputValue()).toBe('Half a topic')
  await form.getByRole('button', { name: 'Go back' }).click()
  await take.click()
  await page.getByRole('button', { name: 'Undo my changes' }).click()
  const kept = () => page.evaluate("Object.keys(localStorage).filter(key => key.includes('/lead/')).join()")
  await until('nothing kept', async () => (await kept()) === '')
})

test('[WB30] the acknowledgement board counts as the roster does, live', async () => {
  const page = await lead('Noa', 'read')
  const board = async () => {
    const { responders, facts } = await commander.snapshot(incidentId)
    const read = responders.filter(({ acknowledged }) => acknowledged >= facts.epoch).length
    const percent = Math.floor((read / responders.length) * 100)
    return `${read} of ${responders.length} · ${percent} %`
  }
  await until('the same counts', async () => (await page.getByText(await board()).count()) > 0)
  const support = page.getByRole('region', { name: 'Support' })
  await support.getByText('1 has not').click()
  await support.getByRole('listitem').filter({ hasText: 'Ada' }).waitFor()
  const before = await board()
  await ask(screen, {
    type: 'facts/acknowledge',
    incidentId,
    epoch: (await commander.snapshot(incidentId)).facts.epoch,
  })
  await support.getByText('Everybody has read it.').waitFor()
  expect(await board()).not.toBe(before)
  await until('the new counts', async () => (await page.getByText(await board()).count()) > 0)
})

test('[WB31] a lead sees what somebody holds, sends them on a pause and thanks them', async () => {
  const page = await lead('Pia', 'people')
  const row = page.getByRole('list', { name: 'People' }).getByRole('listitem').filter({ hasText: 'Ada' })
  await row.getByRole('link', { name: 'Kim' }).waitFor()
  const choose = async (action: string) => {
    await row.getByRole('button', { name: 'Actions for Ada' }).click()
    await page.getByRole('menuitem', { name: action }).click()
  }
  await choose('Send on a pause')
  await until('the pause on their screen', () => responderIn('responder/paused')?.paused)
  await row.getByText('Paused').waitFor()
  await choose('End the pause')
  await until('the end of it', () => responderIn('responder/paused')?.paused === false)
  await choose('Thank')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Thank you for stepping in so fast.' }).click()
  await dialog.getByRole('button', { name: 'Thank', exact: true }).click()
  const thanks = () => screen.entries.flatMap(entry => (entry.type === 'responder/thanked' ? [entry.text] : []))
  await until('the thanks on their screen', () => thanks().length === 1)
  expect(thanks()).toEqual(['Thank you for stepping in so fast.'])
  await choose('Choose topics')
  await dialog.getByLabel('Sign-in').check()
  await dialog.getByRole('button', { name: 'Choose these' }).click()
  await until('their topics', () => responderIn('responder/moved')?.topics[0] === 'login')
})

/** The person of the newest entry of this type on the other screen. */
function responderIn(type: string) {
  const entry = screen.entries.findLast(each => each.type === type)
  return entry && 'responder' in entry ? entry.responder : null
}

test('[WB32] a holder asks, a lead reads along, answers in place and makes a fact of the answer', async () => {
  const page = await lead('Rui')
  const held = [...screen.conversations.values()].find(({ claim }) => claim?.holder.id === 'ada')
  const { id: conversationId, fence } = held ?? { id: '', fence: 0 }
  const text = 'May I promise her the second charge back?'
  await ask(screen, { type: 'draft/save', incidentId, conversationId, fence, epoch: 1, text: 'Dear Kim, I am' })
  await ask(screen, { type: 'question/ask', incidentId, conversationId, fence, text })
  const card = page.getByRole('region', { name: 'Questions (1)' })
  await card.getByText(text).waitFor()
  await card.getByText('The beginning of the conversation').click()
  await card.getByText('Dear Kim, I am').waitFor()
  await card.getByLabel('Your answer').fill('Yes: it goes back by itself within three days.')
  await page.reload()
  await card.getByRole('button', { name: 'Answer, and put it into the facts' }).click()
  const answer = () => screen.conversations.get(conversationId)?.question?.answer
  await until('the answer on the screen of who asked', answer)
  expect(answer()?.by.name).toBe('Rui')
  await page.getByText('Questions (0)').waitFor()
  const facts = page.getByRole('form', { name: 'Facts' })
  const { maySay } = (await commander.snapshot(incidentId)).facts
  const proposed = `${maySay}\n\nYes: it goes back by itself within three days.`
  expect(await facts.getByLabel('What we may say').inputValue()).toBe(proposed)
  await facts.getByRole('button', { name: 'Publish the facts' }).click()
  await until('the fact', async () => (await commander.snapshot(incidentId)).facts.maySay === proposed)
})

test('[WB31] a lead hands what somebody holds to another, with the claim of today', async () => {
  const page = await lead('Sam', 'people')
  const bea = await Screen.open(await commander.invite('Bea', 'responder', 'Sales'), incidentId)
  await ask(bea, { type: 'incident/join', incidentId })
  const row = page.getByRole('list', { name: 'People' }).getByRole('listitem').filter({ hasText: 'Ada' })
  await page.getByRole('list', { name: 'People' }).getByText('Bea').waitFor()
  await row.getByRole('button', { name: 'Actions for Ada' }).click()
  await page.getByRole('menuitem', { name: 'Hand Kim to somebody else' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('To whom').fill('bea')
  await page.getByRole('option', { name: 'Bea' }).click()
  await shoot(page, 'lead-hand-over')
  await dialog.getByRole('button', { name: 'Hand it over' }).click()
  const holder = () => [...bea.conversations.values()].find(({ human }) => human.name === 'Kim')?.claim?.holder.id
  await until('the new holder', () => holder() === 'bea')
  bea.close()
})

test.each(['desktop', 'phone'] as const)('[WB31] every part is two taps away and accessible, on a %s', async size => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await lead(`Quin-${size}-${colorScheme}`, '', { screen: size, colorScheme })
    const nav = page.getByRole('navigation', { name: "Parts of the lead's view" })
    await page.getByText('Who waits longest').waitFor()
    const found = await look(page, `now-${size}-${colorScheme}`)
    for (const name of ['Guidance', 'People', 'Read']) {
      await nav.getByRole('link', { name }).click()
      await nav.locator('[aria-current=page]', { hasText: name }).waitFor()
      found.push(...(await look(page, `${name.toLowerCase()}-${size}-${colorScheme}`)))
    }
    expect(found).toEqual([])
  }
})

async function look(page: Page, name: string): Promise<string[]> {
  await shoot(page, `lead-${name}`)
  const found = await violationsOn(page)
  const wider = await sideways(page)
  return [...found.map(violation => `${name}: ${violation}`), ...(wider === 0 ? [] : [`${name} scrolls sideways`])]
}
