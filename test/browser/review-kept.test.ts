import { defaultTraining } from '@muster/shared/training-rules.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { Newcomer } from '../support/newcomer.ts'
import { leaves, readFacts, reviewer, takeNext } from '../support/reviewers-desk.ts'

let stage: Answering
let ada: Newcomer
const training = { ...defaultTraining, undoMs: 0, sampleSupport: 0, sampleOthers: 0 }

beforeAll(async () => {
  stage = await Answering.open()
  ada = await Newcomer.enter(stage, 'Ada')
})
afterAll(() => stage?.close())

test('[WB93] a comment that was not finished outlives a look at the desk, a reload and the end of the review', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  const { replyId } = await ada.answer('When does it work?', 'It works again at noon.', { askReview: true })
  const page = await reviewer(stage, incidentId, 'Ian')
  await takeNext(page)
  await readFacts(page)
  await leaves(page).focus()
  await page.keyboard.press('Control+End')
  for (const _ of 'at noon.') await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Alt+c')
  await page.getByText('On “at noon.”').waitFor()
  await page.keyboard.type('Nobody knows when')
  const unfinished = async () => {
    await page.getByText('On “at noon.”').waitFor()
    expect(await page.getByLabel('Your comment').inputValue()).toBe('Nobody knows when')
  }
  await page.getByRole('link', { name: 'Desk', exact: true }).click()
  await page.getByLabel('Search the queue').waitFor()
  await page.getByRole('link', { name: /^Reviews/ }).click()
  await unfinished()
  await page.reload()
  await unfinished()
  await ada.recall(replyId)
  await page.getByText('Ada took it back to change it.').first().waitFor()
  await unfinished()
  await page.getByRole('button', { name: 'Let it go' }).click()
  await page.getByText('Nothing in hand.').waitFor()
})

test('[WB93] what was begun stays with whoever releases it, until they let it go', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  await ada.answer('Anybody?', 'Somebody reads this.')
  const page = await reviewer(stage, incidentId, 'Jil')
  await takeNext(page)
  await readFacts(page)
  await page.keyboard.press('b')
  await page.keyboard.type('Say who.')
  await leaves(page).fill('Jil reads this.')
  await page.getByRole('button', { name: 'Release' }).click()
  await page.getByText('You released it').first().waitFor()
  expect(await leaves(page).inputValue()).toBe('Jil reads this.')
  expect(await page.getByLabel('What should change').inputValue()).toBe('Say who.')
  await page.getByRole('button', { name: 'Let it go' }).click()
  await page.getByText('Nothing in hand.').waitFor()
  await takeNext(page)
  expect(await leaves(page).inputValue()).toBe('Somebody reads this.')
  await page.locator('h2:focus').waitFor()
  await page.keyboard.press('r')
  await page.getByText('Nothing in hand.').waitFor()
})

test('[WB93] what was returned in another tab goes from the desk, and is nobody else’s doing', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  await ada.answer('Twice?', 'We answer twice.')
  const page = await reviewer(stage, incidentId, 'Lea')
  const other = await page.context().newPage()
  await other.goto(page.url())
  await takeNext(page)
  await readFacts(page)
  for (const each of [other, page]) await each.getByLabel('What leaves', { exact: true }).fill('We answer once.')
  await other.evaluate(`
    window.heard = ''
    new MutationObserver(() => { window.heard += document.body.innerText }).observe(document.body, { subtree: true, childList: true, characterData: true })
  `)
  await page.getByRole('button', { name: 'Return…' }).click()
  await page.keyboard.type('Once is enough.')
  await page.getByRole('button', { name: 'Return it' }).click()
  await page.getByText('Nothing in hand.').waitFor()
  await other.getByText('Nothing in hand.').waitFor()
  expect(await other.evaluate('window.heard')).not.toContain('Somebody else')
})

test('[WB95] who presses twice approves once, and what is told of it goes when the next one is taken', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  await ada.answer('Left?', 'To the left.')
  await ada.answer('Right?', 'To the right.')
  const page = await reviewer(stage, incidentId, 'Kai')
  // All of both at once.
  await page.setViewportSize({ width: 1_280, height: 2_400 })
  const rows = page.getByRole('list', { name: 'Replies that wait for a reviewer' }).getByRole('button')
  await rows.last().click()
  await rows.first().click()
  await page.getByRole('button', { name: 'Claim the 2 chosen' }).click()
  await page.getByRole('heading', { name: '2 replies in hand' }).waitFor()
  await readFacts(page)
  const alone = page.getByRole('button', { name: /^Change or return the reply to/ })
  for (const at of [0, 1]) {
    await alone.nth(at).click()
    await leaves(page).fill(`${await leaves(page).inputValue()} We write again.`)
    await page.getByRole('button', { name: 'All 2 in hand' }).click()
  }
  await page.getByText('All are read to their end.').waitFor()
  await page.evaluate(`for (const _ of [1, 2]) dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))`)
  const told = page.getByRole('status').filter({ hasText: '2 approved.' })
  await told.first().waitFor()
  await ada.answer('Back?', 'And back.')
  const line = page.locator('.take-review').getByRole('status')
  await line.filter({ hasText: '2 approved.' }).waitFor()
  await takeNext(page)
  await leaves(page).waitFor()
  expect(await line.textContent()).toBe('')
})

test('[RV9] a note stays with the reply it was written about when somebody else judges that first', async () => {
  const incidentId = await stage.declare({ training: { ...training, sampleSupport: 1 } })
  await ada.join(incidentId, 'trusted')
  await ada.answer('Is it safe?', 'We are on it.')
  const second = await ada.answer('Is it lost?', 'We look at it and write again.')
  const [slow, quick] = [await reviewer(stage, incidentId, 'Gil'), await reviewer(stage, incidentId, 'Hal')]
  for (const page of [slow, quick]) await page.getByRole('link', { name: /^Afterwards 2/ }).click()
  const note = slow.getByLabel('A note, if you like')
  await note.fill('It says nothing about safety.')
  await quick.getByRole('button', { name: 'Good', exact: true }).click()
  await slow.getByText('We look at it and write again.', { exact: true }).waitFor()
  expect(await note.inputValue()).toBe('')
  await slow.getByRole('button', { name: 'Good', exact: true }).click()
  await slow.getByText('Nothing to look at just now.').waitFor()
  const { replies } = await stage.commander.conversation(incidentId, second.conversationId)
  const verdict = { good: true, note: '', by: { name: 'Gil' } }
  expect(replies.find(({ id }) => id === second.replyId)).toMatchObject({ sample: { verdict } })
})
