import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { shoot } from './browser.ts'

export const desktop = { width: 1280, height: 800 }
export const smallestPhone = { width: 360, height: 740 }

/** By how many px a page is wider than its screen: nought where nothing scrolls sideways. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

type Box = {
  getBoundingClientRect(): { top: number; bottom: number }
  scrollWidth: number
  scrollHeight: number
  clientWidth: number
  clientHeight: number
  parentElement: Box | null
}

/** Whether all of a text is in sight: neither cut at its side nor by anything around it that scrolls. */
export function isWhole(text: Locator): Promise<boolean> {
  return text.evaluate((element: Box) => {
    const { top, bottom } = element.getBoundingClientRect()
    if (element.scrollWidth > element.clientWidth) return false
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      const edge = around.getBoundingClientRect()
      const scrolls = around.clientHeight > 0 && around.scrollHeight > around.clientHeight + 1
      if (scrolls && (top < edge.top - 1 || bottom > edge.bottom + 1)) return false
    }
    return true
  })
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
