import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { desktop, isWhole, look } from '../support/sideways.ts'
import { violationsOn } from '../support/violations.ts'

let stage: Answering

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

/** Three tries, whose pauses grow, and then whatever looks every few seconds. */
const patience = { timeout: 60_000 }

async function send(page: Page, text: string): Promise<void> {
  await (await stage.take(page)).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

test('[WB1] [WB124] [WB125] while a receiver is down its writers and leads see that, since when and why, until it takes one again', async () => {
  const incidentId = await stage.declare()
  const { page: ada } = await stage.signIn(incidentId, 'Ada')
  const { page: bea } = await stage.signIn(incidentId, 'Bea')
  const { page: lead } = await stage.signIn(incidentId, 'Lena', 'lead')
  await lead.goto(`${stage.world.origin}/#/incident/${incidentId}/lead/now`)
  await lead.getByText('None. Everything comes in and goes out.').waitFor()

  stage.receiver.answer = response => void response.writeHead(500).end()
  await send(ada, 'We are on it.')
  const why = 'Its server answered with status 500. That leaves open whether it was taken.'
  const sentence = `Not sent yet: ${why} It is tried again by itself; nothing is lost.`
  await ada.getByText(sentence).waitFor(patience)
  await bea.getByRole('option', { name: /customer-1@/ }).click()
  await bea.getByText(sentence).waitFor(patience)
  await lead.getByText('Channels that need somebody (1)').waitFor(patience)
  await lead.getByText(/Private replies: none has left since .*, in \d+ tries\./).waitFor()
  expect(await lead.getByText(`${why} They wait and are tried again by themselves; nothing is lost.`).count()).toBe(1)
  expect(await violationsOn(lead)).toEqual([])
  await look(lead, 'way-out-lead')
  await ada.getByText(sentence).waitFor(patience)
  await look(ada, 'way-out-writer')
  // On a short phone, too, whatever else has to give way.
  await ada.setViewportSize({ width: 360, height: 568 })
  expect(await isWhole(ada.getByText(sentence))).toBe(true)
  await ada.setViewportSize(desktop)

  const editor = await stage.take(bea)
  await bea
    .getByText(/^The channel has taken nothing since .* Your reply waits until it takes replies again/)
    .waitFor(patience)
  await look(bea, 'way-out-before')
  stage.receiver.answer = response => void response.writeHead(204).end()
  await editor.fill('It works again.')
  await bea.getByRole('button', { name: 'Send', exact: true }).click()
  await lead.getByText('None. Everything comes in and goes out.').waitFor(patience)
  await ada.getByText('Every message of this customer is answered.').waitFor(patience)
})
