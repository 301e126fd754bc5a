import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { paths } from '@muster/shared/endpoint.ts'
import { type Usage, usageOf } from './usage.ts'

const main = join(import.meta.dirname, '../main.ts')
const readyLimitMs = 30_000
const stopLimitMs = 30_000

type Options = { url: string; environment: Record<string, string>; logFile: string }

/** The real server as a process of its own: it can be killed at any moment and started again on what it left. */
export class ServerProcess {
  readonly #options: Options
  #process: ChildProcess | null = null
  /** What processes that have ended used. */
  #spent: Usage = { cpuSeconds: 0, peakRssMb: 0 }
  #last: Usage = { cpuSeconds: 0, peakRssMb: 0 }
  #sampling: NodeJS.Timeout | null = null
  kills = 0

  constructor(options: Options) {
    this.#options = options
  }

  /** Resolves when it is ready. Throws a sentence when it ends, or is not ready within half a minute. */
  async start(): Promise<void> {
    const { environment, logFile } = this.#options
    const log = openSync(logFile, 'a')
    const server = spawn(process.execPath, [main], {
      env: { ...inherited(), ...environment },
      stdio: ['ignore', log, log],
    })
    this.#process = server
    this.#sampling = setInterval(() => this.#sample(), 250)
    const limit = performance.now() + readyLimitMs
    while (!(await this.#ready())) {
      if (server.exitCode !== null)
        throw new Error(`The server ended before it was ready (code ${server.exitCode}); see ${logFile}.`)
      if (performance.now() > limit)
        throw new Error(`The server was not ready within ${readyLimitMs / 1000} s; see ${logFile}.`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  /** Kills it where it stands (SIGKILL). */
  async kill(): Promise<void> {
    this.kills++
    await this.#end('SIGKILL')
  }

  /** Asks it to stop; true when it did so by itself in time and in good order. */
  async stop(): Promise<boolean> {
    const server = this.#process
    if (server === null) return true
    const impatience = setTimeout(() => server.kill('SIGKILL'), stopLimitMs)
    await this.#end('SIGTERM')
    clearTimeout(impatience)
    return server.exitCode === 0
  }

  get logFile(): string {
    return this.#options.logFile
  }

  get usage(): Usage {
    this.#sample()
    return this.#sum()
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process
    if (server === null) return
    this.#sample()
    if (server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit')
      server.kill(signal)
      await ended
    }
    if (this.#sampling !== null) clearInterval(this.#sampling)
    this.#process = null
    this.#spent = this.#sum()
    this.#last = { cpuSeconds: 0, peakRssMb: 0 }
  }

  #sample(): void {
    const pid = this.#process?.pid
    const usage = pid === undefined ? null : usageOf(pid)
    if (usage !== null) this.#last = usage
  }

  #sum(): Usage {
    const { cpuSeconds, peakRssMb } = this.#last
    return { cpuSeconds: this.#spent.cpuSeconds + cpuSeconds, peakRssMb: Math.max(this.#spent.peakRssMb, peakRssMb) }
  }

  async #ready(): Promise<boolean> {
    const answer = await fetch(`${this.#options.url}${paths.ready}`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => null,
    )
    await answer?.body?.cancel()
    return answer?.ok === true
  }
}

/** The surroundings without settings of Muster's: a drill's server must not meet a real one's store. */
function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_') && name !== 'REDIS_URL'),
  )
}
