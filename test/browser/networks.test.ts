import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answering } from '../support/answering.ts'
import type { BlueskyNetwork } from '../support/bluesky-network.ts'
import { openPage, shoot } from '../support/browser.ts'
import type { FakeMastodon } from '../support/mastodon-fake.ts'
import { NetworksStage } from '../support/networks-stage.ts'
import { sideways } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { answered, button, editorOf } from '../support/writing.ts'

let networks: NetworksStage
let mastodon: FakeMastodon
let bluesky: BlueskyNetwork
let stage: Answering

beforeAll(async () => {
  networks = await NetworksStage.open()
  mastodon = networks.mastodon
  bluesky = networks.bluesky
  stage = networks.desk
})
afterAll(() => networks?.close())

const customer = (name: string) => ({
  acct: `${name.toLowerCase()}@social.test`,
  name,
  bot: false,
  followers: 1_234,
  suspended: false,
})

const rowOf = (page: Page, name: string) => page.getByRole('option', { name: new RegExp(name) })

async function open(page: Page, name: string): Promise<void> {
  await rowOf(page, name).click()
  await page.getByRole('heading', { name }).waitFor()
  await page.getByRole('article').first().waitFor()
}

async function send(page: Page, text: string): Promise<void> {
  await editorOf(page).fill(text)
  await button(page, 'Send').click()
  await page.getByText(answered).waitFor()
}

test('[WB51] [WB121] [WB122] a private and a public post are told apart before and after they are answered', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Ada')
  mastodon.write({ by: customer('Priya'), text: '@acme My card was declined, number 12.', visibility: 'direct' })
  await rowOf(page, 'Priya').waitFor()
  await button(page, 'Take next').click()
  await page.getByText('Only they can read your reply on Mastodon.').waitFor()
  await page.getByRole('article').getByText('Private').waitFor()
  expect(await violationsOn(page)).toEqual([])
  await shoot(page, 'network-private-desktop-light')
  await send(page, 'Thank you for the number.')
  const [post] = mastodon.book.posts
  expect(post).toMatchObject({ visibility: 'direct' })
  await expect.poll(() => page.getByRole('article').getByText('Private').count()).toBe(2)

  mastodon.write({ by: customer('Paul'), text: '@acme Is it down for everybody?' })
  await rowOf(page, 'Paul').waitFor()
  await button(page, 'Take next').first().click()
  await page.getByText('Everybody on Mastodon can read your reply.').waitFor()
  expect(await page.getByRole('article').getByText('Private').count()).toBe(0)
  await shoot(page, 'network-public-desktop-light')
  // An address counts as 23 there, however long it is.
  const long = `Yes, for everybody. ${'We are on it. '.repeat(30)}https://status.example.com/${'a'.repeat(200)}`
  await editorOf(page).fill(long)
  await page.getByText('463 of 468 characters.').waitFor()
  // The stand-in counts every character.
  mastodon.book.longest = 2_000
  await send(page, long)
  const links = page.getByRole('link', { name: 'Open on Mastodon' })
  await until('the link to the reply', async () => (await links.count()) === 2)
  expect(await links.last().getAttribute('href')).toContain(mastodon.book.posts[1]?.id)
  expect(complaints).toEqual([])
})

test('[WB122] what a customer changes and takes back is said to whoever looks, and its holder owes nothing more', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Bea')
  const post = mastodon.write({ by: customer('Edna'), text: '@acme Are you serious?' })
  await rowOf(page, 'Edna').waitFor()
  await button(page, 'Take next').click()
  await editorOf(page).fill('We are on it.')
  mastodon.edit(post, '@acme Are you serious? Card 4711 was charged twice.', true)
  await page.getByRole('article').getByText('Card 4711 was charged twice.').waitFor()
  await page
    .getByRole('article')
    .getByText(/^changed /)
    .waitFor()
  expect(await editorOf(page).inputValue()).toBe('We are on it.')
  mastodon.remove(post, true)
  await page.getByText('Nobody waits here any more.').waitFor()
  expect(await page.getByText('Only they can read').count()).toBe(0)
  await page.getByText(/^Taken back by whoever wrote it/).waitFor()
  expect(await page.getByText('4711').filter({ visible: true }).count()).toBe(0)
  expect(await page.getByRole('article').getByRole('link').count()).toBe(0)
  await shoot(page, 'network-deleted-desktop-light')
  expect(await violationsOn(page)).toEqual([])
  await button(page, 'Release').click()
  await page.getByText(answered).waitFor()
  expect(complaints).toEqual([])
})

/** A post that X or Bluesky lets nobody answer who was not named. */
function shut(name: string, text: string): void {
  const person = bluesky.join(`${name.toLowerCase()}.example`, { displayName: name, followers: 40 })
  bluesky.mention(person, `@acme.example ${text}`).repliesOff = true
}

test.each(['mouse', 'keys'] as const)(
  '[WB122] what cannot be answered says why and the other way, and is done with at one press, by %s',
  async hand => {
    const incidentId = await stage.declare()
    const screen = hand === 'keys' ? 'desktop' : 'phone'
    const { page, complaints } = await stage.signIn(incidentId, `Carl-${hand}`, 'responder', { screen })
    shut(`Una ${hand}`, 'Nobody may reply to this.')
    await rowOf(page, `Una ${hand}`).getByText('No reply from here').waitFor()
    await open(page, `Una ${hand}`)
    await page.getByText('This cannot be answered from here').waitFor()
    await page
      .getByText(/write them a private message/)
      .first()
      .waitFor()
    expect(await page.getByText(/write them a private message/).count()).toBe(1)
    expect(await button(page, 'Claim').count()).toBe(0)
    expect(await violationsOn(page)).toEqual([])
    await shoot(page, `network-closed-${screen}-light`)
    const done = button(page, 'Answered another way')
    if (hand === 'mouse') await done.click()
    else {
      await done.focus()
      await page.keyboard.press('Enter')
    }
    await page.getByText(answered).waitFor()
    expect(await button(page, 'Answered another way').count()).toBe(0)
    await until('the focus', () => page.evaluate('document.activeElement !== document.body'))
    expect(complaints).toEqual([])
  },
)

test('[WB128] [WB130] one customer on two networks is joined from a suggestion and parted again', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Dora')
  const kim = bluesky.join('kimlee.example', { displayName: 'Kim Lee', followers: 70 })
  bluesky.mention(kim, '@acme.example Why was I charged twice?')
  mastodon.write({ by: { ...customer('kimlee'), name: 'Kim Lee' }, text: '@acme Still waiting here.' })
  await until('both to wait', async () => (await rowOf(page, 'Kim Lee').count()) === 2)
  await rowOf(page, 'Kim Lee').filter({ hasText: 'charged twice' }).click()
  await page.getByText('@kimlee.example').waitFor()
  expect(await page.locator('body').textContent()).not.toContain('did:plc')
  await page.getByText('Perhaps the same person (1)').click()
  await page.getByText(/the same name, and an address like it: .?@kimlee@social.test/).waitFor()
  await shoot(page, 'network-same-desktop-light')
  expect(await violationsOn(page)).toEqual([])
  await button(page, 'Kim Lee is the same person').click()
  await page.getByRole('article').getByText('Still waiting here.').waitFor()
  await until('one row', async () => (await rowOf(page, 'Kim Lee').count()) === 1)
  await rowOf(page, 'Kim Lee').getByText('and 1 more channel').waitFor()
  await shoot(page, 'network-joined-desktop-light')
  const part = button(page, 'Part Kim Lee from this conversation')
  await until('the way to part them', async () => {
    if (!(await part.isVisible())) await page.getByText('One person, 2 addresses').click()
    return part.isVisible()
  })
  await shoot(page, 'network-part-desktop-light')
  expect(await violationsOn(page)).toEqual([])
  await part.click()
  await until('two rows', async () => (await rowOf(page, 'Kim Lee').count()) === 2)
  await part.waitFor({ state: 'detached' })
  await until('the focus', () => page.evaluate('document.activeElement !== document.body'))
  expect(await page.locator('body').textContent()).not.toContain('did:plc')
  expect(complaints).toEqual([])
})

/** Max Ray waits on two networks; Zed drafted for him on Mastodon, and holds neither. */
async function drafted(incidentId: string, page: Page, name: string) {
  const handle = name.toLowerCase().replace(' ', '')
  bluesky.mention(bluesky.join(`${handle}.example`, { displayName: name }), '@acme.example Why was I charged twice?')
  mastodon.write({ by: { ...customer(handle), name }, text: '@acme Still waiting here.' })
  await until('both to wait', async () => (await rowOf(page, name).count()) === 2)
  const { conversations } = await stage.commander.snapshot(incidentId)
  const idOf = (network: string) => conversations.find(({ human }) => human.address.includes(network))?.id ?? ''
  const other = idOf('social.test')
  const one = conversations.find(({ id }) => id !== other)?.id ?? ''
  const zed = await stage.commander.invite('Zed')
  await zed.do({ type: 'incident/join', incidentId })
  const there = { incidentId, conversationId: other } as const
  await zed.do({ type: 'conversation/claim', ...there })
  await zed.do({ type: 'draft/save', ...there, fence: 1, epoch: 1, text: 'The bank pays it back.' })
  await zed.do({ type: 'conversation/release', ...there, fence: 1 })
  await rowOf(page, name).filter({ hasText: 'charged twice' }).click()
  return { zed, one, other }
}

async function saved(incidentId: string, conversationId: string, text: string): Promise<void> {
  await until('it to be saved', async () => {
    const { draft } = await stage.commander.conversation(incidentId, conversationId)
    return draft?.text === text && draft.brought === undefined
  })
}

test('[MC20] [WB128] who writes while two are joined has what was drafted for the other below it, and the cursor stays', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Dana')
  const { one } = await drafted(incidentId, page, 'Max Ray')
  await button(page, 'Claim').click()
  const editor = editorOf(page)
  await editor.waitFor()
  await page.keyboard.type('Dear Max: sorry!')
  for (let letter = 0; letter < 'sorry!'.length; letter++) await page.keyboard.press('ArrowLeft')
  await page.getByText('Perhaps the same person (1)').click()
  await button(page, 'Max Ray is the same person').click()
  const joined = 'Dear Max: sorry!\n\nThe bank pays it back.'
  await until('what was brought', async () => (await editor.inputValue()) === joined)
  await editor.focus()
  await page.keyboard.type('we are ')
  const whole = 'Dear Max: we are sorry!\n\nThe bank pays it back.'
  expect(await editor.inputValue()).toBe(whole)
  await saved(incidentId, one, whole)
  expect(complaints).toEqual([])
})

test('[MC20] [CL16] who is handed a conversation in which two were joined has both drafts', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Dirk')
  const { zed, one, other } = await drafted(incidentId, page, 'Pat Moss')
  const there = { incidentId, conversationId: one } as const
  await zed.do({ type: 'conversation/claim', ...there })
  await zed.do({ type: 'draft/save', ...there, fence: 1, epoch: 1, text: 'Dear Pat,' })
  await zed.do({ type: 'conversation/merge', ...there, otherId: other })
  await page.getByRole('article').getByText('Still waiting here.').waitFor()
  const dirk = (await stage.commander.snapshot(incidentId)).responders.find(({ name }) => name === 'Dirk')?.id ?? ''
  await zed.do({ type: 'conversation/hand-over', ...there, fence: 1, personId: dirk })
  const whole = 'Dear Pat,\n\nThe bank pays it back.'
  await until('both', async () => (await editorOf(page).inputValue()) === whole)
  await saved(incidentId, one, whole)
  expect(complaints).toEqual([])
})

test('[WB123] of a mail its new text is shown, and all of it at one press, by keys too', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Fay', 'responder', { screen: 'phone' })
  const quote = ['On Mon, 23 Nov 2026 at 10:00, Support <a@b.test> wrote:', '> Better now?']
  expect(await networks.mail('Gina', 'It is down again.', '', ...quote)).toBe(200)
  await open(page, 'Gina')
  const article = page.getByRole('article')
  await article.getByText('It is down again.').waitFor()
  expect(await article.getByText('Better now?').count()).toBe(0)
  await button(page, 'Show all of it').focus()
  await page.keyboard.press('Enter')
  await article.getByText('Better now?').waitFor()
  expect(await violationsOn(page)).toEqual([])
  await shoot(page, 'network-mail-phone-light')
  await button(page, 'Show only what is new').click()
  await until('the quote to be gone', async () => (await article.getByText('Better now?').count()) === 0)
  expect(await article.getByText('Private').count()).toBe(0)
  expect(complaints).toEqual([])
})

test('[WB121] [WB128] on a phone a customer of two networks is taken and answered, and the text stays in sight', async () => {
  const incidentId = await stage.declare()
  const look = { screen: 'phone', colorScheme: 'dark', locale: 'de-DE' } as const
  const { page, complaints } = await openIn(incidentId, 'Heike', look)
  const noor = { ...customer('noorali'), name: 'Noor Ali' }
  const text = 'Seit heute früh wird jede Karte abgelehnt, und am Telefon meldet sich niemand. Was ist da los? '
  mastodon.write({ by: noor, text: `@acme ${text.repeat(4)}`, visibility: 'direct' })
  bluesky.mention(bluesky.join('noorali.example', { displayName: 'Noor Ali' }), '@acme.example Hallo?')
  await until('both to wait', async () => (await rowOf(page, 'Noor Ali').count()) === 2)
  await button(page, /^Nächste/)
    .first()
    .click()
  await page.getByText('Vielleicht dieselbe Person (1)').waitFor()
  const editor = page.getByLabel('Antwort', { exact: true })
  await editor.fill('Guten Tag, wir kümmern uns darum. https://status.example.com/a/very/long/address')
  await page.getByText('Nur die Person selbst kann Ihre Antwort auf Mastodon lesen.').waitFor()
  expect(await violationsOn(page)).toEqual([])
  await shoot(page, 'network-writing-phone-dark')
  for (const sight of [editor, button(page, 'Senden')]) {
    const box = await sight.boundingBox()
    expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThanOrEqual(844)
  }
  expect(await sideways(page)).toBe(0)
  await button(page, 'Senden').click()
  await until('it to be posted', () => mastodon.book.posts.some(({ source }) => source?.includes('Guten Tag') === true))
  expect(complaints).toEqual([])
})

test('[WB124] a writer sees when their reply will leave where the network lets no more out, before and after', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Ines', 'responder', { screen: 'phone' })
  mastodon.book.postsLeft = 1
  for (const name of ['Jana', 'Karl']) mastodon.write({ by: customer(name), text: '@acme Is it down?' })
  await until('both to wait', async () => (await page.getByRole('option').count()) === 2)
  await button(page, /^Take next/).click()
  await send(page, 'It is. We are on it.')
  await button(page, 'Take the next one').click()
  await editorOf(page).waitFor()
  const foretold = page.getByText('Leaves in about 3 h: the network lets no more out.')
  await foretold.waitFor({ timeout: 30_000 })
  await shoot(page, 'network-leaving-phone-light')
  await editorOf(page).fill('Yes, for everybody.')
  await button(page, 'Send').click()
  await page.getByText('Your reply waits to leave.').waitFor()
  await foretold.waitFor()
  expect(await violationsOn(page)).toEqual([])
  await shoot(page, 'network-waits-phone-light')
  expect(complaints).toEqual([])
})

/** A desk in another language, where nothing is named as the English stage waits for it. */
async function openIn(incidentId: string, name: string, look: Parameters<typeof openPage>[1]) {
  const opened = await openPage(stage.browser, look)
  await stage.enter(opened.page.context(), name)
  await opened.page.goto(`${stage.world.origin}/#/incident/${incidentId}`)
  return opened
}
