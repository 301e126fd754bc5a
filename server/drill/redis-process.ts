import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from './free-port.ts'

export type RedisProcess = { url: string; stop: () => Promise<void> }

/** Starts a Redis of this drill's own, with its files in `folder`. Throws a sentence when there is none to start. */
export async function startRedis(folder: string): Promise<RedisProcess> {
  const port = await freePort()
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: 'everysec' }
  const given = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const process = spawn('redis-server', [...given, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
  const failed = new Promise<never>((_, reject) => {
    process.once('error', () =>
      reject(new Error('There is no redis-server on this machine. Install one, or set REDIS_URL to an empty Redis.')),
    )
    process.once('exit', code => reject(new Error(`redis-server ended at once (code ${code}).`)))
  })
  failed.catch(() => {})
  await Promise.race([answers(port), failed])
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      if (process.exitCode !== null) return
      process.kill('SIGTERM')
      await once(process, 'exit')
    },
  }
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (connected) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
