import type { Page } from 'playwright-core'
import type { Answering } from './answering.ts'

/** A reviewer's desk of their own. */
export async function reviewer(
  stage: Answering,
  incidentId: string,
  name: string,
  role: 'reviewer' | 'lead' = 'reviewer',
  look: Parameters<Answering['signIn']>[3] = {},
): Promise<Page> {
  const { page } = await stage.signIn(incidentId, name, role, look)
  await page.getByRole('link', { name: /^Reviews/ }).click()
  await page.getByRole('heading', { name: /^Waiting for a reviewer/ }).waitFor()
  return page
}

export const readFacts = (page: Page) => page.getByRole('button', { name: 'I have read it' }).click()
export const takeNext = (page: Page) => page.getByRole('button', { name: 'Take the next one' }).click()
export const leaves = (page: Page) => page.getByLabel('What leaves', { exact: true })
