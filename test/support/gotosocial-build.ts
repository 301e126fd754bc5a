import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const version = '0.19.2'
const module = `github.com/superseriousbusiness/gotosocial@v${version}`
/** The last Go that what it is made of still knows. */
const toolchain = 'go1.24.6'
const Downloaded = z.object({ Dir: z.string() })

/** A real server that speaks Mastodon's API: its program, and what its pages are made of. */
export type GoToSocial = { program: string; web: string }

/**
 * The one that was built before; with `MUSTER_GOTOSOCIAL=build` it is built where there is none, which takes Go and five to
 * ten minutes. Null where there is none, and then it is said.
 */
export async function findGoToSocial(environment: Record<string, string | undefined>): Promise<GoToSocial | null> {
  const caches = environment.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(caches, 'muster', `gotosocial-v${version}`)
  const found = { program: join(folder, 'gotosocial'), web: join(folder, 'web') }
  if (existsSync(found.program)) return found
  if (environment.MUSTER_GOTOSOCIAL !== 'build') {
    console.warn(
      'SKIPPED: no GoToSocial was built, so nothing here is proved on a real server: MUSTER_GOTOSOCIAL=build builds it.',
    )
    return null
  }
  console.log(`Building GoToSocial ${version} for the first time; this takes five to ten minutes.`)
  await build(folder)
  return found
}

/** Beside its place first, then there at once: a build that was ended leaves no half of it. */
async function build(folder: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'muster-gotosocial-'))
  const beside = `${folder}.${process.pid}`
  try {
    writeFileSync(join(scratch, 'go.mod'), 'module scratch\n')
    const { Dir: source } = Downloaded.parse(JSON.parse(await go(scratch, ['mod', 'download', '-json', module])))
    mkdirSync(beside, { recursive: true })
    // From where it was downloaded to, so that its own go.sum says what it may be made of.
    await go(source, ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(beside, 'gotosocial'), './cmd/gotosocial'])
    for (const part of ['template', 'assets'])
      cpSync(join(source, 'web', part), join(beside, 'web', part), { recursive: true })
    mkdirSync(dirname(folder), { recursive: true })
    renameSync(beside, folder)
  } finally {
    for (const left of [scratch, beside]) rmSync(left, { recursive: true, force: true })
  }
}

async function go(cwd: string, parameters: string[]): Promise<string> {
  const env = { ...process.env, GOTOOLCHAIN: toolchain, GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' }
  const running = spawn('go', parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [said, complaints] = ['', '']
  running.stdout.on('data', chunk => {
    said += chunk
  })
  running.stderr.on('data', chunk => {
    complaints += chunk
  })
  const [code] = await once(running, 'close')
  if (code === 0) return said
  throw new Error(
    `Go could not build GoToSocial ${version}. It said:\n${complaints.trim().split('\n').slice(-10).join('\n')}`,
  )
}
