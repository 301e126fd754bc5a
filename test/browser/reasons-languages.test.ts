import { afterAll, beforeAll, expect, test } from 'vitest'
import german from '../../web/words/apart/de.json' with { type: 'json' }
import english from '../../web/words/apart/en.json' with { type: 'json' }
import germanFirst from '../../web/words/de.json' with { type: 'json' }
import englishFirst from '../../web/words/en.json' with { type: 'json' }
import { openPage } from '../support/browser.ts'
import type { Fate } from '../support/mastodon-fake.ts'
import { NetworksStage } from '../support/networks-stage.ts'
import { isWhole, look, smallestPhone } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { button } from '../support/writing.ts'

let networks: NetworksStage

beforeAll(async () => {
  networks = await NetworksStage.open()
})
afterAll(() => networks?.close())

const refused: Fate = {
  stored: false,
  answer: response => void response.writeHead(422).end('{"error":"Validation failed: Text is too long"}'),
}

const tongues = [
  ['en-GB', { ...englishFirst, ...english }, 'Una', /: Its server answered with status 422: “.*Text is too long.*”\./],
  ['de-DE', { ...germanFirst, ...german }, 'Uwe', /: Der Server antwortete mit Status 422: „.*Text is too long.*“\./],
] as const

test.each(tongues)(
  '[WB1] [WB4] [WB60] [WB131] why a reply was not taken, or is uncertain, in %s',
  async (locale, words, name, said) => {
    const { mastodon, desk } = networks
    const incidentId = await desk.declare()
    const { page, complaints } = await openPage(desk.browser, { locale })
    await desk.enter(page.context(), `Lead-${name}`, 'lead')
    await page.goto(`${desk.world.origin}/#/incident/${incidentId}`)
    const acct = `${name.toLowerCase()}@social.test`
    mastodon.write({ by: { acct, name, bot: false, followers: 7, suspended: false }, text: '@acme Still down?' })
    const { composer, unsettled, setback, queue, bystander, lead } = words
    await page.getByRole('option', { name: new RegExp(name) }).click()
    await button(page, composer.claim).click()
    mastodon.fates.push(refused)
    await page.getByLabel(composer.reply, { exact: true }).fill(`We are on it, ${name}.`)
    await button(page, composer.send).click()
    const because = page.getByText(/Text is too long/)
    await until('it to be said above the text and with the reply', async () => (await because.count()) === 2)
    for (const text of await because.allTextContents()) expect(text).toMatch(said)
    await look(page, `setback-refused-${locale}`)
    // It may still come: what is not there yet is not surely absent.
    mastodon.fates.push({ stored: false, answer: 'resets' })
    await button(page, composer.send).click()
    await page.getByText(setback['no-answer']).first().waitFor()
    expect(await violationsOn(page)).toEqual([])
    await look(page, `setback-uncertain-${locale}`)
    const row = page.getByRole('option', { name: new RegExp(name) })
    await row.getByText(queue.yourReplyUncertain).waitFor()
    const { page: other } = await openPage(desk.browser, { locale })
    await desk.enter(other.context(), `Other-${name}`)
    await other.goto(`${desk.world.origin}/#/incident/${incidentId}`)
    const writer = `Lead-${name}`
    await other.getByText(queue.replyUncertain.replace('{{holder}}', writer)).click()
    await other.getByText(bystander.answerUncertain.replace('{{piece}}', writer)).waitFor()
    await page.goto(`${desk.world.origin}/#/incident/${incidentId}/lead`)
    await page.getByText(setback['no-answer'], { exact: true }).waitFor()
    const arrived = page.getByRole('button', { name: new RegExp(`^${unsettled.arrived}: .*${writer}.*${name}`) })
    await arrived.waitFor()
    await look(page, `setback-lead-${locale}`)
    await page.setViewportSize(smallestPhone)
    expect(await isWhole(page.getByRole('link').getByText(lead.now, { exact: true }))).toBe(true)
    await arrived.click()
    await page.getByText(unsettled.none, { exact: true }).waitFor()
    await until('the focus', () => page.evaluate(`document.activeElement.textContent.includes('(0)')`))
    expect(complaints).toEqual([])
  },
)

test.each(tongues)('[WB131] why something is in quarantine, and still is, in %s', async (locale, words) => {
  const { desk } = networks
  const { defect, quarantine } = words
  await networks.post(`Subject: ${locale}`, '', 'Nobody says who wrote this.')
  const { page, complaints } = await openPage(desk.browser, { locale })
  await desk.enter(page.context(), `Lead-${locale}`, 'lead')
  await page.goto(`${desk.world.origin}/#/settings/quarantine`)
  await page.getByText(defect['no-sender'], { exact: true }).first().waitFor()
  expect(await violationsOn(page)).toEqual([])
  await page
    .getByRole('button', { name: new RegExp(`^${quarantine.retry}: `) })
    .first()
    .click()
  await page.getByText(defect.still.replace('{{defect}}', defect['no-sender']), { exact: true }).waitFor()
  await look(page, `defect-${locale}`)
  expect(complaints).toEqual([])
})

test.each(tongues)('[WB131] what came of trying a channel out, well and not, in %s', async (locale, words) => {
  const { desk, mastodon } = networks
  const { trial, networks: said, general } = words
  const { page, complaints } = await openPage(desk.browser, { locale })
  await desk.enter(page.context(), `Commander-${locale}`, 'commander')
  await page.goto(`${desk.world.origin}/#/settings/channels`)
  await button(page, general.changeNamed.replace('{{name}}', 'Acme on Mastodon')).click()
  await button(page, said.tryIt).click()
  await page.getByText(trial['test-taken-away'], { exact: true }).waitFor()
  await page.getByText(trial['mentions-read'], { exact: true }).waitFor()
  expect(await violationsOn(page)).toEqual([])
  await look(page, `trial-well-${locale}`)
  mastodon.instead = (_path, response) => {
    response.writeHead(503).end('{"error":"Down for maintenance"}')
    return true
  }
  await button(page, said.tryIt).click()
  const status = locale === 'de-DE' ? 'Der Server antwortete mit Status 503: ' : 'Its server answered with status 503: '
  await page.getByText(new RegExp(`^${status}[“„].?Down for maintenance.?[”“]\\.$`)).waitFor()
  await look(page, `trial-failed-${locale}`)
  mastodon.instead = null
  expect(complaints).toEqual([])
})

test.each(tongues)('[WB131] what stands in the way and what is not there, in %s', async (locale, words) => {
  const { desk } = networks
  const { conflict, field, notFound, people } = words
  const { page, complaints } = await openPage(desk.browser, { locale })
  const name = `Namesake-${locale}`
  await desk.enter(page.context(), name, 'commander')
  await page.goto(`${desk.world.origin}/#/settings/people`)
  await button(page, people.add).click()
  const form = page.getByRole('form', { name: people.form })
  await form.getByLabel(field.name).fill(name)
  await form.getByLabel(field.team).fill('Sales')
  await button(page, people.save).click()
  const [before = '', after = ''] = conflict['name-taken'].split('{{name}}')
  await page.getByText(`${before}\u2068${name}\u2069${after}`, { exact: true }).waitFor()
  expect(await violationsOn(page)).toEqual([])
  await look(page, `conflict-${locale}`)
  await page.goto(`${desk.world.origin}/#/incident/nowhere`)
  await page.getByText(notFound.incident, { exact: true }).waitFor()
  await look(page, `not-found-${locale}`)
  expect(complaints).toEqual([])
})
