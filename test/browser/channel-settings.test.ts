import type { ChannelView } from '@muster/shared/endpoint.ts'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, shoot } from '../support/browser.ts'
import { FakeMastodon, token } from '../support/mastodon-fake.ts'
import { look, sideways, smallestPhone } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let mastodon: FakeMastodon
let browser: Browser
let commander: Visitor

beforeAll(async () => {
  browser = await openBrowser()
  mastodon = await new FakeMastodon().start()
  world = await World.open()
  commander = await world.enter(await world.firstLink())
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
  await mastodon?.stop()
})

async function settings(look: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const { page } = await openPage(browser, look)
  const [name = '', value = ''] = commander.cookie.split('=')
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(`${world.origin}/#/settings/channels`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

/** Settings of which, while `deaf`, no answer to a command comes back, and while `dumb` no save goes out. */
async function settingsOnALine(line: { deaf?: boolean; dumb?: boolean }): Promise<Page> {
  const { page } = await openPage(browser)
  await page.clock.install()
  await page.routeWebSocket(/socket\.io/, screen => {
    const server = screen.connectToServer()
    screen.onMessage(message => {
      if (!line.dumb || !String(message).includes('channel/save')) server.send(message)
    })
    server.onMessage(message => {
      const isAnswer = String(message).startsWith('43')
      if (!line.deaf || !isAnswer) screen.send(message)
    })
  })
  const [name = '', value = ''] = commander.cookie.split('=')
  await page.context().addCookies([{ name, value, url: world.origin }])
  await page.goto(`${world.origin}/#/settings/channels`)
  await page.getByText('Live').waitFor()
  return page
}

async function home(): Promise<Page> {
  const page = await settings()
  await page.goto(`${world.origin}/#/`)
  await page.getByRole('heading', { level: 1, name: 'Incidents' }).waitFor()
  return page
}

async function add(page: Page, kind: string, button = 'Add a channel') {
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('menuitem', { name: kind }).click()
}

async function stored(id: string): Promise<ChannelView | undefined> {
  const { channels } = await commander.get<{ channels: ChannelView[] }>('/api/channels')
  return channels.find(channel => channel.id === id)
}

const nowhere = 'http://127.0.0.1:9'

test('[WB120] a Bluesky account is set up by its handle and an app password, which nobody reads back', async () => {
  const page = await settings()
  await add(page, 'Bluesky account')
  await page.getByLabel('Name', { exact: true }).fill('Acme on Bluesky')
  await page.getByLabel('Handle').fill('@acme.test')
  await page.getByLabel('App password').fill('abcd-efgh-ijkl-mnop')
  await page.getByLabel('Server').fill(nowhere)
  await page.getByLabel('Words to look for').fill('acme down\nacme outage')
  await page.getByLabel('In use').uncheck()
  await page.getByRole('button', { name: 'Save the channel' }).click()
  await page.getByText('Bluesky @acme.test').waitFor()
  const channel = await until('it to be stored', () => stored('acme-on-bluesky'))
  expect(channel).toMatchObject({
    secrets: ['password'],
    settings: { kind: 'bluesky', handle: 'acme.test', search: { words: ['acme down', 'acme outage'] } },
  })
  expect(JSON.stringify(channel)).not.toContain('abcd-efgh')
  await page.getByRole('button', { name: 'Change Acme on Bluesky' }).click()
  await page.getByText('One is stored and cannot be read back').waitFor()
  await page.getByRole('button', { name: 'Save the channel' }).click()
  await until('the password to be there still', async () => (await stored('acme-on-bluesky'))?.secrets.length === 1)
})

test('[WB120] limits are typed in an hour, in dollars and in seconds, and shown so again', async () => {
  const page = await settings()
  await add(page, 'X account')
  await page.getByLabel('Name', { exact: true }).fill('Acme on X')
  await page.getByLabel('Account name').fill('@acme')
  await page.getByLabel('Number of the account').fill('12345')
  await page.getByLabel('Access token of the account').fill('a-token-of-the-account')
  await page.getByLabel('Bearer token of the app').fill('a-token-of-the-app')
  await page.getByText('Limits', { exact: true }).click()
  await page.getByLabel('Most replies an hour').fill('60')
  await page.getByLabel('Most it may cost a month, in US dollars').fill('12.5')
  await page.getByLabel('Alarm after seconds without reading').fill('200')
  await page.getByText('and no words are looked for, until').scrollIntoViewIfNeeded()
  await shoot(page, 'channel-limits-desktop-light')
  await page.getByLabel('In use').uncheck()
  await page.getByRole('button', { name: 'Save the channel' }).click()
  const channel = await until('it to be stored', () => stored('acme-on-x'))
  expect(channel).toMatchObject({
    pace: { most: 60, perMs: 3_600_000 },
    costCap: 12_500_000,
    lagObjectiveMs: 200_000,
    settings: { username: 'acme', plan: 'self-serve' },
  })
  await page.getByRole('button', { name: 'Change Acme on X' }).click()
  await page.getByText('Limits', { exact: true }).click()
  expect(await page.getByLabel('Most it may cost a month, in US dollars').inputValue()).toBe('12.5')
})

test('[WB120] a channel is tried out before it is saved, step by step, and what it found out is taken on', async () => {
  const page = await settings({ screen: 'phone' })
  await add(page, 'Mastodon account')
  await page.getByLabel('Name', { exact: true }).fill('Acme on Mastodon')
  await page.getByLabel('Server').fill(mastodon.url)
  await page.getByLabel('Access token').fill('a-wrong-token')
  await page.getByRole('button', { name: 'Try it now' }).click()
  await page.getByText('Signed in: failed').waitFor()
  await page.getByLabel('Access token').fill(token)
  mastodon.book.longest = 1_234
  await page.getByRole('button', { name: 'Try it now' }).click()
  await page.getByText('Sends: worked').waitFor()
  expect(await page.getByText(/: failed$/).count()).toBe(0)
  await page.getByText('Posts may have 1,234').waitFor()
  expect(mastodon.book.posts.every(({ visibility }) => visibility === 'direct')).toBe(true)
  expect(await violationsOn(page)).toEqual([])
  await page.getByText('Sends: worked').scrollIntoViewIfNeeded()
  await shoot(page, 'channel-tried-phone-light')
  await page.getByLabel('Access token').fill('another-token')
  await page.getByText('Sends: worked').waitFor({ state: 'detached' })
  await page.getByText('Posts may have 1,234').waitFor()
  await page.getByLabel('Server').fill(nowhere)
  await page.getByText('Posts may have 500').waitFor()
  expect(await stored('acme-on-mastodon')).toBeUndefined()
})

test('[WB120] a channel that was saved without an answer is saved again as the same one', async () => {
  const line = { deaf: false }
  const page = await settingsOnALine(line)
  await add(page, 'Mastodon account')
  await page.getByLabel('Name', { exact: true }).fill('Acme once')
  await page.getByLabel('Server').fill(mastodon.url)
  await page.getByLabel('Access token').fill(token)
  await page.getByLabel('In use').uncheck()
  line.deaf = true
  await page.getByRole('button', { name: 'Save the channel' }).click()
  await until('it to be stored', () => stored('acme-once'))
  await page.getByRole('button', { name: 'Change Acme once' }).waitFor()
  const unanswered = page.getByText('we do not know whether this was done')
  await until('it to be given up', async () => {
    await page.clock.fastForward(5_000)
    return (await unanswered.count()) > 0
  })
  line.deaf = false
  await page.getByLabel('Name', { exact: true }).fill('Acme for once')
  await page.getByRole('button', { name: 'Save the channel' }).click()
  await page.getByRole('form').waitFor({ state: 'detached' })
  expect((await stored('acme-once'))?.name).toBe('Acme for once')
  const { channels } = await commander.get<{ channels: ChannelView[] }>('/api/channels')
  expect(channels.filter(({ name }) => name.startsWith('Acme') && name.endsWith('once'))).toHaveLength(1)
  await page.context().close()
})

test('[AC26] [WB120] a channel that was saved without an answer, and never came in, takes no place of another of its id', async () => {
  const line = { dumb: false }
  const page = await settingsOnALine(line)
  await add(page, 'Mastodon account')
  await page.getByLabel('Name', { exact: true }).fill('Acme twice')
  await page.getByLabel('Server').fill(mastodon.url)
  await page.getByLabel('Access token').fill(token)
  await page.getByLabel('In use').uncheck()
  line.dumb = true
  await page.getByRole('button', { name: 'Save the channel' }).click()
  const unanswered = page.getByText('we do not know whether this was done')
  await until('it to be given up', async () => {
    await page.clock.fastForward(5_000)
    return (await unanswered.count()) > 0
  })
  const own = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: false } as const
  const theirs = { id: 'acme-twice', name: 'Acme twice', enabled: false, incidentId: null, settings: own }
  await commander.do({ type: 'channel/save', channel: theirs, secrets: {} } as never)
  line.dumb = false
  await page.getByRole('button', { name: 'Save the channel' }).click()
  await page.getByRole('form').waitFor({ state: 'detached' })
  expect(await stored('acme-twice')).toMatchObject(theirs)
  expect(await stored('acme-twice-2')).toMatchObject({ name: 'Acme twice' })
  await page.context().close()
})

test('[WB136] what somebody else changed in a channel since its form was opened is replaced by who was told of it alone', async () => {
  const own = { kind: 'webhook', replyUrl: `${nowhere}/first`, longest: 500, deduplicates: false } as const
  const channel = { id: 'shared', name: 'Shared', enabled: false, incidentId: null, settings: own }
  await commander.do({ type: 'channel/save', channel, secrets: {} } as never)
  const page = await settings()
  await page.getByRole('button', { name: 'Change Shared' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Shared by two')
  const theirs = { ...channel, settings: { ...own, replyUrl: `${nowhere}/second`, deduplicates: true } }
  await commander.do({ type: 'channel/save', channel: theirs, secrets: {} } as never)
  const save = page.getByRole('button', { name: 'Save the channel' })
  await save.click()
  await page
    .getByRole('alert')
    .getByText(/Somebody has changed this since you opened it/)
    .waitFor()
  expect(await stored('shared')).toMatchObject(theirs)
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Shared by two')
  await save.click()
  await page.getByRole('form').waitFor({ state: 'detached' })
  expect(await stored('shared')).toMatchObject({ name: 'Shared by two', settings: own })
  await page.getByRole('button', { name: 'Change Shared by two' }).click()
  await commander.do({ type: 'channel/remove', channelId: 'shared' } as never)
  await save.click()
  await page
    .getByRole('alert')
    .getByText(/Somebody has removed this since you opened it/)
    .waitFor()
  expect(await stored('shared')).toBeUndefined()
  await page.context().close()
})

test('[WB137] on a phone a form of the settings comes into sight with the focus, and leaves it to its row', async () => {
  const own = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: false } as const
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const channel = { id: `row-${number}`, name: `Row ${number}`, enabled: false, incidentId: null, settings: own }
    await commander.do({ type: 'channel/save', channel, secrets: {} } as never)
  }
  const page = await settings({ screen: 'phone' })
  await page.setViewportSize(smallestPhone)
  const change = (number: number) => page.getByRole('button', { name: `Change Row ${number}` })
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const name = page.getByLabel('Name', { exact: true })
  const isInSight = async (part: Locator) => {
    const { y = -1, height = 0 } = (await part.boundingBox()) ?? {}
    return y >= 0 && y + height <= smallestPhone.height
  }
  const seesFocused = async (control: Locator) => {
    const has = () => control.evaluate((element: { matches(what: string): boolean }) => element.matches(':focus'))
    await until('the focus to be there, in sight', async () => (await has()) && (await isInSight(control)))
  }
  await change(9).click()
  await seesFocused(name)
  expect(await isInSight(page.getByRole('heading', { name: 'Change Row 9' }))).toBe(true)
  await press('Go back')
  await seesFocused(change(9))
  await change(8).click()
  await change(9).click()
  await seesFocused(name)
  expect(await name.inputValue()).toBe('Row 9')
  await press('Save the channel')
  await seesFocused(change(9))
  await press('Remove Row 9')
  await press('Remove')
  await seesFocused(change(8))
  await change(8).click()
  await page.getByLabel('Make a new signing secret').check()
  await press('Save the channel')
  await seesFocused(page.getByLabel('Webhook address'))
  await press('Done')
  await seesFocused(change(8))
  await add(page, 'Mastodon account')
  await seesFocused(name)
  await press('Go back')
  await seesFocused(page.getByRole('button', { name: 'Add a channel' }))
  await page.context().close()
})

test.each([
  ['en-US', 'light', 'desktop'],
  ['de-DE', 'dark', 'phone'],
] as const)('[WB132] [AC25] a changed server is sent no stored token, in %s', async (locale, colorScheme, screen) => {
  const de = locale === 'de-DE'
  const id = `moved-${screen}`
  const former = { kind: 'mastodon', server: nowhere, longest: 500 } as const
  const channel = { id, name: `Moved ${screen}`, enabled: false, incidentId: null, settings: former }
  await commander.do({ type: 'channel/save', channel, secrets: { token } } as never)
  const before = mastodon.asked.length
  const page = await settings({ locale, colorScheme, screen })
  const [tryIt, save] = de ? ['Jetzt ausprobieren', 'Kanal speichern'] : ['Try it now', 'Save the channel']
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  await press(de ? `Moved ${screen} ändern` : `Change Moved ${screen}`)
  const server = page.getByLabel('Server', { exact: true })
  const secret = page.getByLabel(de ? 'Zugangstoken' : 'Access token', { exact: true })
  const asked = page.getByText(de ? 'Server oder Konto wurden geändert:' : 'The server or account was changed:')
  await server.fill(mastodon.url)
  await asked.waitFor()
  await server.fill(nowhere)
  await asked.waitFor({ state: 'detached' })
  await server.fill(mastodon.url)
  await press(tryIt)
  const refused = page.getByText(de ? 'Bitte neu eingeben: Zugangstoken.' : 'Please enter again: access token.')
  await refused.waitFor()
  expect(mastodon.asked).toHaveLength(before)
  expect(await server.inputValue()).toBe(mastodon.url)
  expect(await violationsOn(page)).toEqual([])
  await refused.scrollIntoViewIfNeeded()
  await shoot(page, `channel-moved-${screen}-${colorScheme}`)
  await press(save)
  expect((await stored(id))?.settings).toEqual(former)
  await secret.fill(token)
  await asked.waitFor({ state: 'detached' })
  await press(save)
  await until('it to be stored', async () => {
    const now = (await stored(id))?.settings
    return now?.kind === 'mastodon' && now.server === mastodon.url
  })
})

const kinds = [
  ['Mailbox', 'Postfach'],
  ['Bluesky account', 'Bluesky-Konto'],
  ['Mastodon account', 'Mastodon-Konto'],
  ['X account', 'X-Konto'],
  ['Webhook: anything else', 'Webhook: alles andere'],
] as const

test.each(['desktop', 'phone'] as const)('[WB1] every channel’s form is accessible on a %s', async screen => {
  for (const [colorScheme, locale, index, button] of [
    ['light', 'en-US', 0, 'Add a channel'],
    ['dark', 'de-DE', 1, 'Kanal hinzufügen'],
  ] as const) {
    const page = await settings({ screen, colorScheme, locale })
    for (const names of kinds) {
      await add(page, names[index], button)
      await page.getByRole('form').waitFor()
      expect(await violationsOn(page), names[index]).toEqual([])
      await page
        .getByRole('form')
        .getByText(index === 0 ? 'Limits' : 'Grenzen', { exact: true })
        .click()
      await page.evaluate('scrollTo(0, 0)')
      await page.getByLabel(index === 0 ? 'Most replies an hour' : 'Höchstens Antworten je Stunde').waitFor()
      await shoot(page, `channel-${names[0].split(/\W/)[0]}-${screen}-${colorScheme}`)
      expect(await sideways(page)).toBe(0)
    }
  }
})

test('[CH88] while no incident is open, a channel by which nothing comes in is shown on the first page with what is wrong', async () => {
  const settings = { kind: 'bluesky', service: nowhere, handle: 'acme.test', directMessages: false, search: null }
  const channel = { id: 'dead', name: 'Acme on Bluesky', enabled: true, incidentId: null, settings }
  await commander.do({ type: 'channel/save', channel, secrets: { password: 'abcd-efgh' } } as never)
  const page = await home()
  const notice = page.locator('.notice').filter({ hasText: /channels? needs? somebody/ })
  await notice.getByText(/Nothing of .@acme\.test. could be read since/).waitFor()
  await look(page, 'home-channels')
  expect(await violationsOn(page)).toEqual([])
  expect(await (await fetch(`${world.origin}/metrics`)).text()).toMatch(/^muster_channels_troubled [1-9]/m)
  await commander.do({ type: 'channel/save', channel: { ...channel, enabled: false }, secrets: {} } as never)
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByText('No incident is open').waitFor()
  await until('it to be told no more', async () => (await page.getByText(/@acme\.test. could be read/).count()) === 0)
})
