import { type App, openApp } from './app.ts'
import { readConfig } from './config.ts'
import { logOf } from './insight/log.ts'

/** The longest a stop may take before the process ends anyway, ms. */
const patienceMs = 30_000
/** Ctrl+C reaches the process itself and once more through whoever started it: that is one wish. */
const oneWishMs = 500

async function start(): Promise<void> {
  const config = readConfig(process.env)
  if ('complaint' in config) return end(2, config.complaint)
  const log = logOf(config.logLevel)
  process.on('uncaughtException', error => {
    log.fatal({ err: error }, 'uncaught')
    end(1, 'Muster ended because of a fault of its own; what was acknowledged is stored. The log says more.')
  })
  // Whoever read our output may be gone; that ends nothing.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined)
  const opening = openApp(config)
  stopOnSignal(opening)
  try {
    const { origin, firstLink } = await opening
    console.log(`Muster is at ${origin}`)
    if (firstLink !== null) {
      console.log(
        `Nobody has signed in yet. This link signs in the first commander, once, within a day:\n  ${firstLink}`,
      )
    }
  } catch (error) {
    log.debug({ err: error }, 'start')
    end(1, `Muster could not start. ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The first signal lets running work finish; another one ends at once. */
function stopOnSignal(opening: Promise<App>): void {
  let askedAt: number | null = null
  const stop = () => {
    const now = performance.now()
    if (askedAt !== null && now - askedAt < oneWishMs) return
    if (askedAt !== null) return end(1, 'Stopped at once. What was acknowledged is stored.')
    askedAt = now
    console.log('Stopping: what runs is finished first. Press Ctrl+C again to stop at once.')
    setTimeout(
      () => end(1, `Muster did not stop within ${patienceMs / 1000} seconds, and ends now.`),
      patienceMs,
    ).unref()
    opening
      .then(app => app.close())
      .then(
        () => end(0, 'Stopped.'),
        error => end(1, `The stop did not go well. ${error instanceof Error ? error.message : String(error)}`),
      )
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
}

function end(code: number, sentence: string): void {
  if (code === 0) console.log(sentence)
  else console.error(sentence)
  process.exit(code)
}

await start()
