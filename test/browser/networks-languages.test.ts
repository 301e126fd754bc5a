import { afterAll, beforeAll, expect, test } from 'vitest'
import german from '../../web/words/de.json' with { type: 'json' }
import english from '../../web/words/en.json' with { type: 'json' }
import { openPage } from '../support/browser.ts'
import { NetworksStage } from '../support/networks-stage.ts'
import { look } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { button } from '../support/writing.ts'

let networks: NetworksStage

beforeAll(async () => {
  networks = await NetworksStage.open()
})
afterAll(() => networks?.close())

async function leading(locale: string, name: string) {
  const { desk } = networks
  const incidentId = await desk.declare()
  const opened = await openPage(desk.browser, { locale })
  await desk.enter(opened.page.context(), name, 'lead')
  const goTo = async (view = '') => await opened.page.goto(`${desk.world.origin}/#/incident/${incidentId}${view}`)
  await goTo()
  const rowOf = (customer: string) => opened.page.getByRole('option', { name: new RegExp(customer) })
  return { ...opened, goTo, rowOf }
}

const tongues = [
  ['en-GB', english, 'Una', 'Kim Lee', 'Ada'],
  ['de-DE', german, 'Uwe', 'Kai Roth', 'Anke'],
] as const

test.each(tongues)(
  '[WB131] what cannot be answered, before and after somebody tried, in %s',
  async (locale, { closed, message, composer, reply }, name, _, lead) => {
    const { bluesky } = networks
    const { page, complaints, rowOf } = await leading(locale, lead)
    const person = bluesky.join(`${name.toLowerCase()}.example`, { displayName: name, followers: 40 })
    bluesky.mention(person, '@acme.example Nobody may reply to this.').repliesOff = true
    await rowOf(name).click()
    const otherWay = closed['write-directly'].replace('{{network}}', 'Bluesky')
    await page.getByText(message.cannotAnswer, { exact: true }).waitFor()
    await page.getByText(closed['replies-off']).first().waitFor()
    await page.getByText(otherWay).first().waitFor()
    expect(await violationsOn(page)).toEqual([])
    await look(page, `found-out-closed-${locale}`)
    const open = bluesky.mention(person, '@acme.example But you may to this.')
    await page.getByRole('article').getByText('But you may to this.').waitFor()
    await button(page, composer.claim).click()
    await page.getByLabel(composer.reply, { exact: true }).fill('We are on it, Una.')
    // Just before the reply, which alone asks about this one post: what is found out before is said before, and not tried.
    bluesky.meet = (name, { query }) => {
      if (name === 'app.bsky.feed.getPosts' && query.getAll('uris').join() === open.uri) open.repliesOff = true
      return null
    }
    await button(page, composer.send).click()
    await page.getByText(`${reply.failed}: ${closed['replies-off']}`).waitFor()
    await until(
      'it to be said once above the text',
      async () => (await page.getByText(closed['replies-off']).count()) === 2,
    )
    await look(page, `found-out-failed-${locale}`)
    expect(complaints).toEqual([])
  },
)

test.each(tongues)(
  '[WB131] [WB43] who is perhaps the same, and the lines of who joined and parted them, in %s',
  async (locale, { message, maybe }, _, name, lead) => {
    const { bluesky, mastodon } = networks
    const { page, complaints, rowOf, goTo } = await leading(locale, `${lead}-two`)
    const handle = name.toLowerCase().replace(' ', '')
    bluesky.mention(bluesky.join(`${handle}.example`, { displayName: name }), '@acme.example Charged twice?')
    mastodon.write({
      by: { acct: `${handle}@social.test`, name, bot: false, followers: 7, suspended: false },
      text: '@acme Still waiting.',
    })
    await until('both to wait', async () => (await rowOf(name).count()) === 2)
    await rowOf(name).filter({ hasText: 'Charged twice' }).click()
    await page.getByText(message.maybeSame.replace('{{count}}', '1')).click()
    await page.getByText(maybe.alike.replace('{{address}}', '')).waitFor()
    expect(await violationsOn(page)).toEqual([])
    await look(page, `found-out-same-${locale}`)
    await button(page, message.mergeNamed.replace('{{name}}', name)).click()
    await until('one row', async () => (await rowOf(name).count()) === 1)
    const part = button(page, message.partNamed.replace('{{name}}', name))
    await until('the way to part them', async () => {
      if (!(await part.isVisible())) await page.getByText(message.oneHuman.replace('{{count}}', '2')).click()
      return part.isVisible()
    })
    await part.click()
    await until('two rows', async () => (await rowOf(name).count()) === 2)
    await goTo('/board')
    const lines = page.getByRole('listitem').filter({ hasText: `@${handle}` })
    await until('both lines', async () => (await lines.count()) === 2)
    await lines.first().scrollIntoViewIfNeeded()
    await look(page, `found-out-timeline-${locale}`)
    expect(complaints).toEqual([])
  },
)

test.each(tongues)('[WB131] what is wrong with a channel, in %s', async (locale, _words, _name, _customer, lead) => {
  const { mastodon } = networks
  const { page, complaints, goTo } = await leading(locale, `${lead}-three`)
  mastodon.instead = (_path, response) => {
    response.writeHead(503).end('{"error":"Down for maintenance"}')
    return true
  }
  // Its stream says that there is news, and then nothing can be read.
  mastodon.write({
    by: { acct: 'lou@social.test', name: 'Lou', bot: false, followers: 1, suspended: false },
    text: '@acme?',
  })
  await goTo('/lead')
  const said = page.getByText(
    locale === 'de-DE'
      ? /seit .+ Uhr nichts lesen: Der Server antwortete mit Status 503: .+Down for maintenance.+“\. Es wartet/
      : /could be read since .+: its server answered with status 503: .+Down for maintenance.+”\. It waits/,
  )
  await said.first().waitFor({ timeout: 30_000 })
  await look(page, `found-out-channel-${locale}`)
  mastodon.instead = null
  expect(complaints).toEqual([])
})
