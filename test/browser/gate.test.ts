import { defaultTraining } from '@muster/shared/training-rules.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { gated } from '../support/gated.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { answered, button, editorOf, publish, selected } from '../support/writing.ts'

let stage: Answering

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

const training = (undoMs: number) => ({ ...defaultTraining, undoMs })

test('[WB80] [WB81] what stops a text is counted while it is written, told at once with what only warns, mended, and sent', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Ada')
  const editor = await stage.take(page)
  await editor.fill('Hello! We refund everybody by 14:30!!!')
  const before = await editor.boundingBox()
  await button(page, '4 things to look at').waitFor()
  expect(await editor.boundingBox()).toEqual(before)
  await shoot(page, 'gate-count')
  await button(page, '4 things to look at').click()
  await page.getByText('Worth another look; stops nothing').waitFor()
  await button(page, '4 things to look at').click()

  await editor.press('Control+Enter')
  await page.getByText('This reply cannot leave as it is.').waitFor()
  await button(page, /“by 14:30” names a time/).click()
  expect(await selected(page)).toContain('14:30')
  await shoot(page, 'gate-reasons')
  expect(await violationsOn(page)).toEqual([])
  await button(page, /Nobody may say “refund everybody”/).click()
  expect(await selected(page)).toBe('refund everybody')
  await page.keyboard.type('know about it')
  await button(page, /Nobody may say/).waitFor({ state: 'detached' })
  await editor.fill('Hello! We know about it!!!')
  await page.getByText('This reply cannot leave as it is.').waitFor({ state: 'detached' })
  await button(page, '1 thing to look at').waitFor()
  await button(page, 'Send').click()
  await page.getByText(answered).waitFor()
  expect(stage.sent).toContain('Hello! We know about it!!!')
  expect(complaints).toEqual([])
})

test('[WB82] whoever leads sends what can be argued about all the same, with a reason; others ask a reviewer', async () => {
  const incidentId = await stage.declare({ training: training(0) })
  const { page: lead } = await stage.signIn(incidentId, 'Lena', 'lead')
  const { page } = await stage.signIn(incidentId, 'Bea')
  const text = 'We refund everybody, as our terms say.'

  await (await stage.take(lead)).fill(text)
  await button(lead, 'Send').click()
  await button(lead, 'Send all the same…').click()
  const dialog = lead.getByRole('dialog')
  await dialog.getByLabel('Why it may leave').fill('The terms say it in these very words.')
  await shoot(lead, 'gate-override')
  expect(await violationsOn(lead)).toEqual([])
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await lead.getByText(answered).waitFor()
  expect(stage.sent).toContain(text)

  await (await stage.take(page)).fill(text)
  await button(page, 'Send').click()
  await button(page, 'Ask a reviewer').waitFor()
  expect(await button(page, 'Send all the same…').count()).toBe(0)
  await button(page, 'Ask a reviewer').click()
  await page.getByText('Your reply waits for a reviewer.').waitFor()
  const { replies } = await stage.commander.snapshot(incidentId)
  expect(replies.find(({ writer }) => writer.id === 'bea')).toMatchObject({
    state: 'submitted',
    review: 'asked',
  })
})

test('[WB83] what is handed in is taken back by a key, in every tab and after a reload, and sent later', async () => {
  const incidentId = await stage.declare({ training: training(60_000) })
  const { page, complaints } = await gated(stage, incidentId, 'Cid')
  const editor = await stage.take(page)
  await page.getByText('Your replies are reviewed; after 5 more approved unchanged in a row, only some are.').waitFor()
  await editor.fill('We are on it, and write again.')
  await button(page, 'Send').click()
  await page.getByText('Your reply goes to a reviewer in').waitFor()
  await shoot(page, 'gate-handed-in')
  expect(await violationsOn(page)).toEqual([])
  const other = await page.context().newPage()
  await other.goto(page.url())
  await other.getByText('Your reply goes to a reviewer in').waitFor()
  await page.reload()
  await page.getByText('Your reply goes to a reviewer in').waitFor()
  await page.getByRole('region', { name: 'Your reply' }).getByText('We are on it, and write again.').waitFor()
  await page.getByRole('region', { name: 'Messages' }).focus()
  await page.keyboard.press('u')
  await until('the text to be in both editors', async () => {
    const texts = await Promise.all([page, other].map(each => editorOf(each).inputValue({ timeout: 15_000 })))
    return texts.every(text => text === 'We are on it, and write again.')
  })
  expect(await page.getByText('Taken back, not sent').count()).toBe(1)
  await editorOf(page).fill('We are on it.')
  await button(page, 'Send').click()
  await button(page, 'Take back').click()
  await until('the text to be back', async () => (await editorOf(page).inputValue()) === 'We are on it.')
  expect(complaints).toEqual([])
})

test('[WB83] [WB52] facts that change while a reply waits bring it back, with what changed; read and sent again', async () => {
  const incidentId = await stage.declare({
    training: { ...training(60_000), othersBegin: 'spot-checked', spotShare: 0, leastShare: 0 },
  })
  const { page } = await gated(stage, incidentId, 'Dee')
  const editor = await stage.take(page)
  await editor.fill('We are on it.')
  await button(page, 'Send').click()
  await page.getByText('Your reply leaves in').waitFor()
  await publish(stage, incidentId, 'We are nearly done.')
  await page.getByText('The facts changed before your reply left').waitFor()
  await until('the difference', async () => (await page.locator('ins').allTextContents()).join('').includes('nearly'))
  expect(await editorOf(page).inputValue()).toBe('We are on it.')
  await shoot(page, 'gate-held')
  expect(await violationsOn(page)).toEqual([])
  await button(page, 'I have read it').first().click()
  await editorOf(page).fill('We are nearly done.')
  await button(page, 'Send').click()
  await page.getByText('Your reply leaves in').waitFor()
})

test('[WB83] facts that change while a reply is reviewed are shown where it stands', async () => {
  const incidentId = await stage.declare({ training: training(0) })
  const { page } = await gated(stage, incidentId, 'Eve', { screen: 'phone' })
  await (await stage.take(page)).fill('We are on it.')
  await button(page, 'Send').click()
  await page.getByText('Your reply waits for a reviewer.').waitFor()
  await publish(stage, incidentId, 'We are nearly done.')
  await page.getByText('The facts changed after you handed this in').waitFor()
  await shoot(page, 'gate-changed-in-review-phone')
  expect(await violationsOn(page)).toEqual([])
  await page.getByRole('region', { name: 'Answering' }).getByRole('button', { name: 'I have read it' }).click()
  await page.getByText('The facts changed after you handed this in').waitFor({ state: 'detached' })
  await button(page, 'Take back').click()
  await until('the text to be back', async () => (await editorOf(page).inputValue()) === 'We are on it.')
  expect(await page.getByText('The facts changed while you wrote').count()).toBe(0)
})
