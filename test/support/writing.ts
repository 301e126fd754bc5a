import type { Locator, Page } from 'playwright-core'
import type { Answering } from './answering.ts'

/** What a screen says once nobody waits in a conversation any more. */
export const answered = 'Every message of this customer is answered.'

export function editorOf(page: Page): Locator {
  return page.getByLabel('Reply', { exact: true })
}

/** By its whole name, or by a pattern. */
export function button(page: Page, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: typeof name === 'string' })
}

/** What is selected in the text. */
export function selected(page: Page): Promise<string> {
  return editorOf(page).evaluate((area: { value: string; selectionStart: number; selectionEnd: number }) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  )
}

/** Brings out facts that say this, and else what they said before. */
export async function publish({ commander }: Answering, incidentId: string, maySay: string): Promise<void> {
  const { facts } = await commander.snapshot(incidentId)
  await commander.do({ type: 'facts/publish', incidentId, ...facts, maySay })
}
