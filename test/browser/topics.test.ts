import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { violationsOn } from '../support/violations.ts'

let stage: Answering

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

test('[TX6] [MC9] whoever answers says what a conversation is about, and what is like it is suggested then', async () => {
  const topics = ['Cards', 'Sign-in'].map(name => ({ id: name.toLowerCase(), name, words: [] }))
  const incidentId = await stage.declare({ topics })
  const { page, complaints } = await stage.signIn(incidentId, 'Ada')
  await stage.take(page, 'The payment by card was declined.')
  await page.getByRole('button', { name: 'Add a topic' }).click()
  await shoot(page, 'tagging')
  await page.getByRole('menuitem', { name: 'Cards' }).click()
  await page.getByRole('button', { name: 'About: Cards' }).waitFor()
  const { conversations } = await stage.commander.snapshot(incidentId)
  expect(conversations[0]?.topics).toEqual(['cards'])
  expect(complaints).toEqual([])
  expect(await violationsOn(page)).toEqual([])
})
