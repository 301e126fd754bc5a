import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findK6 } from './k6.ts'
import { type LevelName, levels } from './scripts/levels.ts'
import { openStage } from './stage.ts'

/** `pnpm load SCRIPT`: sets a server up, lets k6 run a script against it, and takes everything down again. */

const scripts = ['inbound-storm', 'responder-shift'] as const
const stores = ['sqlite', 'redis'] as const
const usage = `load ${scripts.join('|')} [--level ${Object.keys(levels).join('|')}] [--store ${stores.join('|')}] [--seconds N] [--json FILE]`

type Wish = {
  script: (typeof scripts)[number]
  level: LevelName
  store: (typeof stores)[number]
  seconds: number
  json: string | null
}

/** Throws an Error that says in a sentence what is wrong. */
function wishOf(parameters: string[]): Wish {
  const { values, positionals } = parseArgs({
    args: parameters,
    allowPositionals: true,
    options: {
      level: { type: 'string', default: 'normal' },
      store: { type: 'string', default: 'sqlite' },
      seconds: { type: 'string', default: '60' },
      json: { type: 'string' },
    },
  })
  const [script, more] = positionals
  if (script === undefined || more !== undefined) throw new Error('Name one script.')
  const seconds = Number(values.seconds)
  if (!Number.isInteger(seconds) || seconds < 5 || seconds > 3_600) {
    throw new Error(`--seconds is "${values.seconds}"; it must be a whole number from 5 to 3600.`)
  }
  return {
    script: oneOf('The script', script, scripts),
    level: oneOf('--level', values.level, Object.keys(levels) as LevelName[]),
    store: oneOf('--store', values.store, stores),
    seconds,
    json: values.json === undefined ? null : resolve(values.json),
  }
}

function oneOf<T extends string>(what: string, given: string, known: readonly T[]): T {
  const found = known.find(one => one === given)
  if (found === undefined) throw new Error(`${what} is "${given}"; it can be ${known.join(' or ')}.`)
  return found
}

/** k6's exit code: 0 all promises kept, 99 one broken, others when a script could not run. */
async function play(k6: string, { script, level, seconds, json }: Wish, stageFile: string): Promise<number> {
  const given = { STAGE: stageFile, LEVEL: level, SECONDS: String(seconds) }
  const parameters = Object.entries(given).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  if (json !== null) parameters.push('--summary-export', json)
  const file = join(import.meta.dirname, 'scripts', `${script}.ts`)
  // k6 collects its garbage less often, because what it uses the server lacks.
  const environment = { GOGC: '400', ...process.env }
  const options = ['run', '--quiet', '--no-usage-report', ...parameters, file]
  const child = spawn(k6, options, { stdio: 'inherit', env: environment })
  // Told to stop, k6 finishes what runs and sums up; then everything else is taken down as ever.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill('SIGINT'))
  const [code] = await once(child, 'exit')
  return code ?? 1
}

async function run(wish: Wish): Promise<number> {
  const k6 = await findK6(process.env)
  const stage = await openStage(wish)
  const { script, level, store, seconds } = wish
  let kept = false
  try {
    console.log(`k6 plays ${script}, level ${level}, on ${store} for ${seconds} s.`)
    kept = (await play(k6, wish, stage.file)) === 0
    console.log(stage.told())
    if (!kept) console.log(`Not everything promised was kept. What the server wrote is in ${stage.folder}.`)
    return kept ? 0 : 1
  } finally {
    await stage.close(!kept)
  }
}

/** The exit code: 0 all promises kept, 1 one broken or nothing to run on, 2 wrong usage. */
async function main(parameters: string[]): Promise<number> {
  let wish: Wish
  try {
    wish = wishOf(parameters)
  } catch (error) {
    console.error(`${sentenceOf(error)}\n\n${usage}`)
    return 2
  }
  try {
    return await run(wish)
  } catch (error) {
    console.error(sentenceOf(error))
    return 1
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

process.exitCode = await main(process.argv.slice(2))
