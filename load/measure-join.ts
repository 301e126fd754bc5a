import { setTimeout as pause } from 'node:timers/promises'
import { buildScreens } from '@muster/server/build-screens.ts'
import { Random } from '@muster/server/drill/random.ts'
import { buildTemporary, type Temporary } from '@muster/server/drill/temporary.ts'
import { chromium, type Locator, type Page } from 'playwright-core'
import { command, writeMessages } from './installation.ts'
import { openSlowLink, type Speed } from './slow-link.ts'

/**
 * How long somebody new takes from the join link to their first claim, on a phone with a poor connection, at human speed:
 * `node load/measure-join.ts`. They type with one thumb, read every word that is shown, think about each question, and try the
 * answers from the top.
 */
const line: Speed = { rttMs: 150, downKbps: 1.6 * 1024, upKbps: 750 }
const keyMs = 180
const jitterMs = 60
const findMs = 1_200
const wordsPerMinute = 200
const thinkMs = 4_000
const wantedMs = 180_000
const random = new Random(1)

class Person {
  readonly page: Page
  #began = performance.now()
  readonly steps: [name: string, ms: number][] = []

  constructor(page: Page) {
    this.page = page
  }

  /** Looks for it, then touches it. */
  async tap(target: Locator): Promise<void> {
    await target.waitFor()
    await pause(findMs)
    await target.tap()
  }

  async type(target: Locator, text: string): Promise<void> {
    await this.tap(target)
    for (const character of text) {
      await pause(keyMs + (random.next() * 2 - 1) * jitterMs)
      await this.page.keyboard.type(character)
    }
  }

  /** Reads whatever the page says. */
  async read(): Promise<void> {
    const words = (await this.page.locator('main').innerText()).split(/\s+/).filter(Boolean).length
    await pause((words / wordsPerMinute) * 60_000)
  }

  done(step: string): void {
    const now = performance.now()
    this.steps.push([step, now - this.#began])
    this.#began = now
  }
}

/** Answers until no question is left. */
async function answer(person: Person): Promise<void> {
  const choices = person.page.locator('main ol button:not([aria-disabled=true])')
  const number = person.page.getByText(/Question \d of \d/)
  for (let last = await number.textContent().catch(() => null); last !== null; ) {
    await pause(thinkMs)
    await person.tap(choices.first())
    const next = await number.textContent({ timeout: 500 }).catch(() => null)
    if (next !== last) person.done(last)
    last = next
  }
}

async function join(person: Person, link: string): Promise<void> {
  const { page } = person
  await page.goto(link)
  await page.getByLabel('Your name').waitFor()
  person.done('the link opens')
  await person.read()
  await person.type(page.getByLabel('Your name'), 'Nina Newcomer')
  await person.type(page.getByLabel('Your team'), 'Sales')
  await person.tap(page.getByRole('button', { name: 'Join', exact: true }))
  const read = page.getByRole('button', { name: /I have read it/ })
  await read.waitFor()
  person.done('sign in')
  await person.read()
  await person.tap(read)
  person.done('briefing')
  await answer(person)
  await person.read()
  await person.tap(page.getByRole('button', { name: 'Take your first customer' }))
  await page.locator('textarea:focus').waitFor()
  person.done('first claim')
}

async function measure(stage: Temporary): Promise<void> {
  await writeMessages(stage, 50)
  const { link } = await command(stage, { type: 'join/open', incidentId: stage.incidentId, cap: 200 })
  const slow = await openSlowLink(Number(new URL(stage.url).port), line)
  const rules = `--host-resolver-rules=MAP 127.0.0.1 127.0.0.1:${slow.port}`
  const browser = await chromium.launch({
    executablePath: process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', rules],
  })
  try {
    const viewport = { width: 360, height: 740 }
    const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true, locale: 'en-US' })
    const person = new Person(await context.newPage())
    await join(person, String(link))
    for (const [step, ms] of person.steps) print(step, ms)
    const total = person.steps.reduce((sum, [, ms]) => sum + ms, 0)
    print('in all', total)
    console.log(total < wantedMs ? 'Under three minutes.' : 'Over three minutes.')
  } finally {
    await browser.close()
    await slow.close()
  }
}

function print(step: string, ms: number): void {
  console.log(step.padEnd(18), `${(ms / 1_000).toFixed(1)} s`.padStart(8))
}

if (!(await buildScreens())) process.exit(1)
const wanted = { store: 'sqlite', people: 1, leaseMs: 60_000, random, now: Date.now, redisUrl: null } as const
const stage = await buildTemporary(wanted)
stage.network.weather = 'fair'
try {
  await measure(stage)
} finally {
  await stage.close(false)
}
