import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const version = '2.2.0'
const module = 'go.k6.io/k6/v2'

/**
 * The path of a real k6 of major version 2: the one `K6_BINARY` names, the one installed, the one built before, or one
 * built now. Throws an Error whose message is a sentence for whoever runs the load.
 */
export async function findK6(environment: Record<string, string | undefined>): Promise<string> {
  const named = environment.K6_BINARY
  if (named !== undefined && named !== '') {
    if (isK6(named)) return named
    throw new Error(`K6_BINARY is ${named}, but that is no k6 of version 2. Name another, or leave it out.`)
  }
  if (isK6('k6')) return 'k6'
  const kept = join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'muster', `k6-v${version}`)
  if (!isK6(kept)) await build(kept)
  return kept
}

function isK6(program: string): boolean {
  const { status, stdout } = spawnSync(program, ['version'], { encoding: 'utf8' })
  return status === 0 && stdout.startsWith('k6 v2.')
}

/** `go install` asks for every version there ever was and stumbles over one; a module that requires this one does not. */
async function build(target: string): Promise<void> {
  if (spawnSync('go', ['version']).status !== 0) {
    throw new Error(
      'The load is made by k6, which is built with Go: install Go 1.25 or newer, or name a k6 in K6_BINARY.',
    )
  }
  console.log(`Building k6 ${version} for the first time; this takes a minute or two.`)
  const folder = mkdtempSync(join(tmpdir(), 'muster-k6-'))
  // Beside its place first, then there at once: two who build at a time never leave half a program.
  const beside = `${target}.${process.pid}`
  try {
    writeFileSync(join(folder, 'go.mod'), `module k6\n\ngo 1.25.0\n\nrequire ${module} v${version}\n`)
    mkdirSync(dirname(target), { recursive: true })
    await compile(folder, beside)
    renameSync(beside, target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    rmSync(beside, { force: true })
  }
}

async function compile(folder: string, built: string): Promise<void> {
  const environment = { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off' }
  const go = spawn('go', ['build', '-o', built, module], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  go.stderr.on('data', chunk => {
    complaints += chunk
  })
  const [code] = await once(go, 'exit')
  const last = complaints.trim().split('\n').slice(-10).join('\n')
  if (code !== 0) throw new Error(`Go could not build k6 ${version}. It said:\n${last}`)
}
