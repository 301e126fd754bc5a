import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Actor } from '@muster/server/domain/decision.ts'
import { type CDPSession, chromium, type Page } from 'playwright-core'
import { Storm } from './storm.ts'
import { openStormHouse, type StormHouse } from './storm-house.ts'

/**
 * How a screen bears a storm: `node load/measure-storm.ts [--seconds 20] [--rate 2000] [--conversations 5000]
 * [--filter All] [--order 'Worst off first'] [--open]`. A real server tells the desk of one browser of arrivals, claims and
 * releases; the browser says how its frames came, which tasks were long, how long keys took to show, and what its heap
 * holds. `--trace FILE` keeps a trace for the profiler. The figures belong to the machine, which runs server and browser
 * both.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '2000' },
    conversations: { type: 'string', default: '5000' },
    filter: { type: 'string', default: 'All' },
    /** As the view's choice says it. */
    order: { type: 'string', default: 'Worst off first' },
    /** Whether a conversation is open beside the queue. */
    open: { type: 'boolean', default: false },
    trace: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const incidentId = 'storm'
const cora: Actor = { id: 'cora', name: 'Cora', team: 'Command', role: 'commander', incidentId: null }
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']

async function declare(house: StormHouse): Promise<Actor[]> {
  const facts = {
    know: '',
    maySay: 'We are on it.',
    mustNotSay: [],
    example: '',
    topics: [
      { id: 'cards', name: 'Cards', words: ['card'] },
      { id: 'news', name: 'News', words: ['news', 'anybody'] },
    ],
    wordings: [],
    channels: [],
  }
  const declaration = {
    id: incidentId,
    type: 'incident/declare',
    title: 'Storm',
    severity: 'sev1',
    affected: '',
  } as const
  await house.give(incidentId, { ...declaration, ...facts }, cora)
  const people = Array.from(
    { length: 200 },
    (_, index): Actor => ({
      id: `p${index}`,
      name: `Person ${index}`,
      team: 'Support',
      role: 'responder',
      incidentId: null,
    }),
  )
  await Promise.all(
    people.map(person =>
      house.give(incidentId, { id: `join-${person.id}`, type: 'incident/join', incidentId }, person),
    ),
  )
  return people
}

/** Runs in the page: counts the time between frames, tasks over 50 ms, and how long each key took until it was painted. */
const watchInPage = `(() => {
  const seen = (window.seen = { gaps: [], long: [], keys: [] })
  let before = performance.now()
  const frame = now => {
    seen.gaps.push(now - before)
    before = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  const observe = (options, take) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe(options)
  observe({ type: 'longtask' }, ({ duration }) => seen.long.push(duration))
  observe({ type: 'event', durationThreshold: 16 }, ({ name, duration }) => {
    if (name === 'keydown') seen.keys.push(duration)
  })
})()`

type Seen = { gaps: number[]; long: number[]; keys: number[] }

function at(sorted: number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
}

function report({ gaps, long, keys }: Seen, given: number): void {
  const sorted = gaps.toSorted((one, other) => one - other)
  const total = gaps.reduce((sum, gap) => sum + gap, 0) / 1_000
  console.log(`updates      ${(given / total).toFixed(0)} a second over ${total.toFixed(0)} s`)
  console.log(
    `frames       ${(gaps.length / total).toFixed(1)} a second; gaps p50 ${at(sorted, 0.5)}, p95 ${at(sorted, 0.95)}, p99 ${at(sorted, 0.99)}, longest ${at(sorted, 1)} ms`,
  )
  const longest = Math.max(0, ...long)
  console.log(
    `long tasks   ${long.length} over 50 ms, ${long.filter(ms => ms > 100).length} over 100 ms, longest ${longest.toFixed(0)} ms`,
  )
  const pressed = keys.toSorted((one, other) => one - other)
  console.log(
    `keys         ${keys.length} took over 16 ms to show; of those p50 ${at(pressed, 0.5)}, longest ${at(pressed, 1)} ms`,
  )
}

async function heapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 1_048_576
}

async function enter(page: Page, house: StormHouse): Promise<void> {
  await page.goto(await house.link('Ada'))
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.goto(`${house.origin}/#/incident/${incidentId}`)
  await page.getByRole('option').first().waitFor()
  await page.getByRole('button', { name: new RegExp(`^${values.filter}`) }).click()
  await page.keyboard.press('v')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Order').selectOption({ label: values.order })
  await dialog.getByRole('button', { name: 'Done' }).click()
  if (!values.open) return
  await page.getByRole('option').first().click()
  await page.getByRole('article').first().waitFor()
}

/** What somebody does meanwhile: moves through the queue by keys and writes into the search. */
async function use(page: Page, signal: AbortSignal): Promise<void> {
  await page.getByRole('listbox', { name: 'Queue' }).focus()
  while (!signal.aborted) {
    await page.keyboard.press('ArrowDown')
    await pause(150)
  }
}

/** Whether the rows on screen say what the server would: a screen that fell behind looks calm too. */
async function agrees(page: Page): Promise<string> {
  await pause(2_000)
  const { conversations } = await page.evaluate<{ conversations: { human: { name: string }; preview: string }[] }>(
    `fetch('/api/incidents/storm/snapshot').then(response => response.json())`,
  )
  const previews = new Map(conversations.map(({ human, preview }) => [human.name, preview]))
  const rows = await page.getByRole('option').allTextContents()
  const right = rows.filter(row => {
    const name = /Customer \d+/.exec(row)?.[0] ?? ''
    return row.includes(previews.get(name) ?? 'nobody')
  })
  return `${right.length} of ${rows.length} rows in sight say what the server says; it knows ${conversations.length}`
}

async function startTrace(page: Page): Promise<() => Promise<void>> {
  const file = values.trace
  if (file === undefined) return async () => {}
  const browser = page.context().browser()
  await browser?.startTracing(page, { path: file })
  return async () => {
    const trace = await browser?.stopTracing()
    if (trace !== undefined) writeFileSync(file, trace)
  }
}

const house = await openStormHouse()
const people = await declare(house)
const storm = new Storm(house, incidentId, people, Number(values.conversations))
await storm.begin()
const browser = await chromium.launch({
  executablePath: process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium',
  args: quiet,
})
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
const session = await page.context().newCDPSession(page)
await enter(page, house)
const calm = await heapMb(session)
await page.evaluate(watchInPage)
const stopTrace = await startTrace(page)
const over = new AbortController()
const before = storm.given
const work = Promise.all([storm.blow(Number(values.rate), over.signal), use(page, over.signal)])
const heaps: number[] = []
for (let second = 0; second < seconds; second += Math.min(60, seconds)) {
  await pause(Math.min(60, seconds - second) * 1_000)
  if (seconds > 60) heaps.push(await heapMb(session))
}
const seen = await page.evaluate<Seen>('seen')
over.abort()
await work
await stopTrace()
report(seen, storm.given - before)
console.log(
  `heap         ${calm.toFixed(1)} MB before, ${[...heaps, await heapMb(session)].map(mb => mb.toFixed(1)).join(', ')} MB after each minute and at the end`,
)
console.log(`agreement    ${await agrees(page)}`)
await browser.close()
await house.close()
