import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export type Parcel = { name: string; version: string; sha512: string }

/**
 * The folder of a package that holds samples, fetched at the first time and kept: with the workspace it would be a hundred
 * megabytes for everybody who only wants to run Muster. Nothing of it is ever run.
 */
export function unpacked({ name, version, sha512 }: Parcel): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'muster')
  const kept = join(cache, `${name.replace('/', '-')}-${version}`)
  if (existsSync(kept)) return join(kept, 'package')
  console.error(`Fetching ${name} ${version} for the first time.`)
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fetching-'))
  try {
    run(folder, 'npm', 'pack', '--silent', `${name}@${version}`)
    const parcel = readdirSync(folder)[0] ?? ''
    const found = createHash('sha512')
      .update(readFileSync(join(folder, parcel)))
      .digest('base64')
    if (found !== sha512)
      throw new Error(`${name} ${version} is not the one that was measured before: take a look at it.`)
    run(folder, 'tar', 'xzf', parcel)
    rmSync(join(folder, parcel))
    renameSync(folder, kept)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return join(kept, 'package')
}

function run(folder: string, program: string, ...rest: string[]): void {
  const { status, stderr, error } = spawnSync(program, rest, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${rest.join(' ')} failed: ${error?.message ?? stderr}`)
}
