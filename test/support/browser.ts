import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { onTestFailed } from 'vitest'
import { slowedBy } from './slowness.ts'

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Debian's Chromium without calls home, as its headless shell: the same engine without the windows, tabs and menus of the
 * whole, which take two fifths of the processor. `MUSTER_CHROMIUM` names another, the whole one too.
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium-headless-shell'
  return slowedBy(Number(process.env.MUSTER_SLOW_MS ?? 0), await chromium.launch({ executablePath, args: quiet }))
}

export type Screen = 'desktop' | 'phone'
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

type Look = { screen?: Screen; colorScheme?: 'light' | 'dark'; locale?: string }

/** A page of a person of their own, with everything it complained of. */
export async function openPage(
  browser: Browser,
  { screen = 'desktop', colorScheme = 'light', locale = 'en-US' }: Look = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: sizes[screen], colorScheme, locale, reducedMotion: 'reduce' })
  const complaints: string[] = []
  context.on('page', page => onTestFailed(() => tell(page, complaints)))
  const page = await context.newPage()
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    // Asking who one is before signing in is answered 401, which the browser itself calls an error.
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text())
  })
  page.on('dialog', dialog => {
    complaints.push(`a dialog opened: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { page, complaints }
}

/** What was on the screen of a test that failed, for whoever has only what it printed. */
async function tell(page: Page, complaints: readonly string[]): Promise<void> {
  if (page.isClosed()) return
  const outline = await page.locator('body').ariaSnapshot({ timeout: 5_000 })
  console.error([page.url(), ...complaints, outline.slice(0, 6_000)].join('\n'))
}

const shots = resolve(import.meta.dirname, '../../shots')

/** Keeps a picture for whoever wants to look: shots/NAME.png. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`) })
}
