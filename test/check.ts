import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** One command for everything that can be judged without running Muster: format, lint, types, house rules, dead code. */

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } })

const checks: [what: string, folder: string, command: string, ...rest: string[]][] = [
  ['format and lint', '.', 'biome', 'check', ...(values.fix ? ['--write'] : []), '--max-diagnostics=50', '.'],
  ['lint with types', '.', 'oxlint', '--type-aware', '--deny-warnings'],
  ['types', '.', 'tsc', '-p', 'tsconfig.json'],
  ['types of the screens', 'web', 'svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
  ['types of the service worker', 'web', 'tsc', '-p', 'tsconfig.service-worker.json'],
  ['types of the screens’ tests', 'web', 'tsc', '-p', 'tsconfig.tests.json'],
  ['types of the load scripts', 'load', 'tsc', '-p', 'scripts/tsconfig.json'],
  ['house rules', 'test', 'vitest', 'run', 'house.test.ts'],
  ['dead code', '.', 'knip', '--no-progress'],
]

const failed = checks.filter(([what, folder, command, ...rest]) => {
  const began = performance.now()
  const path = `${join(root, folder, 'node_modules/.bin')}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`
  const { status, stdout, stderr, error } = spawnSync(command, rest, {
    cwd: join(root, folder),
    env: { ...process.env, PATH: path, CI: '1' },
    encoding: 'utf8',
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${what} (${seconds} s)`)
  if (status !== 0) console.log(error?.message ?? `${stdout}${stderr}`)
  return status !== 0
})
process.exitCode = failed.length === 0 ? 0 : 1
