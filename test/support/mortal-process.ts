import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Step } from './mortal-steps.ts'

const entry = fileURLToPath(new URL('./mortal-server.ts', import.meta.url))
const startLimitMs = 30_000

/** At which step a server dies of itself, and at which time it comes to it. */
export type Fate = { step: Step; time: number }

type Birth = { url: string; environment: NodeJS.ProcessEnv; logFile: string; ahead: number }

/** One life of a server whose clock can be put forward. */
export class MortalProcess {
  readonly #child: ChildProcess
  readonly #url: string
  readonly #ended: Promise<unknown>

  /** Without a fate it lives on. */
  constructor(fate: Fate | null, { url, environment, logFile, ahead }: Birth) {
    const log = openSync(logFile, 'a')
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_'))
    const given = fate === null ? [] : [fate.step, String(fate.time)]
    this.#child = spawn(process.execPath, [entry, String(ahead), ...given], {
      env: { ...Object.fromEntries(inherited), ...environment },
      stdio: ['pipe', log, log],
    })
    closeSync(log)
    // It may be dead before it reads.
    this.#child.stdin?.on('error', () => {})
    this.#ended = once(this.#child, 'exit')
    this.#url = url
  }

  /** Throws where there is none: killing number 0 would kill whoever asked for it. */
  get pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error('the server could not be started')
    return pid
  }

  /** False once it was killed. Throws where it ended in another way. */
  get lives(): boolean {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null) throw new Error(`the server ended by itself with ${exitCode}`)
    return signalCode === null
  }

  /** True once it answers, false where it died before. */
  async ready(): Promise<boolean> {
    const limit = performance.now() + startLimitMs
    while (this.lives) {
      if (performance.now() > limit) throw new Error(`the server was not ready within ${startLimitMs} ms`)
      const answer = await fetch(`${this.#url}/readyz`).catch(() => null)
      await answer?.body?.cancel()
      if (answer?.ok) return true
      await pause(20)
    }
    return false
  }

  setClock(ahead: number): void {
    this.#child.stdin?.write(`${ahead}\n`)
  }

  async kill(): Promise<void> {
    if (this.lives) this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** As `kill`, however it ended before. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended.catch(() => {})
  }
}
