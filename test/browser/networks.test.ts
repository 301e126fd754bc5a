import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { BlueskyNetwork } from '../support/bluesky-network.ts'
import { shoot } from '../support/browser.ts'
import { FakeMastodon, token } from '../support/mastodon-fake.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { answered, button, editorOf } from '../support/writing.ts'

let mastodon: FakeMastodon
let bluesky: BlueskyNetwork
let stage: Answering

beforeAll(async () => {
  mastodon = await new FakeMastodon().start()
  bluesky = await new BlueskyNetwork().start()
  stage = await Answering.open([
    {
      channel: {
        id: 'social',
        name: 'Acme on Mastodon',
        enabled: true,
        incidentId: null,
        settings: { kind: 'mastodon', server: mastodon.url, longest: 500 },
      },
      secrets: { token },
    },
    {
      channel: {
        id: 'sky',
        name: 'Acme on Bluesky',
        enabled: true,
        incidentId: null,
        settings: {
          kind: 'bluesky',
          service: bluesky.url,
          handle: bluesky.own.handle,
          directMessages: false,
          search: null,
        },
      },
      secrets: { password: bluesky.password },
    },
  ])
})
afterAll(async () => {
  await stage?.close()
  await mastodon?.stop()
  await bluesky?.stop()
})

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

test('[WB121] [WB122] a private and a public post are told apart before and after they are answered', async () => {
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
  await send(page, 'Yes, for everybody. We are on it.')
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
      .getByText(/write them a direct message/)
      .first()
      .waitFor()
    expect(await page.getByText(/write them a direct message/).count()).toBe(1)
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
    expect(complaints).toEqual([])
  },
)

test('[WB128] [WB130] one customer on two networks is joined from a suggestion, answered once, and parted again', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Dora')
  const kim = bluesky.join('kimlee.example', { displayName: 'Kim Lee', followers: 70 })
  bluesky.mention(kim, '@acme.example Why was I charged twice?')
  mastodon.write({ by: { ...customer('kimlee'), name: 'Kim Lee' }, text: '@acme Still waiting here.' })
  await until('both to wait', async () => (await rowOf(page, 'Kim Lee').count()) === 2)
  await rowOf(page, 'Kim Lee').filter({ hasText: 'charged twice' }).click()
  await page.getByText('@kimlee.example').waitFor()
  expect(await page.locator('body').innerText()).not.toContain('did:plc')
  await page.getByText('Perhaps the same person (1)').click()
  await page.getByText(/They bear the same name, and their addresses are alike: @kimlee@social.test/).waitFor()
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
  expect(await page.locator('body').innerText()).not.toContain('did:plc')
  expect(complaints).toEqual([])
})
