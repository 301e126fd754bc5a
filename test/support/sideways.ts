import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { shoot } from './browser.ts'

export const desktop = { width: 1280, height: 800 }
export const smallestPhone = { width: 360, height: 740 }

/** By how many px a page is wider than its screen: nought where nothing scrolls sideways. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Keeps a picture of it on a desktop and on the smallest phone; nothing scrolls sideways there. */
export async function look(page: Page, name: string): Promise<void> {
  for (const [screen, size] of Object.entries({ desktop, phone: smallestPhone })) {
    await page.setViewportSize(size)
    await expect.poll(() => sideways(page), { message: `${name} on a ${screen}` }).toBe(0)
    await shoot(page, `${name}-${screen}`)
  }
  await page.setViewportSize(desktop)
}
