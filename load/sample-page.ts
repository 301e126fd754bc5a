import type { BrowserContext, Page } from 'playwright-core'

/** What a visitor got of one load, in ms since its navigation began. */
export type Sample = {
  firstPaint: number
  largestPaint: number
  shift: number
  blocked: number
  interactive: number
  scriptBytes: number
  styleBytes: number
}

/** Runs in the page before anything of it does: what the browser observes, and when the desk can be used. */
const observing = `(() => {
  if (self !== top) return
  const usable = Promise.withResolvers()
  window.usable = usable.promise
  const seen = { largest: 0, shift: 0, tasks: [], interactive: 0 }
  window.seen = seen
  const watch = (type, take) =>
    new PerformanceObserver(list => list.getEntries().forEach(take)).observe({ type, buffered: true })
  watch('largest-contentful-paint', entry => { seen.largest = entry.startTime })
  watch('layout-shift', entry => { if (!entry.hadRecentInput) seen.shift += entry.value })
  watch('longtask', entry => { seen.tasks.push([entry.startTime, entry.duration]) })
  const look = () => {
    const take = document.querySelector('.take-next .primary')
    const row = document.querySelector('[role=listbox] [role=option]')
    if (take && row && take.getAttribute('aria-disabled') !== 'true') usable.resolve(seen.interactive = performance.now())
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()`

const reading = `(() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  return { ...window.seen, first: paint ? paint.startTime : 0 }
})()`

type Seen = {
  first: number
  largest: number
  shift: number
  tasks: [start: number, ms: number][]
  interactive: number
}

const longestUnfelt = 50

/** Opens an address with a processor `slower` times as slow, and waits until the desk there can be used. */
export async function sample(context: BrowserContext, address: string, slower: number): Promise<Sample> {
  const page = await context.newPage()
  const bytes = await countBytes(page, slower)
  await page.addInitScript(observing)
  await page.goto(address, { waitUntil: 'commit' })
  await page.evaluate('window.usable')
  const counted = { ...bytes }
  const { first, largest, shift, tasks, interactive } = await page.evaluate<Seen>(reading)
  await page.close()
  const felt = tasks.filter(([start]) => start + longestUnfelt > first && start < interactive)
  const blocked = felt.reduce((sum, [, ms]) => sum + ms - longestUnfelt, 0)
  return {
    firstPaint: first,
    largestPaint: largest,
    shift,
    blocked,
    interactive,
    scriptBytes: counted.Script,
    styleBytes: counted.Stylesheet,
  }
}

/** Counts what crosses the wire for scripts and styles, headers and all; what a cache answered counts nothing. */
async function countBytes(page: Page, slower: number): Promise<{ Script: number; Stylesheet: number }> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await session.send('Network.enable')
  const bytes = { Script: 0, Stylesheet: 0 }
  const kinds = new Map<string, keyof typeof bytes>()
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if ((type === 'Script' || type === 'Stylesheet') && !response.fromServiceWorker && !response.fromDiskCache)
      kinds.set(requestId, type)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId)
    if (kind !== undefined) bytes[kind] += encodedDataLength
  })
  return bytes
}
