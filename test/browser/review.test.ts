import { defaultTraining } from '@muster/shared/training-rules.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { Newcomer } from '../support/newcomer.ts'
import { leaves, readFacts, reviewer, takeNext } from '../support/reviewers-desk.ts'
import { sideways, smallestPhone } from '../support/sideways.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'

let stage: Answering
let ada: Newcomer
const training = { ...defaultTraining, undoMs: 0, sampleSupport: 0, sampleOthers: 0 }

beforeAll(async () => {
  stage = await Answering.open()
  ada = await Newcomer.enter(stage, 'Ada')
})
afterAll(() => stage?.close())

test('[WB90] [WB91] a reviewer changes a reply and approves it; its writer sees the change, and both names stay', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  const { address } = await ada.answer('My card fails.', 'We know it and look at it.')
  const page = await reviewer(stage, incidentId, 'Rui')
  await page.getByRole('link', { name: /^Reviews 1 · / }).waitFor()
  await takeNext(page)
  await page.getByRole('heading', { name: `Reply to ${address}` }).waitFor()
  await page.getByText('My card fails.', { exact: true }).waitFor()
  await page.getByText('first reply that is reviewed').waitFor()
  await readFacts(page)
  await leaves(page).fill('We know it and are working on it.')
  await page.locator('del', { hasText: 'look' }).waitFor()
  await page.locator('ins', { hasText: 'working' }).waitFor()
  await page.getByRole('button', { name: 'Approve with my changes' }).click()
  await page.getByText('Nothing in hand.').waitFor()
  await until('the changed text at the channel', () => stage.sent.includes('We know it and are working on it.'))

  const { page: writers } = await ada.look(incidentId)
  const reply = writers.getByRole('article').filter({ hasText: 'changed and approved by Rui' })
  await reply.getByText('Ada', { exact: true }).waitFor()
  await reply.locator('del', { hasText: 'look' }).waitFor()
  await reply.locator('ins', { hasText: 'working' }).waitFor()
})

test('[WB90] two reviewers never have one reply, and whoever looks sees who reads what', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  await ada.answer('First?', 'The first answer.')
  await ada.answer('Second?', 'The second answer.')
  const one = await reviewer(stage, incidentId, 'Sam')
  const other = await reviewer(stage, incidentId, 'Tia')
  await Promise.all([takeNext(one), takeNext(other)])
  const texts = await Promise.all([one, other].map(page => leaves(page).inputValue()))
  expect(texts.toSorted()).toEqual(['The first answer.', 'The second answer.'])
  await takeNext(one)
  await one.getByText('No reply waits for you to read it just now.').first().waitFor()
  const lead = await reviewer(stage, incidentId, 'Uma', 'lead')
  await lead.getByText('Sam reads it now').waitFor()
  await lead.getByText('Tia reads it now').waitFor()
  await one.getByRole('button', { name: 'Release' }).click()
  await takeNext(lead)
  expect(await leaves(lead).inputValue()).toBe(texts[0])
})

test('[WB92] what was written before the facts changed is approved once its reviewer has read the change', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  await ada.answer('What is wrong?', 'We know it and are on it.')
  const page = await reviewer(stage, incidentId, 'Vic')
  await takeNext(page)
  await readFacts(page)
  const approve = page.getByRole('button', { name: 'Approve', exact: true })
  await page.locator('[aria-disabled=false]', { hasText: /^Approve$/ }).waitFor()
  const facts = { know: 'The bank is down.', mustNotSay: [], mustNotMatch: [], example: '', nextUpdateAt: null }
  const maySay = 'We are on it. The bank is down.'
  await stage.commander.do({ type: 'facts/publish', incidentId, epoch: 1, ...facts, maySay } as never)
  await page.getByText('Written before the facts changed').waitFor()
  await page.locator('ins', { hasText: 'The bank is down.' }).first().waitFor()
  expect(await approve.getAttribute('aria-disabled')).toBe('true')
  await page.getByText('Read the new facts first.').waitFor()
  await readFacts(page)
  await approve.click()
  await page.getByText('Nothing in hand.').waitFor()
  await ada.answer('And now?', 'We are on it, too.')
  const fresh = await reviewer(stage, incidentId, 'Wim')
  await takeNext(fresh)
  await fresh.getByText('Read the facts first', { exact: true }).waitFor()
  await readFacts(fresh)
  await fresh.getByRole('button', { name: 'Approve', exact: true }).click()
  await until(
    'both at the channel',
    () => stage.sent.includes('We know it and are on it.') && stage.sent.includes('We are on it, too.'),
  )
})

test('[WB93] a reviewer returns with a comment on words and a note, begun before a reload, by keys alone', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  const { replyId, conversationId } = await ada.answer('When?', 'It works at noon, I promise.', { askReview: true })
  const page = await reviewer(stage, incidentId, 'Xia')
  const { keyboard } = page
  await page.locator('main').focus()
  await keyboard.press('n')
  await page.getByRole('heading', { name: /^Reply to/ }).waitFor()
  await page.locator('h2:focus').waitFor()
  await page.getByRole('button', { name: 'I have read it' }).focus()
  await keyboard.press('Enter')
  await keyboard.press('w')
  await page.locator('textarea:focus').waitFor()
  await keyboard.press('Control+End')
  for (const _ of 'I promise.') await keyboard.press('Shift+ArrowLeft')
  await keyboard.press('Alt+c')
  await page.getByText('On “I promise.”').waitFor()
  await keyboard.type('Nobody can promise that.')
  await keyboard.press('Enter')
  await page.getByRole('list', { name: 'Comments' }).getByText('Nobody can promise that.').waitFor()
  await keyboard.type('Say what the facts say.')
  await page.reload()
  await page.getByRole('list', { name: 'Comments' }).getByText('Nobody can promise that.').waitFor()
  expect(await page.getByLabel('What should change').inputValue()).toBe('Say what the facts say.')
  await page.locator('[aria-disabled=true]', { hasText: /^Approve$/ }).waitFor()
  await page.locator('h2:focus').waitFor()
  await keyboard.press('b')
  await page.getByText('Nothing in hand.').waitFor()
  const { replies } = await stage.commander.conversation(incidentId, conversationId)
  const returned = replies.find(({ id }) => id === replyId)
  const comments = [{ from: 18, to: 28, text: 'Nobody can promise that.' }]
  expect(returned).toMatchObject({ state: 'returned', correction: { note: 'Say what the facts say.', comments } })
})

test('[WB93] what was begun stays when the review ends, and can be taken up again', async () => {
  const incidentId = await stage.declare({ training: { ...training, reviewLeaseMs: 5_000 } })
  await ada.join(incidentId)
  await ada.answer('Hello?', 'Half an answer.')
  const page = await reviewer(stage, incidentId, 'Yan')
  await takeNext(page)
  await leaves(page).fill('A whole answer.')
  await page.getByText('Your time with it ended').waitFor({ timeout: 20_000 })
  expect(await leaves(page).inputValue()).toBe('A whole answer.')
  await page.getByRole('button', { name: 'Take it again' }).click()
  await readFacts(page)
  await page.keyboard.press('a')
  await until('the whole answer at the channel', () => stage.sent.includes('A whole answer.'))
})

test('[WB94] all that the gate finds is told at once, and whoever leads sets it aside with a reason', async () => {
  const mustNotSay = ['for free', 'at once']
  const incidentId = await stage.declare({ training, mustNotSay })
  await ada.join(incidentId)
  await ada.answer('Do I pay?', 'You get it for free, at once.', { askReview: true })
  const page = await reviewer(stage, incidentId, 'Zoe')
  await page.getByText(/^\d concerns$/).waitFor()
  await takeNext(page)
  await readFacts(page)
  await page.getByText(/^The gate had \d concerns$/).waitFor()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  const found = page.getByRole('alert').filter({ hasText: 'for free' })
  await found.getByText('at once').first().waitFor()
  expect(await page.getByLabel('Why it may leave all the same').count()).toBe(0)
  await page.getByRole('button', { name: 'Release' }).click()
  const lead = await reviewer(stage, incidentId, 'Abe', 'lead')
  await takeNext(lead)
  await readFacts(lead)
  await lead.getByRole('button', { name: 'Approve', exact: true }).click()
  await lead.getByLabel('Why it may leave all the same').fill('The board agreed to it.')
  await lead.getByRole('button', { name: 'Set aside and approve' }).click()
  await until('it at the channel', () => stage.sent.includes('You get it for free, at once.'))
})

test('[WB95] several are chosen by keys, read one under another to the end, and approved at once', async () => {
  const incidentId = await stage.declare({ training, mustNotSay: ['for free'] })
  await ada.join(incidentId)
  const long = Array.from({ length: 60 }, (_, line) => `Line ${line} of a long answer.`)
    .join('\n')
    .slice(0, 990)
  const one = await ada.answer('One?', 'The answer to one.')
  await ada.answer('Two?', 'You get two for free.', { askReview: true })
  await ada.answer('Three?', long)
  const page = await reviewer(stage, incidentId, 'Bob')
  await page.getByText('You get two for free.').waitFor()
  await page.locator('main').focus()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('Shift+X')
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: '3 replies in hand' }).waitFor()
  await readFacts(page)
  const all = page.getByRole('button', { name: /^Approve (all|it)/ })
  await page.getByText(/not read to (its|their) end yet/).waitFor()
  expect(await all.getAttribute('aria-disabled')).toBe('true')
  await page.getByRole('button', { name: `Change or return the reply to ${one.address}` }).click()
  await leaves(page).fill('The answer to one, changed.')
  await page.getByRole('button', { name: 'All 3 in hand' }).click()
  await page.getByRole('heading', { name: '3 replies in hand' }).hover()
  await until('all of it to be read', async () => {
    await page.mouse.wheel(0, 300)
    return (await page.getByText('All are read to their end.').count()) > 0
  })
  await all.click()
  await page.getByText('2 approved. 1 was not: it says why.').first().waitFor()
  await page
    .getByText(/Nobody may say/)
    .first()
    .waitFor()
  await until(
    'both at the channel',
    () => stage.sent.includes('The answer to one, changed.') && stage.sent.includes(long),
  )
  expect(stage.sent).not.toContain('You get two for free.')
})

test('[WB96] the load stands there with its arithmetic, and moves with the log', async () => {
  const incidentId = await stage.declare({ training })
  await ada.join(incidentId)
  const page = await reviewer(stage, incidentId, 'Cid', 'lead')
  await page.getByRole('link', { name: /^Wait/ }).click()
  await page.getByText('(0 waiting + half of 0 being written) × 20 s ÷ 1 reviewing = 0 s.').waitFor()
  await page.getByText('5 approvals in a row, of 5 at most').waitFor()
  await ada.take('Hello?')
  await page.getByText('(0 waiting + half of 1 being written) × 20 s ÷ 1 reviewing = 10 s.').waitFor()
  await ada.send('We are on it.')
  await page.getByText('(1 waiting + half of 0 being written) × 20 s ÷ 1 reviewing = 20 s.').waitFor()
  await page.getByText('may take a customer').waitFor()
})

test('[RV9] what was sent is looked at afterwards: why, what was asked, what was answered, and a verdict', async () => {
  const incidentId = await stage.declare({ training: { ...training, sampleSupport: 1 } })
  await ada.join(incidentId, 'trusted')
  const { replyId, conversationId } = await ada.answer('Is it safe?', 'We are on it.')
  const page = await reviewer(stage, incidentId, 'Dia')
  await page.getByRole('link', { name: /^Afterwards 1/ }).click()
  await page.getByText('Here by chance').waitFor()
  await page.getByText('Is it safe?', { exact: true }).waitFor()
  await page.getByText(/^What Ada answered at/).waitFor()
  await page.getByLabel('A note, if you like').fill('It does not say whether it is safe.')
  await page.getByRole('button', { name: 'Poor' }).click()
  await page.getByText('Nothing to look at just now.').waitFor()
  const { replies } = await stage.commander.conversation(incidentId, conversationId)
  const verdict = { good: false, note: 'It does not say whether it is safe.', by: { name: 'Dia' } }
  expect(replies.find(({ id }) => id === replyId)).toMatchObject({ sample: { verdict } })
})

test.each(['desktop', 'phone'] as const)(
  '[WB1] [WB90] every part of the reviews is accessible, on a %s',
  async screen => {
    const incidentId = await stage.declare({ training: { ...training, sampleSupport: 1, reviewLeaseMs: 600_000 } })
    const eve = await Newcomer.enter(stage, `Eve-on-the-${screen}`)
    await eve.join(incidentId, 'trusted')
    await eve.answer('Is my data safe?', 'We are on it, and write as soon as we know more.')
    await ada.join(incidentId)
    const asked =
      'My card was declined twice this morning, and my daughter has her birthday tomorrow. What is going on?'
    await ada.answer(asked, 'Dear customer, we know about it and are working on it. Nothing was charged twice.')
    await ada.answer('Do I pay?', 'We refund everybody.', { askReview: true })
    const found: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await reviewer(stage, incidentId, `Fay-${screen}-${colorScheme}`, 'lead', { screen, colorScheme })
      if (screen === 'phone') await page.setViewportSize(smallestPhone)
      const look = async (name: string) => {
        await shoot(page, `reviews-${name}-${screen}-${colorScheme}`)
        const wider = await sideways(page)
        found.push(...(await violationsOn(page)), ...(wider === 0 ? [] : [`${name} scrolls sideways`]))
      }
      const rows = page.getByRole('list', { name: 'Replies that wait for a reviewer' }).getByRole('button')
      await rows.last().click()
      await rows.first().click({ modifiers: ['Shift'] })
      await look('chosen')
      await page.getByRole('button', { name: 'Claim the 2 chosen' }).click()
      await page.getByRole('heading', { name: '2 replies in hand' }).waitFor()
      await page.getByText('Read the facts first', { exact: true }).waitFor()
      await look('facts')
      await readFacts(page)
      await look('several')
      await page
        .getByRole('button', { name: /^Release the reply/ })
        .last()
        .click()
      await leaves(page).fill('Dear customer, we know about it and work on it. We are sorry that it hit you.')
      await leaves(page).evaluate((area: { setSelectionRange(from: number, to: number): void }) =>
        area.setSelectionRange(5, 13),
      )
      await page.getByRole('button', { name: 'Comment', exact: true }).click()
      await page.getByLabel('Your comment').fill('Use their name.')
      await page.keyboard.press('Enter')
      await page.getByText('Your changes to the text do not go back').waitFor()
      await look('returning')
      await page.getByRole('button', { name: 'Release' }).click()
      await page.getByRole('link', { name: /^Afterwards/ }).click()
      await page.getByText('Here by chance').waitFor()
      await look('afterwards')
      await page.getByRole('link', { name: /^Wait/ }).click()
      await page.getByText('What follows from it').waitFor()
      await look('load')
    }
    expect(found).toEqual([])
  },
)
