import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MailReader } from '@muster/server/channels/mail-reader.ts'
import type { QuarantineView } from '@muster/shared/endpoint.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { type MailServers, startMail, support } from '../support/mail-servers.ts'
import { realData } from '../support/real-data.ts'
import { until } from '../support/until.ts'
import { World } from '../support/world.ts'

const fixtures = realData('emails')
/** The longest list of quarantined messages that is shown. */
const mostShown = 200
const hasFixtures = existsSync(fixtures)
if (!hasFixtures) console.warn(`SKIPPED: the mails of other projects are not at ${fixtures}; none went through Muster.`)

let mail: MailServers
let world: World
let browser: Browser

beforeAll(async () => {
  if (!hasFixtures) return
  mail = await startMail()
  browser = await openBrowser()
  const channel = { id: 'support', name: 'Support', enabled: true, incidentId: null, settings: mail.settings(support) }
  world = await World.open({ channels: [{ channel, secrets: { password: support.password } }] })
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
  await mail?.stop()
})

type Expected = { humans: Set<string>; unreadable: number }

/** What the mailbox holds, read by itself: the ids of what humans wrote, and how much nobody can read. */
async function expectedOf(raws: readonly Buffer[]): Promise<Expected> {
  const reader = new MailReader(5_000)
  const expected: Expected = { humans: new Set(), unreadable: 0 }
  for (const raw of raws) {
    const answer = await reader.read(raw, { ownAddress: support.address, trustedServer: null, now: Date.now() })
    if (answer.type !== 'read') expected.unreadable++
    else if (answer.mail.automatic === null) expected.humans.add(answer.mail.externalId)
  }
  await reader.close()
  return expected
}

test.runIf(hasFixtures)(
  '[CH2] [MC1] [MC5] every mail of other projects’ tests is on the board or in quarantine, and runs nothing there',
  async () => {
    const commander = await world.enter(await world.firstLink())
    const incidentId = await commander.declare()
    const files = readdirSync(fixtures, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
    for (const file of files) {
      await mail.append(support, readFileSync(join(file.parentPath, file.name))).catch(() => undefined)
    }
    const raws = (await mail.mailbox(support)).map(raw => Buffer.from(raw))
    const expected = await expectedOf(raws)
    const stored = async () => {
      const { conversations } = await commander.snapshot(incidentId)
      return conversations.reduce((sum, { messages }) => sum + messages, 0)
    }
    await until('every mail to be taken in', async () => (await stored()) >= expected.humans.size, 120_000)
    const { conversations } = await commander.snapshot(incidentId)
    const details = await Promise.all(conversations.map(({ id }) => commander.conversation(incidentId, id)))
    const ids = details.flatMap(({ messages }) => messages.map(({ externalId }) => externalId))
    // What follows the "#" is made of the bytes, which the test's own copy of the mailbox does not keep.
    const bare = (all: Iterable<string>) => [...all].map(id => id.slice(0, id.lastIndexOf('#'))).sort()
    expect(bare(ids)).toEqual(bare(expected.humans))
    const { quarantine } = await commander.get<{ quarantine: QuarantineView[] }>('/api/quarantine')
    console.info(`${raws.length} mails: ${ids.length} messages, ${quarantine.length} in quarantine`)
    expect(quarantine.length).toBe(Math.min(expected.unreadable, mostShown))

    const { page, complaints } = await openPage(browser)
    await page.goto(await commander.linkFor('Ada'))
    await page.getByRole('button', { name: 'Sign in with this link' }).click()
    await page.getByRole('button', { name: 'Not now' }).click()
    for (const { conversation, messages } of details) {
      await page.goto(`${world.origin}/#/incident/${incidentId}/conversation/${conversation.id}`)
      const texts = page.locator('article .linked-text')
      await expect.poll(() => texts.count(), { timeout: 10_000 }).toBe(messages.length)
    }
    expect(complaints).toEqual([])
  },
  300_000,
)
