import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { smallestPhone } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let browser: Browser
let commander: Visitor
let incidentId: string

const topics = [
  { id: 'cards', name: 'Cards', words: ['card'] },
  { id: 'login', name: 'Sign-in', words: ['password'] },
]

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
  commander = await world.enter(await world.firstLink())
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** An incident of its own, with these customers waiting in this order. */
async function declare(...customers: string[]) {
  if (incidentId) await commander.do({ type: 'incident/resolve', incidentId } as never)
  incidentId = await commander.declare({ topics })
  for (const customer of customers) await write(customer)
}

function write(name: string, text = 'It fails.') {
  const address = `${name.toLowerCase()}@example.com`
  return new Post(world.origin, 'posts', hookSecret).send({ id: crypto.randomUUID(), address, name, text })
}

async function signIn(name: string, look: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const { page } = await openPage(browser, look)
  await page.goto(await commander.linkFor(name))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${world.origin}/#/incident/${incidentId}`)
  await page.getByRole('listbox', { name: 'Queue' }).waitFor()
  return page
}

const row = (page: Page, name: string) => page.getByRole('option', { name: new RegExp(name) })
const names = (page: Page) => page.locator('.queue-row .name bdi').allTextContents()
const active = (page: Page) => page.locator('.queue-item.active .name bdi').textContent()

test('[WB60] [WB62] two people see on a row who looks, who holds and who writes, and what nobody has looked at', async () => {
  await declare('Kim', 'Lou')
  await write('Nia', 'URGENT: I am FURIOUS!! My card was charged twice')
  const [ada, bea] = [await signIn('Ada'), await signIn('Bea')]
  await row(ada, 'Nia.*Very urgent: Money.*Cards').waitFor()
  await row(ada, 'Unseen Lou').waitFor()
  await row(bea, 'Kim').click()
  await row(ada, 'Kim.*Bea looks').waitFor()
  await bea.getByRole('button', { name: 'Claim', exact: true }).click()
  await row(ada, 'Kim.*Held by Bea').waitFor()
  await row(bea, 'Kim.*Held by you').waitFor()
  expect(await row(ada, 'Unseen Kim').count()).toBe(0)
  await bea.getByLabel('Reply', { exact: true }).pressSequentially('We are on it')
  await row(ada, 'Kim.*Bea is writing').waitFor()
  await ada.getByRole('button', { name: 'Unseen 2' }).click()
  await until('what nobody has looked at', async () => (await names(ada)).join() === 'Lou,Nia')
  await shoot(ada, 'queue-row')
  expect(await violationsOn(ada)).toEqual([])
})

test('[WB134] a row says by which sign it is urgent, the gravest, and the conversation by which all', async () => {
  await declare('Kim')
  await write(
    'Nia',
    'My card was stolen!! PLEASE HELP, this is urgent, you idiots. I want to cancel and I have been on hold',
  )
  const [ada, hal] = [await signIn('Ada'), await signIn('Hal', { screen: 'phone', colorScheme: 'dark' })]
  for (const [page, name] of [
    [ada, 'signs'],
    [hal, 'signs-phone'],
  ] as const) {
    await row(page, 'Nia.*Very urgent: Security').waitFor()
    expect(await row(page, 'Kim.*urgent').count()).toBe(0)
    await shoot(page, `${name}-row`)
    await row(page, 'Nia').click()
    await page.getByText('Speaks of fraud or lost data', { exact: true }).waitFor()
    expect(await page.locator('.signs span').allTextContents()).toEqual([
      'Speaks of fraud or lost data',
      'Swears or insults',
      'Wants to leave',
      'Was not heard',
      'Is in haste',
      'Many “!” and “?”',
    ])
    await shoot(page, name)
    expect(await violationsOn(page)).toEqual([])
  }
})

test('[WB63] the next one is taken in the topics somebody chose, or in any at one press; a pause ends where it shows', async () => {
  await declare('Old')
  await write('Carl', 'my card')
  await write('Carla', 'my card')
  const page = await signIn('Cid')
  await page.keyboard.press('t')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Cards').check()
  await dialog.getByLabel('Sign-in').check()
  await dialog.getByRole('button', { name: 'Choose these' }).click()
  await page.getByRole('button', { name: 'Take next in Cards, Sign-in' }).click()
  await page.getByRole('heading', { name: 'Carl', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Any topic' }).click()
  await page.getByRole('button', { name: 'Take next', exact: true }).click()
  await page.getByRole('heading', { name: 'Old', exact: true }).waitFor()
  await page.getByRole('button', { name: 'More for the queue' }).click()
  await page.getByRole('menuitem', { name: 'Take a pause' }).click()
  await page.getByText('On a pause').waitFor()
  expect(await page.getByRole('button', { name: /Take next/ }).count()).toBe(0)
  await page.getByRole('button', { name: 'End the pause' }).click()
  await page.getByRole('button', { name: 'Take next', exact: true }).waitFor()
})

test('[WB61] a view that was named survives a reload, is renamed and removed', async () => {
  await declare('Kim')
  await write('Carl', 'my card')
  const page = await signIn('Dee')
  const dialog = page.getByRole('dialog', { name: 'View' })
  await page.keyboard.press('v')
  await dialog.getByLabel('Order').selectOption({ label: 'Newest first' })
  await dialog.getByLabel('Topics').fill('car')
  await page.keyboard.press('Enter')
  await until('the filter', async () => (await names(page)).join() === 'Carl')
  await dialog.getByLabel('Name').fill('Cards now')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Cards now', exact: true }).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'View: Cards now' }).waitFor()
  await page.reload()
  await until('everybody', async () => (await names(page)).length === 2)
  await page.getByRole('button', { name: 'View', exact: true }).click()
  expect(await violationsOn(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cards now', exact: true }).click()
  await until('the same view', async () => (await names(page)).join() === 'Carl')
  await page.getByRole('button', { name: 'View: Cards now' }).click()
  const act = async (action: string) => {
    await dialog.getByRole('button', { name: /Actions for/ }).click()
    await page.getByRole('menuitem', { name: action }).click()
  }
  await act('Rename')
  await dialog.getByLabel('New name').fill('Mine')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Mine', exact: true }).waitFor()
  await act('Remove')
  await until(
    'it to be gone',
    async () => (await dialog.getByRole('button', { name: 'Mine', exact: true }).count()) === 0,
  )
})

test('[WB63] several are claimed at once, no more than the incident allows, and the first opens', async () => {
  await declare('One', 'Two', 'Three', 'Four', 'Five')
  const page = await signIn('Eve')
  const list = page.getByRole('listbox', { name: 'Queue' })
  for (let press = 0; press < 4; press++) {
    await page.keyboard.press('x')
    await page.keyboard.press('j')
  }
  expect(await list.getAttribute('aria-multiselectable')).toBe('true')
  await page.getByText('No more than 3: this incident allows 3 at a time.').filter({ visible: true }).first().waitFor()
  expect(await page.getByRole('option', { selected: true }).count()).toBe(3)
  await shoot(page, 'queue-several')
  expect(await violationsOn(page)).toEqual([])
  // Somebody is faster at one of them: it counts no more.
  const bert = await commander.invite('Bert')
  await bert.do({ type: 'incident/join', incidentId } as never)
  const { conversations } = await bert.snapshot(incidentId)
  const two = conversations.find(({ human }) => human.name === 'Two')?.id
  await bert.do({ type: 'conversation/claim', incidentId, conversationId: two } as never)
  await page.getByRole('button', { name: 'Claim 2' }).click()
  await page.getByRole('heading', { name: 'One', exact: true }).waitFor()
  await row(page, 'Three.*Held by you').waitFor()
  await row(page, 'Two.*Held by Bert').waitFor()
  expect(await page.getByRole('option', { name: /Held by you/ }).count()).toBe(2)
})

test('[WB62] the queue is walked by keys alone, and the row in hand stays while others come and go', async () => {
  await declare(...Array.from({ length: 30 }, (_, index) => `Customer-${String(index).padStart(2, '0')}`))
  const page = await signIn('Fay')
  await page.keyboard.press('j')
  expect(await active(page)).toBe('Customer-01')
  const list = page.getByRole('listbox', { name: 'Queue' })
  const pointed = async () => {
    const id = await list.getAttribute('aria-activedescendant')
    const option = page.locator(`[id="${id}"]`)
    return [await option.getAttribute('aria-posinset'), await option.getAttribute('aria-setsize')]
  }
  await page.keyboard.press('End')
  expect(await active(page)).toBe('Customer-29')
  expect(await pointed()).toEqual(['30', '30'])
  await until('it in sight', () => page.locator('.queue-item.active').isVisible())
  await page.keyboard.press('Home')
  expect(await pointed()).toEqual(['1', '30'])
  await page.keyboard.press('PageDown')
  const paged = Number((await pointed())[0])
  expect(paged).toBeGreaterThan(3)
  await page.keyboard.press('PageUp')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('k')
  expect(await pointed()).toEqual(['1', '30'])
  await page.keyboard.press('j')
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: 'Customer-01' }).waitFor()
  await page.getByLabel('Reply', { exact: true }).waitFor()
  await page.locator('#conversation-name').focus()
  await page.keyboard.press('Escape')
  await until('the list in hand', async () => (await page.evaluate('document.activeElement.role')) === 'listbox')
  expect(await active(page)).toBe('Customer-01')
  // It moved behind those whom nobody holds, and is still in hand; letting go leads back.
  await until('it in its new place', async () => (await pointed())[0] === '30')
  await page.keyboard.press('Enter')
  await page.getByLabel('Reply', { exact: true }).waitFor()
  await page.locator('#conversation-name').focus()
  await page.keyboard.press('/')
  await page.keyboard.type('customer-07')
  await until('what was searched', async () => (await names(page)).join() === 'Customer-07')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keys' })
  for (const does of ['Select for claiming several', 'Views of the queue', 'My topics', 'Hold still']) {
    await keys.getByText(does).waitFor()
  }
})

test('[WB62] held still, rows keep their places while the queue goes on', async () => {
  await declare('One', 'Two', 'Three')
  const page = await signIn('Gus')
  await page.keyboard.press('s')
  await page.getByText('Held still').waitFor()
  const gil = await commander.invite('Gil')
  await gil.do({ type: 'incident/join', incidentId } as never)
  await gil.do({ type: 'conversation/take-next', incidentId, topics: [] } as never)
  await write('Four')
  await row(page, 'One.*Held by Gil').waitFor()
  await page.getByText('Held still, 1 more at the end').waitFor()
  expect(await names(page)).toEqual(['One', 'Two', 'Three', 'Four'])
  await page.getByRole('button', { name: 'Let it move' }).click()
  await until('the order of today', async () => (await names(page)).join() === 'Two,Three,Four,One')
})

test('[WB62] a row is opened by a press upon it while the rows still move', async () => {
  await declare(...Array.from({ length: 20 }, (_, index) => `Customer-${String(index).padStart(2, '0')}`))
  const page = await signIn('Ivy')
  await row(page, 'Customer-00').hover()
  const moving = page.evaluate<string | undefined>(`new Promise(done => {
    const list = document.querySelector('.queue-list')
    const { x, y, width } = list.getBoundingClientRect()
    const under = () => done(document.elementFromPoint(x + width / 2, y + 40).closest('[role=option]')?.querySelector('.name').innerText)
    list.addEventListener('scroll', () => requestAnimationFrame(() => requestAnimationFrame(under)), { once: true })
  })`)
  await page.mouse.wheel(0, 3 * 88)
  const name = await moving
  expect(name).toMatch(/^Customer-/)
  await row(page, String(name)).click()
  await page.getByRole('heading', { name: String(name), exact: true }).waitFor()
})

test('[WB62] the queue is worked by one thumb on a small phone', async () => {
  await declare('One', 'Two', 'Three')
  await write('Featherstonehaugh-Cholmondeley-of-the-very-long-name', 'URGENT!! my card and my password are gone')
  const context = await browser.newContext({
    viewport: smallestPhone,
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
    locale: 'en-US',
  })
  const page = await context.newPage()
  await page.goto(await commander.linkFor('Hal'))
  await page.getByRole('button', { name: 'Sign in with this link' }).tap()
  await page.getByRole('button', { name: 'Not now' }).tap()
  await page.goto(`${world.origin}/#/incident/${incidentId}`)
  const take = page.getByRole('button', { name: 'Take next', exact: true })
  const box = await take.boundingBox()
  expect(box?.y).toBeGreaterThan(740 / 2)
  await shoot(page, 'queue-thumb')
  await page.getByRole('button', { name: 'View', exact: true }).tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Urgent or waiting long' }).tap()
  await until('the urgent one', async () => (await names(page)).length === 1)
  await page.getByRole('button', { name: /^Waiting/ }).tap()
  await until('all of them', async () => (await names(page)).length === 4)
  await rest(page, 'Two')
  await row(page, 'Three').tap()
  await page.getByText('2 selected').waitFor()
  await shoot(page, 'queue-thumb-several')
  expect(await violationsOn(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(smallestPhone.width)
  await page.getByRole('button', { name: 'Claim 2' }).tap()
  await page.getByRole('heading', { name: 'Two', exact: true }).waitFor()
})

/** A finger that rests on a row until it is chosen. */
async function rest(page: Page, name: string) {
  const box = await row(page, name).boundingBox()
  const session = await page.context().newCDPSession(page)
  const touchPoints = [{ x: (box?.x ?? 0) + 60, y: (box?.y ?? 0) + 40 }]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  await page.getByText('1 selected').waitFor()
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
