import { setTimeout as pause } from 'node:timers/promises'
import { buildScreens } from '@muster/server/build-screens.ts'
import { sharedParser } from '@muster/server/drill/parser.ts'
import { Random } from '@muster/server/drill/random.ts'
import { percentiles } from '@muster/server/drill/report/latency.ts'
import { headersOf } from '@muster/server/drill/responder.ts'
import { Screen } from '@muster/server/drill/screen.ts'
import { buildTemporary, type Temporary } from '@muster/server/drill/temporary.ts'
import type { Entry } from '@muster/shared/entry.ts'
import { chromium, type Page } from 'playwright-core'
import { command, signIn, writeMessages } from './installation.ts'

/**
 * How long new guidance takes until it stands in every open composer: `node load/measure-guidance.ts [people] [times]`.
 * Everybody watches the incident and types now and then; whoever reads the news says so within seconds, all told to all. The
 * screens share one process and the machine with the server; one of them is a real browser, in the midst of a reply.
 */
const people = Number(process.argv[2] ?? 1_000)
const times = Number(process.argv[3] ?? 20)
const betweenMs = 5_000
const readsWithinMs = 4_000
const savesPerSecond = 20
const openedAtOnce = 50
const random = new Random(1)

class Audience {
  readonly screens: Screen[] = []
  readonly delays: number[] = []
  publishedAt = 0
  epoch = 1
  readonly #stage: Temporary

  constructor(stage: Temporary) {
    this.#stage = stage
    const { url, incidentId, cast } = stage
    const parser = sharedParser()
    for (const persona of cast.responders) {
      const screen: Screen = new Screen({
        url,
        headers: headersOf(persona),
        incidentId,
        parser,
        whole: false,
        onEntry: entry => this.#hear(screen, entry),
      })
      this.screens.push(screen)
    }
  }

  async open(): Promise<void> {
    const { incidentId } = this.#stage
    for (let from = 0; from < this.screens.length; from += openedAtOnce) {
      await Promise.all(
        this.screens.slice(from, from + openedAtOnce).map(async screen => {
          await screen.open()
          await screen.askUntilAnswered({ id: crypto.randomUUID(), type: 'incident/join', incidentId })
        }),
      )
    }
  }

  #hear(screen: Screen, entry: Entry): void {
    if (entry.type !== 'facts/published' || entry.facts.epoch !== this.epoch) return
    this.delays.push(now() - this.publishedAt)
    const { incidentId } = this.#stage
    const { epoch } = entry.facts
    setTimeout(
      () => void screen.ask({ id: crypto.randomUUID(), type: 'facts/acknowledge', incidentId, epoch }),
      random.between(0, readsWithinMs),
    )
  }
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

/** Claims a conversation and begins a reply, as a person does. */
async function beginReply(page: Page, { url, incidentId }: Temporary): Promise<void> {
  await page.goto(`${url}/#/incident/${incidentId}`)
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('n')
  await page.locator('textarea:focus').waitFor()
  await page.keyboard.type('Hello, I am sorry that ')
}

/** When the page first showed this text, ms since 1970. */
function shownAt(page: Page, text: string): Promise<number> {
  return page.evaluate(
    `new Promise(resolve => {
      const look = () => document.body.innerText.includes(${JSON.stringify(text)}) && (resolve(performance.timeOrigin + performance.now()), true)
      if (!look()) new MutationObserver((_, observer) => { if (look()) observer.disconnect() }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })`,
  )
}

async function publishOften(stage: Temporary, audience: Audience, page: Page): Promise<number[]> {
  const { incidentId } = stage
  const inBrowser: number[] = []
  for (let time = 1; time <= times; time++) {
    const maySay = `Sync is down and we are working on it. Update ${time} of today.`
    const shown = shownAt(page, `Update ${time} of today`)
    audience.epoch++
    audience.publishedAt = now()
    const facts = { know: '', maySay, mustNotSay: [], example: '', nextUpdateAt: null }
    await command(stage, { type: 'facts/publish', incidentId, epoch: time, ...facts })
    inBrowser.push((await shown) - audience.publishedAt)
    await page.keyboard.type('x')
    await pause(betweenMs)
  }
  return inBrowser
}

/** People who hold a conversation save what they write. */
async function typeOn(stage: Temporary, { screens }: Audience, over: AbortSignal): Promise<void> {
  const { incidentId } = stage
  const take = { type: 'conversation/take-next' as const, incidentId, topics: [] }
  const writing: { screen: Screen; conversationId: string; fence: number }[] = []
  for (const screen of screens.slice(0, 100)) {
    const outcome = await screen.ask({ id: crypto.randomUUID(), ...take })
    if (outcome?.type !== 'done') continue
    const { id, fence } = outcome.answer.conversation as { id: string; fence: number }
    writing.push({ screen, conversationId: id, fence })
  }
  for (let turn = 0; !over.aborted; turn++) {
    const { screen, ...at } = writing[turn % writing.length] ?? {}
    const text = `I am sorry, ${turn}`
    const { epoch } = screen?.facts ?? { epoch: 1 }
    void screen?.ask({ id: crypto.randomUUID(), type: 'draft/save', incidentId, ...(at as Held), epoch, text })
    await pause(1_000 / savesPerSecond)
  }
}

type Held = { conversationId: string; fence: number }

async function measure(stage: Temporary): Promise<void> {
  await writeMessages(stage, 150)
  const audience = new Audience(stage)
  await audience.open()
  const cookie = await signIn(stage)
  const browser = await chromium.launch({
    executablePath: process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const over = new AbortController()
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })
    await context.addCookies([cookie])
    const page = await context.newPage()
    await beginReply(page, stage)
    const typing = typeOn(stage, audience, over.signal)
    const inBrowser = await publishOften(stage, audience, page)
    over.abort()
    await typing
    const { screens, delays } = audience
    console.log(`${screens.length} people, ${times} times new facts, ${savesPerSecond} drafts saved a second`)
    print(`on ${screens.length} screens`, delays)
    print('in the browser', inBrowser)
    console.log(`reached ${delays.length} of ${screens.length * times}`)
  } finally {
    over.abort()
    await browser.close()
    for (const screen of audience.screens) screen.close()
  }
}

function print(name: string, values: readonly number[]): void {
  const { p50, p95, p99 } = percentiles(values)
  const longest = Math.round(Math.max(...values))
  console.log(name.padEnd(20), `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, longest ${longest} ms`)
}

if (!(await buildScreens())) process.exit(1)
const wanted = { store: 'sqlite', people, leaseMs: 60_000, random, now: Date.now, redisUrl: null } as const
const stage = await buildTemporary(wanted)
stage.network.weather = 'fair'
try {
  await measure(stage)
} finally {
  await stage.close(false)
}
process.exit(0)
