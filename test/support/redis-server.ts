import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export type RedisServer = {
  url: string
  port: number
  /** Where it writes to disk. */
  folder: string
  /** Ends when the process has ended; SIGSTOP and SIGCONT return at once. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port, over what it left on disk. */
  restart(): Promise<void>
  /** Ends it and removes what it left on disk. */
  stop(): Promise<void>
}

/** False where no Redis is installed, and then it is said. */
export const redisInstalled = spawnSync('redis-server', ['--version']).status === 0
if (!redisInstalled) console.warn('SKIPPED: redis-server is not installed, so nothing here is proved on Redis.')

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const server of running) server.kill('SIGKILL')
})

/** Starts a Redis of its own, empty; with `appendonly` it writes to disk before it answers. */
export async function startRedis(
  options: { port?: number; appendonly?: boolean; settings?: string[] } = {},
): Promise<RedisServer> {
  const port = options.port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'muster-redis-'))
  const persistence = options.appendonly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...persistence]
  let server = await run([...settings, ...(options.settings ?? [])], port)

  async function kill(signal: NodeJS.Signals): Promise<void> {
    server.kill(signal)
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await ended(server)
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    kill,
    async restart() {
      await kill('SIGKILL')
      server = await run([...settings, ...(options.settings ?? [])], port)
    },
    async stop() {
      await kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function run(settings: string[], port: number): Promise<ChildProcess> {
  const server = spawn('redis-server', settings, { stdio: 'ignore' })
  running.add(server.once('exit', () => running.delete(server)))
  await until(`Redis listens on ${port}`, () => answers(port))
  return server
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('data', data => {
      resolve(data.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.on('close', () => resolve(false))
    socket.write('PING\r\n')
  })
}
