import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { violationsOn } from '../support/violations.ts'
import { answered, editorOf } from '../support/writing.ts'

let stage: Answering

beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

const sendOf = (page: Page) => page.getByRole('button', { name: 'Send', exact: true })
const textOf = (page: Page) => editorOf(page).inputValue()
const together = (page: Page, other: string) => page.getByText(`You write this together with ${other}`)
const invitation = (page: Page) => page.getByRole('region', { name: 'Buddy wanted' })

/** A page whose line to the server can be cut, as a network is: what is under way is lost. */
async function cuttable(page: Page): Promise<{ cut: () => Promise<void>; mend: () => void }> {
  const open = new Set<{ close: () => Promise<void> }>()
  let whole = true
  await page.routeWebSocket(/socket\.io/, socket => {
    if (!whole) return void socket.close()
    const server = socket.connectToServer()
    open.add(socket)
    server.onClose(() => void open.delete(socket))
  })
  return {
    cut: async () => {
      whole = false
      await Promise.all([...open].map(socket => socket.close()))
      open.clear()
    },
    mend: () => {
      whole = true
    },
  }
}

/** Two people of these names, the first of whom holds a customer. */
async function two(one: string, other: string, given: Parameters<Answering['declare']>[0] = {}) {
  const incidentId = await stage.declare(given)
  const ada = await stage.signIn(incidentId, one)
  const ben = await stage.signIn(incidentId, other)
  await stage.take(ada.page)
  return { incidentId, ada, ben }
}

/** They write one text from here on. */
async function pair(ada: Page, ben: Page, names: [one: string, other: string]): Promise<void> {
  await ada.keyboard.press('Escape')
  await ada.keyboard.press('p')
  await invitation(ben).getByText(`${names[0]} asks you to sit beside them`).waitFor()
  await invitation(ben)
    .getByRole('button', { name: `Join ${names[0]}` })
    .click()
  await together(ada, names[1]).waitFor()
  await together(ben, names[0]).waitFor()
}

async function both(pages: readonly Page[], text: string): Promise<void> {
  // A line that was cut is tried again after up to twenty seconds.
  for (const page of pages) await until(`"${text}" everywhere`, async () => (await textOf(page)) === text, 60_000)
}

const selection = '[document.activeElement.selectionStart, document.activeElement.selectionEnd]'
const letters = (text: string) => Array.from(text).toSorted().join('')

test('[WB110] [WB111] one asks, the other joins, both write at once, one sends, and both are named', async () => {
  const { incidentId, ada, ben } = await two('Ada', 'Ben')
  const pages = [ada.page, ben.page]
  const cleo = await stage.signIn(incidentId, 'Cleo', 'observer')
  await editorOf(ada.page).fill('Dear Kim, ')
  await ada.page.keyboard.press('Escape')
  await ada.page.keyboard.press('p')
  await ada.page.getByText('You asked Ben to sit beside you.').waitFor()
  await shoot(ada.page, 'pair-asked')
  await invitation(ben.page).getByText('Ada asks you to sit beside them').waitFor()
  await shoot(ben.page, 'pair-invited')
  expect(await violationsOn(ben.page)).toEqual([])
  const dan = await stage.signIn(incidentId, 'Dan')
  await invitation(dan.page).getByText('Ada would like a buddy').waitFor()
  await dan.page.getByRole('option', { name: /Buddy wanted/ }).click()
  await dan.page.getByText('Ada holds this conversation.').waitFor()
  expect(await dan.page.getByRole('button', { name: 'Join Ada' }).count()).toBe(2)
  await shoot(dan.page, 'pair-wanted')
  expect(await violationsOn(dan.page)).toEqual([])
  expect(await invitation(cleo.page).count()).toBe(0)
  await invitation(ben.page).getByRole('button', { name: 'Join Ada' }).click()
  for (const [page, other] of [
    [ada.page, 'Ben'],
    [ben.page, 'Ada'],
  ] as const)
    await together(page, other).waitFor()
  await both(pages, 'Dear Kim, ')
  await dan.page.getByText('Ada with Ben holds this conversation.').waitFor()
  expect(await dan.page.getByRole('button', { name: 'Join Ada' }).count()).toBe(0)

  await editorOf(ada.page).press('End')
  await editorOf(ben.page).press('End')
  const [ours, theirs] = ['we know about it ', 'AND WE ARE ON IT ']
  await Promise.all([
    editorOf(ada.page).pressSequentially(ours, { delay: 15 }),
    editorOf(ben.page).pressSequentially(theirs, { delay: 20 }),
  ])
  await until('one text', async () => {
    const [one, other] = [await textOf(ada.page), await textOf(ben.page)]
    return one === other && letters(one) === letters(`Dear Kim, ${ours}${theirs}`)
  })

  await editorOf(ada.page).fill('Dear Kim, we know.')
  await both(pages, 'Dear Kim, we know.')
  await editorOf(ada.page).press('Control+Home')
  for (let count = 0; count < 10; count++) await editorOf(ada.page).press('ArrowRight')
  for (let count = 0; count < 2; count++) await editorOf(ada.page).press('Shift+ArrowRight')
  await editorOf(ben.page).press('Control+Home')
  await editorOf(ben.page).pressSequentially('My ')
  await editorOf(ben.page).press('End')
  await editorOf(ben.page).pressSequentially(' Sorry!')
  await both(pages, 'My Dear Kim, we know. Sorry!')
  expect(await ada.page.evaluate(selection)).toEqual([13, 15])
  await ben.page.getByText('Ada is here:').waitFor()
  await until('where she is', async () => (await ben.page.locator('mark').textContent()) === 'we')
  for (const [name, { page }] of Object.entries({ ada, ben })) {
    await shoot(page, `pair-together-${name}`)
    expect(await violationsOn(page)).toEqual([])
  }

  await editorOf(ada.page).press('End')
  await editorOf(ada.page).pressSequentially(' Bye')
  await both(pages, 'My Dear Kim, we know. Sorry! Bye')
  await editorOf(ada.page).press('Control+z')
  await both(pages, 'My Dear Kim, we know. Sorry!')
  await editorOf(ben.page).press('Control+z')
  await both(pages, 'My Dear Kim, we know.')

  const told = ada.page.getByText('Your reply was sent, by Ben.').first().waitFor()
  await sendOf(ben.page).click()
  await told
  for (const page of pages) await page.getByText(answered).waitFor()
  for (const page of pages) await page.getByRole('article').getByText('Ben with Ada').waitFor()
  expect(stage.sent.filter(text => text.startsWith('My Dear Kim'))).toEqual(['My Dear Kim, we know.'])
  expect(await ada.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('muster/draft/'))")).toEqual(
    [],
  )
  await shoot(ada.page, 'pair-sent')
  expect([...ada.complaints, ...ben.complaints]).toEqual([])
})

test('[WB112] [PR4] a line that is cut, a server that starts anew and pages that are loaded again lose and double no stroke', async () => {
  const { ada, ben } = await two('Dee', 'Eve')
  const pages = [ada.page, ben.page]
  const line = await cuttable(ben.page)
  await ben.page.reload()
  await pair(ada.page, ben.page, ['Dee', 'Eve'])
  await editorOf(ada.page).fill('One. ')
  await both(pages, 'One. ')
  await line.cut()
  await editorOf(ben.page).press('End')
  await editorOf(ben.page).pressSequentially('Two. ')
  await editorOf(ada.page).press('Control+Home')
  await editorOf(ada.page).pressSequentially('Zero. ')
  await ada.page.getByText("Eve's screen does not answer just now.").waitFor({ timeout: 30_000 })
  await shoot(ada.page, 'pair-apart')
  expect([await textOf(ada.page), await textOf(ben.page)]).toEqual(['Zero. One. ', 'One. Two. '])
  line.mend()
  await both(pages, 'Zero. One. Two. ')
  await together(ada.page, 'Eve').waitFor()

  await stage.world.kill()
  await editorOf(ada.page).press('End')
  await editorOf(ada.page).pressSequentially('Three. ')
  await editorOf(ben.page).press('Control+Home')
  await editorOf(ben.page).pressSequentially('Minus. ')
  await stage.world.start()
  await both(pages, 'Minus. Zero. One. Two. Three. ')

  await ada.page.reload()
  await editorOf(ben.page).press('End')
  await editorOf(ben.page).pressSequentially('Four. ')
  await both(pages, 'Minus. Zero. One. Two. Three. Four. ')
  await ben.page.evaluate('localStorage.clear()')
  await ben.page.reload()
  await both(pages, 'Minus. Zero. One. Two. Three. Four. ')
  await editorOf(ben.page).press('End')
  await editorOf(ben.page).pressSequentially('Five.')
  await both(pages, 'Minus. Zero. One. Two. Three. Four. Five.')
  await sendOf(ada.page).click()
  for (const page of pages) await page.getByText(answered).waitFor()
})

test('[WB112] a second tab has the same text; who leaves leaves every word, and who is left goes on', async () => {
  const { ada, ben } = await two('Fay', 'Gil')
  const again = await ada.page.context().newPage()
  again.setDefaultTimeout(15_000)
  await again.goto(ada.page.url())
  await pair(ada.page, ben.page, ['Fay', 'Gil'])
  const pages = [ada.page, ben.page, again]
  const desk = ada.page.url()
  await ada.page.keyboard.press('Escape')
  await ada.page.getByText('Gil sits beside you').first().waitFor()
  await ada.page.getByRole('button', { name: 'Open the reply with Gil' }).click()
  await together(ada.page, 'Gil').waitFor()
  expect(ada.page.url()).toBe(desk)
  await together(again, 'Gil').waitFor()
  await editorOf(ada.page).fill('Here. ')
  await both(pages, 'Here. ')
  await editorOf(again).press('End')
  await editorOf(again).pressSequentially('There. ')
  await both(pages, 'Here. There. ')
  await editorOf(ben.page).press('End')
  await editorOf(ben.page).pressSequentially('Everywhere.')
  await both(pages, 'Here. There. Everywhere.')

  await ben.page.getByRole('button', { name: 'Leave', exact: true }).click()
  await editorOf(ben.page).waitFor({ state: 'detached' })
  await ben.page.getByText('Fay holds this conversation.').waitFor()
  await together(ada.page, 'Gil').waitFor({ state: 'detached' })
  for (const page of [ada.page, again]) expect(await textOf(page)).toBe('Here. There. Everywhere.')
  await editorOf(ada.page).press('End')
  await editorOf(ada.page).pressSequentially(' Alone.')
  await both([ada.page, again], 'Here. There. Everywhere. Alone.')
  expect(await again.getByText('You wrote this in another tab').count()).toBe(0)
})

test('[WB112] a holder who goes on alone or releases it says so on the other screen, where the text stays', async () => {
  const { ada, ben } = await two('Hal', 'Ida')
  await pair(ada.page, ben.page, ['Hal', 'Ida'])
  await editorOf(ben.page).fill('From Ida.')
  await both([ada.page, ben.page], 'From Ida.')
  await ada.page.getByRole('button', { name: 'Go on alone' }).click()
  await editorOf(ada.page).and(ada.page.locator(':focus')).waitFor()
  await ben.page.getByText('You do not sit beside Hal any more', { exact: true }).waitFor()
  await shoot(ben.page, 'pair-parted')
  expect(await violationsOn(ben.page)).toEqual([])
  expect([await textOf(ben.page), await textOf(ada.page)]).toEqual(['From Ida.', 'From Ida.'])
  expect(await sendOf(ben.page).count()).toBe(0)
  await editorOf(ada.page).press('End')
  await editorOf(ada.page).pressSequentially(' From Hal.')
  expect(await textOf(ben.page)).toBe('From Ida.')

  await ada.page.keyboard.press('Escape')
  await ada.page.keyboard.press('p')
  await invitation(ben.page).getByRole('button', { name: 'Join Hal' }).click()
  await both([ada.page, ben.page], 'From Ida. From Hal.')
  expect(await ben.page.getByText('You wrote this apart').count()).toBe(0)
  await ada.page.keyboard.press('r')
  await ben.page.getByText('You do not sit beside Hal any more', { exact: true }).waitFor()
  await ben.page.getByText('It is back in the queue.').waitFor()
  expect(await textOf(ben.page)).toBe('From Ida. From Hal.')
  await ben.page.getByRole('button', { name: 'Claim again' }).click()
  await sendOf(ben.page).click()
  await ben.page.getByText(answered).waitFor()
})

test('[WB112] what somebody wrote apart is kept until they decide: over a page loaded again, the end of the pair and the reply', async () => {
  const { ada, ben } = await two('Pia', 'Quin')
  const pages = [ada.page, ben.page]
  const apart = ben.page.getByRole('region', { name: 'You wrote this apart from the other' })
  const sitDown = async () => {
    await editorOf(ada.page).press('Escape')
    await ada.page.keyboard.press('p')
    await invitation(ben.page).getByRole('button', { name: 'Join Pia' }).click()
    await together(ben.page, 'Pia').waitFor()
  }
  const goOnAlone = async () => {
    await ada.page.getByRole('button', { name: 'Go on alone' }).click()
    await ben.page.getByText('You do not sit beside Pia any more', { exact: true }).waitFor()
  }
  await pair(ada.page, ben.page, ['Pia', 'Quin'])
  await editorOf(ben.page).fill('Ours.')
  await both(pages, 'Ours.')
  await goOnAlone()
  await editorOf(ben.page).fill('Quin alone.')
  await editorOf(ada.page).fill('Pia alone.')

  await sitDown()
  await both(pages, 'Pia alone.')
  await apart.getByText('Quin alone.').waitFor()
  await shoot(ben.page, 'pair-apart-offered')
  await ben.page.reload()
  await together(ben.page, 'Pia').waitFor()
  await apart.getByText('Quin alone.').waitFor()
  await editorOf(ada.page).fill('')
  await both(pages, '')
  await ben.page.reload()
  await together(ben.page, 'Pia').waitFor()
  await apart.getByText('Quin alone.').waitFor()
  await editorOf(ada.page).fill('Pia alone.')
  await both(pages, 'Pia alone.')

  await goOnAlone()
  await apart.getByText('Quin alone.').waitFor()
  expect(await ben.page.getByText('You wrote this in another tab').count()).toBe(0)
  await ben.page.reload()
  await apart.getByText('Quin alone.').waitFor()

  await sitDown()
  await apart.getByText('Quin alone.').waitFor()
  await sendOf(ada.page).click()
  for (const page of pages) await page.getByText(answered).waitFor()
  const unsent = ben.page.getByRole('region', { name: 'Your text, not sent' })
  await unsent.getByText('Quin alone.').waitFor()
  expect(await violationsOn(ben.page)).toEqual([])
  await ben.page.reload()
  await unsent.getByText('Quin alone.').waitFor()
  expect(await apart.count()).toBe(0)
})

test('[WB112] [PR6] a claim that lapses ends under both, and both keep every word', async () => {
  const { ada, ben } = await two('Lou', 'Max', { policy: { leaseMs: 8_000 } })
  const pages = [ada.page, ben.page]
  await pair(ada.page, ben.page, ['Lou', 'Max'])
  await editorOf(ada.page).fill('Both of ours.')
  await both(pages, 'Both of ours.')
  for (const page of pages) await page.getByText('Your claim ended', { exact: true }).waitFor({ timeout: 30_000 })
  expect([await textOf(ada.page), await textOf(ben.page)]).toEqual(['Both of ours.', 'Both of ours.'])
  await shoot(ben.page, 'pair-lapsed')
  await ada.page.getByRole('button', { name: 'Claim again' }).click()
  await sendOf(ada.page).waitFor()
  expect(await textOf(ada.page)).toBe('Both of ours.')
})

test('[WB112] [PR6] a claim that is handed on ends under both, and both keep every word', async () => {
  const { incidentId, ada, ben } = await two('Oli', 'Pam')
  const pages = [ada.page, ben.page]
  await pair(ada.page, ben.page, ['Oli', 'Pam'])
  await editorOf(ada.page).fill('Both of ours.')
  await both(pages, 'Both of ours.')
  await ada.page.getByRole('button', { name: 'Go on alone' }).click()
  await ben.page.getByText('You do not sit beside Oli any more', { exact: true }).waitFor()

  const nia = await stage.signIn(incidentId, 'Nia')
  await editorOf(ada.page).press('Escape')
  await ada.page.keyboard.press('p')
  // This time Nia is asked first; anybody may come.
  await invitation(ben.page).getByRole('button', { name: 'Join Oli' }).click()
  await together(ben.page, 'Oli').waitFor()
  await both(pages, 'Both of ours.')
  const [conversation] = (await stage.commander.snapshot(incidentId)).conversations
  const { id: conversationId = '', fence = 0 } = conversation ?? {}
  await stage.commander.do({ type: 'conversation/hand-over', incidentId, conversationId, fence, personId: 'nia' })
  for (const page of pages) await page.getByText('This conversation was handed over').waitFor()
  for (const page of pages) await page.getByText('Commander gave it to somebody else. Nia holds it now.').waitFor()
  expect([await textOf(ada.page), await textOf(ben.page)]).toEqual(['Both of ours.', 'Both of ours.'])
  for (const page of pages) expect(await sendOf(page).count()).toBe(0)
  expect(nia.complaints).toEqual([])
})

test('[WB110] on a phone, by touch: asked, joined and written together', async () => {
  const incidentId = await stage.declare()
  const ada = await stage.signIn(incidentId, 'Jan', 'responder', { screen: 'phone', colorScheme: 'dark' })
  const ben = await stage.signIn(incidentId, 'Kim', 'responder', { screen: 'phone' })
  await stage.take(ada.page)
  await ada.page.getByRole('button', { name: 'More', exact: true }).click()
  await ada.page.getByRole('menuitem', { name: /^Ask for a buddy/ }).click()
  await ada.page.getByText('You asked Kim to sit beside you.').waitFor()
  await shoot(ada.page, 'pair-asked-phone')
  expect(await violationsOn(ada.page)).toEqual([])
  await invitation(ben.page).getByText('Jan asks you to sit beside them').waitFor()
  await shoot(ben.page, 'pair-invited-phone')
  expect(await violationsOn(ben.page)).toEqual([])
  await invitation(ben.page).getByRole('button', { name: 'Join Jan' }).click()
  await together(ben.page, 'Jan').waitFor()
  await editorOf(ben.page).fill('We are on it, and very sorry that you have to wait.')
  await both([ada.page, ben.page], 'We are on it, and very sorry that you have to wait.')
  for (const [name, { page }] of Object.entries({ ada, ben })) {
    await shoot(page, `pair-together-${name}-phone`)
    expect(await violationsOn(page)).toEqual([])
  }
})
