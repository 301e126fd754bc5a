import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { FromChild, ToChild } from './child-messages.ts'

const child = join(import.meta.dirname, 'child.ts')

/** The process that plays a drill's customers and networks, as its server sees it. */
export class PlayedNetworks {
  readonly #process: ChildProcess
  readonly #onOver: () => void
  #ended = false
  /** Where the networks listen; undefined until they do. */
  port: number | undefined

  /** `onOver` is called once: when the customers have written everything, or when the process died. */
  constructor(onOver: () => void) {
    this.#onOver = onOver
    // It needs nothing of the server's surroundings, and those may hold secrets.
    this.#process = fork(child, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#process.on('error', () => this.#over())
    this.#process.once('exit', () => this.#over())
    this.#process.on('message', message => {
      if ((message as FromChild).type === 'over') this.#over()
    })
  }

  /** Resolves with the port the networks listen on. */
  prepare(play: Omit<Extract<ToChild, { type: 'prepare' }>, 'type'>): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#process.on('message', message => {
        const heard = message as FromChild
        if (heard.type !== 'listening') return
        this.port = heard.port
        resolve(heard.port)
      })
      this.#process.once('error', reject)
      this.#process.once('exit', code => reject(new Error(`the networks of the drill ended at once (code ${code})`)))
      this.#tell({ type: 'prepare', ...play })
    })
  }

  begin(): void {
    this.#tell({ type: 'begin' })
  }

  calm(): void {
    this.#tell({ type: 'calm' })
  }

  end(): void {
    this.#ended = true
    if (this.#process.connected) this.#process.disconnect()
  }

  #tell(message: ToChild): void {
    if (this.#process.connected) this.#process.send(message)
  }

  #over(): void {
    if (this.#ended) return
    this.#ended = true
    this.#onOver()
  }
}
