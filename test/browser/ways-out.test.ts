import { afterAll, beforeAll, expect, test } from 'vitest'
import { Answering, longest } from '../support/answering.ts'
import { shoot } from '../support/browser.ts'
import { hookChannel } from '../support/post.ts'
import { button, editorOf } from '../support/writing.ts'

let stage: Answering
beforeAll(async () => {
  stage = await Answering.open()
})
afterAll(() => stage?.close())

async function setAddress(replyUrl: string | null): Promise<void> {
  const { channel } = hookChannel('posts', replyUrl)
  const settings = { ...channel.settings, longest }
  await stage.commander.do({ type: 'channel/save', channel: { ...channel, settings }, secrets: {} })
}

test.each(['desktop', 'phone'] as const)(
  '[CH28] [WB122] an open conversation stops being answerable, and is again, as its channel is set, on a %s',
  async screen => {
    const colorScheme = screen === 'phone' ? 'dark' : 'light'
    const incidentId = await stage.declare()
    const { page, complaints } = await stage.signIn(incidentId, `Ada-${screen}`, 'responder', { screen, colorScheme })
    const editor = await stage.take(page)
    await editor.fill('We are on it.')
    await setAddress(null)
    const notice = page.getByText('This cannot be answered from here', { exact: true })
    await notice.waitFor()
    await shoot(page, `ways-out-none-${screen}-${colorScheme}`)
    await setAddress(stage.receiver.url)
    await notice.waitFor({ state: 'detached' })
    expect(await editorOf(page).inputValue()).toBe('We are on it.')
    await shoot(page, `ways-out-again-${screen}-${colorScheme}`)
    const before = stage.sent.length
    await button(page, 'Send').click()
    await page.getByText('Every message of this customer is answered.').waitFor()
    expect(stage.sent).toHaveLength(before + 1)
    expect(complaints).toEqual([])
  },
)
