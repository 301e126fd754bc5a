import { defaultTraining } from '@muster/shared/training-rules.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { gated } from '../support/gated.ts'
import { Reviewing } from '../support/reviewing.ts'
import { wordingOf } from '../support/room-records.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { answered, button, selected } from '../support/writing.ts'

let stage: Answering

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

const training = { ...defaultTraining, undoMs: 0 }

test('[WB84] a returned reply is corrected beside its comments, sent again, changed by the reviewer, and shows what they changed', async () => {
  const incidentId = await stage.declare({ training })
  const ana = await Reviewing.enter(stage, incidentId, 'Ana')
  const { page, complaints } = await gated(stage, incidentId, 'Ada')
  await (await stage.take(page)).fill('Dear Kim, we know. It is a known thing.')
  await button(page, 'Send').click()
  await page.getByText('Your reply waits for a reviewer.').waitFor()
  const first = await ana.take()
  await page.getByText('Ana is reading your reply.').waitFor()
  await shoot(page, 'returned-being-read')
  await ana.giveBack(first, 'Nearly there: say what we do.', {
    'we know': 'Know what?',
    'a known thing': 'Sounds as if we did not care.',
  })

  await page.getByText('Ana returned your reply').waitFor()
  await page.getByText('Nearly there: say what we do.').first().waitFor()
  await shoot(page, 'returned-comments')
  expect(await violationsOn(page)).toEqual([])
  await button(page, 'a known thing').click()
  expect(await selected(page)).toBe('a known thing')
  await page.keyboard.type('our fault, and we mend it')
  await button(page, 'a known thing').waitFor({ state: 'detached' })
  await page.reload()
  await page.getByText('Sounds as if we did not care.').waitFor()
  await button(page, 'Send').click()
  await page.getByText('Ana returned your reply').waitFor({ state: 'detached' })

  await ana.approve(await ana.take(), 'Dear Kim, we are sorry. It is our fault, and we mend it.')
  await page.getByText(answered).waitFor()
  await page.getByText('changed and approved by Ana').waitFor()
  await until('what came in', async () => (await page.locator('ins').allTextContents()).join('').includes('sorry'))
  await until('what went out', async () => (await page.locator('del').allTextContents()).join('').includes('know'))
  await shoot(page, 'returned-changed')
  expect(await violationsOn(page)).toEqual([])
  expect(stage.sent).toEqual(['Dear Kim, we are sorry. It is our fault, and we mend it.'])
  expect(complaints).toEqual([])
})

test('[WB84] comments that were put aside stay aside after a reload', async () => {
  const incidentId = await stage.declare({ training })
  const ana = await Reviewing.enter(stage, incidentId, 'Ana')
  const { page } = await gated(stage, incidentId, 'Bea', { screen: 'phone', colorScheme: 'dark', locale: 'de-DE' })
  const editor = page.getByLabel('Antwort', { exact: true })
  await stage.write()
  await page.getByRole('option').first().waitFor({ state: 'attached' })
  await button(page, 'Nächstes übernehmen').click()
  await editor.fill('Wir wissen davon und melden uns wieder.')
  await button(page, 'Senden').click()
  await ana.giveBack(await ana.take(), 'Fast gut.', { 'Wir wissen davon': 'Wovon? Nennen Sie die Störung.' })
  await page.getByText('Ana hat Ihre Antwort zurückgegeben').waitFor()
  await shoot(page, 'returned-phone')
  expect(await violationsOn(page)).toEqual([])
  await button(page, 'Ausblenden').click()
  await page.reload()
  await editor.waitFor()
  await until('the text', async () => (await editor.inputValue()) === 'Wir wissen davon und melden uns wieder.')
  expect(await page.getByText('Ana hat Ihre Antwort zurückgegeben').count()).toBe(0)
})

test('[WB85] who is new and would have to wait for a reviewer is told so, and who was set to watch, too', async () => {
  const incidentId = await stage.declare({ training: { ...training, reviewWithinMs: 5_000 } })
  const { page } = await gated(stage, incidentId, 'Cid')
  await stage.take(page)
  const address = await stage.write()
  await page.getByRole('option', { name: new RegExp(address) }).waitFor({ state: 'attached' })
  await button(page, 'Take next').click()
  await page
    .getByText(/The reviewers are busy: a reply of yours would wait about \d+ s. Read along meanwhile/)
    .first()
    .waitFor()
  await shoot(page, 'reviewers-busy')
  expect(await violationsOn(page)).toEqual([])
  await stage.commander.do({
    type: 'responder/level',
    incidentId,
    personId: 'cid',
    level: 'observer',
    reason: null,
    reasons: [],
  } as never)
  await button(page, 'Take next').click()
  await page
    .getByText(/A lead has set you to watch for now/)
    .first()
    .waitFor()
  await stage.commander.do({
    type: 'responder/level',
    incidentId,
    personId: 'cid',
    level: 'spot-checked',
    reason: null,
    reasons: [],
  } as never)
  await button(page, 'Take next').click()
  await page
    .getByText('Some of your replies are reviewed; after 15 more approved unchanged in a row, none are.')
    .waitFor()
})

test('[WB86] wording that expires goes by itself and says so in the text; one’s own text is proposed as wording', async () => {
  const wordings = [
    wordingOf('now', { title: 'For now', text: 'We are on it.' }),
    wordingOf('always', { title: 'Always', text: 'Thank you for writing.' }),
  ]
  const incidentId = await stage.declare({ wordings })
  const { page } = await stage.signIn(incidentId, 'Dee')
  const editor = await stage.take(page)
  await button(page, /For now/).click()
  const { incident } = await stage.commander.snapshot(incidentId)
  const wording = { ...wordings[0], expiresAt: Date.now() + 2_000 }
  await stage.commander.do({ type: 'wording/publish', incidentId, epoch: incident.epoch, wording })
  await page.getByText('“For now” has expired:').waitFor()
  expect(await button(page, /For now/).count()).toBe(0)
  expect(await editor.inputValue()).toBe('We are on it.')
  await button(page, 'I have looked at my text').click()
  await editor.fill('Card payments fail; we mend it.')
  await button(page, 'More').last().click()
  await page.getByRole('menuitem', { name: 'Propose as wording…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title').fill('Cards fail')
  await shoot(page, 'propose-wording')
  expect(await violationsOn(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const { wordings: now } = await stage.commander.snapshot(incidentId)
  expect(now.find(({ title }) => title === 'Cards fail')).toMatchObject({
    text: 'Card payments fail; we mend it.',
    owner: { id: 'dee' },
    approvedBy: null,
  })
  expect(await button(page, /Cards fail/).count()).toBe(0)
})
