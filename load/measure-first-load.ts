import { buildScreens } from '@muster/server/build-screens.ts'
import { Random } from '@muster/server/drill/random.ts'
import { buildTemporary, type Temporary } from '@muster/server/drill/temporary.ts'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { signIn, writeMessages } from './installation.ts'
import { type Sample, sample } from './sample-page.ts'
import { openSlowLink, type Speed } from './slow-link.ts'

/**
 * How long a responder waits for the desk on a phone with a poor connection: `node load/measure-first-load.ts [times]`.
 * Everything is real but the line and the processor, which are as slow as Lighthouse makes them for a phone (`mobileSlow4G`
 * in its core/config/constants.js; WebPageTest calls it "Fast 3G").
 */
const times = Number(process.argv[2] ?? 5)
const line: Speed = { rttMs: 150, downKbps: 1.6 * 1024, upKbps: 750 }
const slowerProcessor = 4
const customers = 200
const phone = { width: 412, height: 823 }

/** Every connection of this browser to Muster takes the slow line, whatever makes it. */
function openBrowser(linkPort: number): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--host-resolver-rules=MAP 127.0.0.1 127.0.0.1:${linkPort}`,
    ],
  })
}

/** A browser that was here before: everything it keeps of the screens is on the machine. */
async function visitOnce(context: BrowserContext, address: string): Promise<void> {
  await sample(context, address, 1)
  const page = await context.newPage()
  await page.goto(address)
  const kept = `Promise.race([navigator.serviceWorker.ready, new Promise(resolve => setTimeout(resolve, 15_000))]).then(() => {})`
  await page.evaluate(kept)
  await page.close()
}

const columns: [name: string, of: (sample: Sample) => number, show: (figure: number) => string][] = [
  ['JS', ({ scriptBytes }) => scriptBytes, kilobytes],
  ['CSS', ({ styleBytes }) => styleBytes, kilobytes],
  ['FCP', ({ firstPaint }) => firstPaint, milliseconds],
  ['LCP', ({ largestPaint }) => largestPaint, milliseconds],
  ['CLS', ({ shift }) => shift, figure => figure.toFixed(3)],
  ['TBT', ({ blocked }) => blocked, milliseconds],
  ['interactive', ({ interactive }) => interactive, milliseconds],
]

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`
}

function print(name: string, samples: Sample[]): void {
  const medians = columns.map(([, of]) => samples.map(of).sort((one, other) => one - other)[samples.length >> 1] ?? 0)
  const figures = columns.map(([, , show], index) => show(medians[index] ?? 0).padStart(11))
  console.log(name.padEnd(6), ...figures)
}

async function measure(stage: Temporary): Promise<void> {
  await writeMessages(stage, customers)
  const cookie = await signIn(stage)
  const link = await openSlowLink(Number(new URL(stage.url).port), line)
  const browser = await openBrowser(link.port)
  const address = `${stage.url}/#/incident/${stage.incidentId}`
  const enter = async () => {
    const context = await browser.newContext({ viewport: phone })
    await context.addCookies([cookie])
    return context
  }
  try {
    const cold: Sample[] = []
    for (let time = 0; time < times; time++) {
      const context = await enter()
      cold.push(await sample(context, address, slowerProcessor))
      await context.close()
    }
    const context = await enter()
    await visitOnce(context, address)
    const warm: Sample[] = []
    for (let time = 0; time < times; time++) warm.push(await sample(context, address, slowerProcessor))
    console.log(`${customers} customers wait; medians of ${times} loads`)
    console.log(' '.repeat(6), ...columns.map(([name]) => name.padStart(11)))
    print('cold', cold)
    print('warm', warm)
  } finally {
    await browser.close()
    await link.close()
  }
}

if (!(await buildScreens())) process.exit(1)
const random = new Random(1)
const stage = await buildTemporary({
  store: 'sqlite',
  people: 1,
  leaseMs: 60_000,
  random,
  now: Date.now,
  redisUrl: null,
})
stage.network.weather = 'fair'
try {
  await measure(stage)
} finally {
  await stage.close(false)
}
