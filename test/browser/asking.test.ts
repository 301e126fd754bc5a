import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { editorOf } from '../support/writing.ts'

let stage: Answering

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

async function first(incidentId: string) {
  const [conversation] = (await stage.commander.snapshot(incidentId)).conversations
  if (!conversation) throw new Error('there is no conversation')
  return conversation
}

test('[AT3] a holder asks without leaving the text, and has the answer above it', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Ada')
  const editor = await stage.take(page)
  await page.keyboard.type('Dear Kim, ')
  await page.keyboard.press('Escape')
  await page.keyboard.press('a')
  await page.keyboard.type('May I promise noon?')
  await shoot(page, 'asking')
  expect(await violationsOn(page)).toEqual([])
  await page.keyboard.press('Control+Enter')
  await page.getByText('The leads see it. The answer appears here.').waitFor()
  expect(await editor.inputValue()).toBe('Dear Kim, ')
  await until('the focus to be in the text again', () =>
    editor.evaluate((element: { matches(selector: string): boolean }) => element.matches(':focus')),
  )
  const { id, question } = await first(incidentId)
  await stage.commander.do({
    type: 'question/answer',
    incidentId,
    conversationId: id,
    askedAt: question?.at ?? 0,
    text: 'Say "this afternoon".',
  })
  await page.getByText('Say "this afternoon".').waitFor()
  await shoot(page, 'question-answered')
  expect(await violationsOn(page)).toEqual([])
  expect(complaints).toEqual([])
})

test('[CL16] a conversation is handed to somebody who is here, found by team, and its text goes along', async () => {
  const incidentId = await stage.declare()
  const { page, complaints } = await stage.signIn(incidentId, 'Bea')
  const { page: other } = await stage.signIn(incidentId, 'Cid')
  await stage.signIn(incidentId, 'Dee', 'observer')
  await stage.take(page)
  await page.keyboard.type('Half of an answer, ')
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Hand over' }).click()
  const field = page.getByRole('dialog').getByRole('combobox', { name: 'To whom' })
  await field.fill('support')
  const people = page.getByRole('option').filter({ hasNotText: 'example.com' })
  await people.first().waitFor()
  expect(await people.allTextContents()).toEqual([expect.stringContaining('Cid')])
  await shoot(page, 'handing-over')
  await page.getByRole('option', { name: /Cid/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click()
  await page.getByText('Cid holds this conversation.').waitFor()
  expect(await page.getByText('Your claim ended', { exact: true }).count()).toBe(0)
  const { id, claim } = await first(incidentId)
  expect(claim?.holder.name).toBe('Cid')
  await other.goto(`${stage.world.origin}/#/incident/${incidentId}/conversation/${id}`)
  await until('the text', async () => (await editorOf(other).inputValue()) === 'Half of an answer, ')
  expect(complaints).toEqual([])
})

test('[CL16] [WB53] whoever had a conversation that a lead handed on is told who did it, and keeps their text', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Fay')
  await stage.signIn(incidentId, 'Gil')
  const editor = await stage.take(page)
  await page.keyboard.type('Half of it')
  const { id: conversationId, fence } = await first(incidentId)
  await stage.commander.do({ type: 'conversation/hand-over', incidentId, conversationId, fence, personId: 'gil' })
  await page.getByText('Commander gave it to somebody else. Gil holds it now.').waitFor()
  expect(await page.getByText('Your claim ended', { exact: true }).count()).toBe(0)
  expect(await editor.inputValue()).toBe('Half of it')
  await shoot(page, 'handed-on')
})

test('[CL16] a conversation that is given to somebody takes no keystroke from what they are typing elsewhere', async () => {
  const incidentId = await stage.declare()
  const { page: giver } = await stage.signIn(incidentId, 'Hal')
  const { page } = await stage.signIn(incidentId, 'Ida')
  await stage.take(giver)
  const { id: conversationId, fence } = await first(incidentId)
  await page.goto(`${stage.world.origin}/#/incident/${incidentId}/conversation/${conversationId}`)
  await page.getByText('Hal holds this conversation.').waitFor()
  const search = page.getByLabel('Search the queue')
  await search.focus()
  await stage.commander.do({ type: 'conversation/hand-over', incidentId, conversationId, fence, personId: 'ida' })
  await editorOf(page).waitFor()
  await page.keyboard.type('cust')
  expect(await search.inputValue()).toBe('cust')
  expect(await editorOf(page).inputValue()).toBe('')
})

test('[AT3] a question that is being written outlives the claim it was begun under', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Jan')
  await stage.signIn(incidentId, 'Kim')
  await stage.take(page)
  await page.keyboard.press('Escape')
  await page.keyboard.press('a')
  await page.keyboard.type('May I promise')
  const hand = async (personId: string) => {
    const { id: conversationId, fence } = await first(incidentId)
    await stage.commander.do({ type: 'conversation/hand-over', incidentId, conversationId, fence, personId })
  }
  await hand('kim')
  await page.getByText('Commander gave it to somebody else. Kim holds it now.').waitFor()
  await hand('jan')
  const question = page.getByLabel('Your question')
  await question.waitFor()
  expect(await question.inputValue()).toBe('May I promise')
})

test('[AT1] a message counts as looked at once it is on a screen, without anybody claiming it', async () => {
  const incidentId = await stage.declare()
  const { page } = await stage.signIn(incidentId, 'Eve', 'observer')
  const address = await stage.write()
  await page.getByRole('option', { name: new RegExp(address) }).click()
  await until('the look', async () => (await first(incidentId)).lookedThrough === 1)
  await page.goto(`${stage.world.origin}/#/incident/${incidentId}`)
})
