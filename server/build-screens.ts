import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const web = join(root, 'web')
const built = join(web, 'dist/index.html')
const vite = join(web, 'node_modules/vite/bin/vite.js')
const left = new Set(['node_modules', 'dist'])

/** Builds the screens when they are missing or older than their sources. False when there are none to show. */
export async function buildScreens(): Promise<boolean> {
  if (existsSync(built) && statSync(built).mtimeMs >= newestUnder([web, join(root, 'shared')])) return true
  console.log('Building the screens, once.')
  const complaint = await build()
  if (complaint === null) return true
  const goesOn = existsSync(built)
  console.error(complaint.trim())
  console.error(
    goesOn
      ? 'The screens could not be built anew; Muster starts with those built before.'
      : 'The screens could not be built, so Muster does not start. What went wrong stands above.',
  )
  return goesOn
}

function newestUnder(folders: readonly string[]): number {
  const times = folders.flatMap(folder =>
    readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !left.has(name))
      .map(entry => join(folder, entry.name))
      .map(path => (statSync(path).isDirectory() ? newestUnder([path]) : statSync(path).mtimeMs)),
  )
  return Math.max(0, ...times)
}

/** What the build said when it failed, else null. A signal meanwhile ends both. */
async function build(): Promise<string | null> {
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: web,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', text => (said += text))
  const stop = () => {
    child.kill()
    process.exit(1)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const [code] = await once(child, 'close')
  process.off('SIGINT', stop).off('SIGTERM', stop)
  return code === 0 ? null : said
}
