import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { ensurePrograms } from './prerequisites.ts'

/**
 * `pnpm test`: everything. Arguments go to vitest alone (`pnpm test domain`), after the screens are built where a browser
 * is to see them. Long proofs run a few histories here;
 * MUSTER_HISTORIES=10000 runs them all.
 */

const root = resolve(import.meta.dirname, '..')
const only = process.argv.slice(2)

function step(what: string, folder: string, ...command: string[]): boolean {
  console.log(`\n— ${what}`)
  const began = performance.now()
  const [program, ...rest] = command
  const { status } = spawnSync(program as string, rest, { cwd: join(root, folder), stdio: 'inherit', env: environment })
  console.log(`— ${what}: ${status === 0 ? 'ok' : 'FAILED'} after ${((performance.now() - began) / 1000).toFixed(0)} s`)
  return status === 0
}

const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}:/usr/sbin:/sbin`,
  // A server is started some hundred times: what Node made of its sources the first time is kept.
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
}
const node = process.execPath
const vitest = join(root, 'test/node_modules/vitest/vitest.mjs')
const vite = join(root, 'web/node_modules/vite/bin/vite.js')

let ahead: ChildProcess | null = null

/** k6 is built beside the tests where there is none: the load step would wait for it with nothing else to do. */
function buildAhead(): boolean {
  ahead = spawn(node, ['load/build-ahead.ts'], { cwd: root, stdio: 'ignore', detached: true, env: environment })
  return true
}

/** What a failed step leaves of it. */
function endAhead(): void {
  try {
    if (ahead?.pid !== undefined) process.kill(-ahead.pid)
  } catch {
    // It has ended.
  }
}

const build = () => step('build the screens', 'web', node, vite, 'build', '--logLevel', 'warn')

const steps: (() => boolean)[] =
  only.length > 0
    ? [
        ...(only.some(name => /browser|journeys/.test(name)) ? [build] : []),
        () => step('tests', 'test', node, vitest, 'run', ...only),
      ]
    : [
        () => step('check', 'test', node, 'check.ts'),
        build,
        buildAhead,
        () => step('tests', 'test', node, vitest, 'run'),
        () => step('load: inbound storm', '.', node, 'load/run.ts', 'inbound-storm', '--seconds', '20'),
        () => step('load: responder shift', '.', node, 'load/run.ts', 'responder-shift', '--seconds', '20'),
      ]

process.exitCode = ensurePrograms() && steps.every(each => each()) ? 0 : 1
endAhead()
