import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Defect, defectOf } from '@muster/shared/defect.ts'
import type { Reading } from './mail-parse.ts'
import type { Wrapping } from './mail-unwrap.ts'
import type { Answer, Question } from './mail-worker.ts'
import { oneLine } from './plain-text.ts'

const worker = fileURLToPath(new URL('./mail-worker.ts', import.meta.url))
const heapMegabytes = 512

/**
 * Reads mails in a process of its own, one after another, each within a time. A mail that takes longer, or brings the
 * process down, is unreadable; the next one gets a fresh process. It starts with the first mail and knows no secret.
 *
 * A thread would not do: one whose heap is full ends the whole server, and 24 MB of short lines fill half a gigabyte.
 */
export class MailReader {
  readonly #limitMs: number
  readonly #longest: number
  #process: ChildProcess | null = null
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  /** `longest`: how long a mail may be that comes wrapped, in bytes. */
  constructor(limitMs: number, longest = Number.MAX_SAFE_INTEGER) {
    this.#limitMs = limitMs
    this.#longest = longest
  }

  /**
   * Reads a mail, or one that is wrapped in what a provider posted. Rejects where the mail is not to blame: the channel was
   * closed meanwhile, or no process could be started.
   */
  read(raw: Uint8Array, reading: Reading, wrapping: Wrapping | null = null): Promise<Answer> {
    const turn = this.#last.then(() =>
      this.#ask(raw, { bytes: raw.byteLength, reading, wrapping, longest: this.#longest }),
    )
    this.#last = turn.catch(() => {})
    return turn
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#drop()
    await this.#last
  }

  async #ask(raw: Uint8Array, question: Question): Promise<Answer> {
    if (this.#closed) throw new Error('The channel was closed.')
    const limit = AbortSignal.timeout(this.#limitMs)
    const answered = new AbortController()
    const signal = AbortSignal.any([limit, answered.signal])
    try {
      const reader = this.#started()
      reader.channel?.ref()
      const ended = once(reader, 'exit', { signal }).then(() => Promise.reject(new Error('it ended the reader')))
      const answer = once(reader, 'message', { signal })
      reader.stdin?.write(raw)
      reader.send(question)
      const [read] = await Promise.race([answer, ended])
      return read
    } catch (error) {
      this.#drop()
      if (this.#closed || isFailedStart(error)) throw error
      const defect = limit.aborted ? tooSlow(this.#limitMs) : ended(error)
      return { type: 'unreadable', defect, signed: null, kept: null }
    } finally {
      answered.abort()
      this.#process?.channel?.unref()
    }
  }

  #started(): ChildProcess {
    if (this.#process?.connected) return this.#process
    const execArgv = [`--max-old-space-size=${heapMegabytes}`]
    const started = fork(worker, [], { stdio: ['pipe', 'ignore', 'ignore', 'ipc'], env: {}, execArgv })
    // What goes wrong while writing to a process that is ending shows as its end.
    started.on('error', () => {})
    started.stdin?.on('error', () => {})
    // A reader without a mail keeps nobody waiting.
    started.unref()
    started.channel?.unref()
    if (started.stdin instanceof Socket) started.stdin.unref()
    this.#process = started
    return started
  }

  #drop(): void {
    this.#process?.kill('SIGKILL')
    this.#process = null
  }
}

function isFailedStart(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('spawn')
}

function tooSlow(limitMs: number): Defect {
  return defectOf('too-slow', `Reading it took longer than ${limitMs} ms.`, { most: limitMs / 1000 })
}

function ended(error: unknown): Defect {
  const words = oneLine(error instanceof Error ? error.message : String(error), 200)
  return defectOf('reader-ended', `Reading it failed: ${words}`)
}
