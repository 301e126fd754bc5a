import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Failure } from '@muster/shared/failure.ts'
import { failureOf } from './failure.ts'
import { jsonOf } from './json.ts'
import type { Pace, XAccount } from './x-account.ts'
import { type XClient, XTrouble } from './x-client.ts'
import { Problems } from './x-shape.ts'

/** Longest line that is read: an event with all about it takes some 10 KB. */
const longestLine = 1024 * 1024
/** So many events wait to be taken before no more are read. */
const mostWaiting = 1_000
/** A connection that lasted this long ends a row of failures. */
const steadyMs = 10_000

export type Source = { path: string; query: Readonly<Record<string, string>> }

/** What is told of a stream: that it opened or was lost, and what it says; `heard` resolves when that was taken, and never rejects. */
export type Hearing = { opened(): void; lost(): void; heard(line: string): Promise<void> }

type Ending = { lastedMs: number; error: unknown }

/** One of X's streams, kept open through every loss until the signal aborts, as patiently as X asks for. */
export class XStream {
  readonly #account: XAccount
  readonly #client: XClient
  readonly #source: Source
  readonly #hearing: Hearing
  #aliveAt: number | null = null
  #complaint: Failure | null = null

  constructor(account: XAccount, client: XClient, source: Source, hearing: Hearing) {
    this.#account = account
    this.#client = client
    this.#source = source
    this.#hearing = hearing
  }

  /** When it last said anything, ms since 1970; null while it is not open. */
  get aliveAt(): number | null {
    return this.#aliveAt
  }

  /** Why it is not open. */
  get complaint(): Failure | null {
    return this.#complaint
  }

  async listen(signal: AbortSignal): Promise<void> {
    const { pace, surroundings } = this.#account
    const patience = new Patience(pace)
    while (!signal.aborted) {
      const ending = await this.#once(signal)
      if (signal.aborted) return
      this.#complaint = endOf(ending.error, this.#client)
      surroundings.log('info', 'a stream of X ended', { path: this.#source.path, reason: this.#complaint.reason })
      const waitMs = patience.after(ending) * (1 + surroundings.random() / 4)
      await pause(waitMs, null, { signal }).catch(() => {})
    }
  }

  async #once(signal: AbortSignal): Promise<Ending> {
    const { clock } = this.#account.surroundings
    let openedAt: number | null = null
    const lasted = () => (openedAt === null ? 0 : clock() - openedAt)
    try {
      const answer = await this.#client.open(this.#source.path, this.#source.query, signal)
      openedAt = clock()
      this.#aliveAt = openedAt
      this.#complaint = null
      this.#hearing.opened()
      await this.#read(answer)
      return { lastedMs: lasted(), error: ended('X ended the stream') }
    } catch (error) {
      return { lastedMs: lasted(), error }
    } finally {
      this.#aliveAt = null
      if (openedAt !== null) this.#hearing.lost()
    }
  }

  async #read(answer: IncomingMessage): Promise<void> {
    const silence = new Silence(answer, this.#account.pace.silenceMs)
    const waiting = new Set<Promise<void>>()
    let rest = ''
    answer.setEncoding('utf8')
    try {
      for await (const chunk of answer as AsyncIterable<string>) {
        silence.broken()
        this.#aliveAt = this.#account.surroundings.clock()
        const lines = `${rest}${chunk}`.split('\n')
        rest = lines.pop() ?? ''
        if (rest.length > longestLine) throw new Error('X sent a line without an end')
        for (const line of lines) if (line.trim() !== '') this.#hear(line, waiting)
        if (waiting.size < mostWaiting) continue
        silence.end()
        await Promise.all(waiting)
        silence.broken()
      }
    } finally {
      silence.end()
      answer.destroy()
    }
  }

  #hear(line: string, waiting: Set<Promise<void>>): void {
    const said = Problems.safeParse(jsonOf(line)).data
    const problem = said?.errors?.[0]
    if (problem !== undefined && !line.includes('"data"')) {
      const words = problem.detail ?? problem.title
      throw Object.assign(new Error(`X ended the stream: ${words ?? 'it does not say why'}`), { said: words })
    }
    const taken = this.#hearing.heard(line).finally(() => waiting.delete(taken))
    waiting.add(taken)
  }
}

/** Ends a stream that says nothing for longer than its sign of life takes. */
class Silence {
  readonly #answer: IncomingMessage
  readonly #ms: number
  #timer: NodeJS.Timeout | undefined

  constructor(answer: IncomingMessage, ms: number) {
    this.#answer = answer
    this.#ms = ms
    this.broken()
  }

  broken(): void {
    this.end()
    this.#timer = setTimeout(() => this.#answer.destroy(ended('X said nothing for too long')), this.#ms)
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

/** How long X wants to be left alone before the next try: the first is at once, and each kind of failure has its own row. */
class Patience {
  readonly #pace: Pace
  #network = 0
  #refused = 0
  #limited = 0

  constructor(pace: Pace) {
    this.#pace = pace
  }

  after({ lastedMs, error }: Ending): number {
    if (lastedMs >= steadyMs) this.#begin()
    const { status, afterMs } = error instanceof XTrouble ? error : { status: null, afterMs: null }
    if (status === 429) return Math.max(afterMs ?? 0, this.#pace.limitedFirstMs * 2 ** Math.min(this.#limited++, 5))
    if (status !== null) {
      return Math.min(this.#pace.refusedFirstMs * 2 ** this.#refused++, this.#pace.refusedLongestMs)
    }
    return Math.min(this.#pace.networkStepMs * this.#network++, this.#pace.networkLongestMs)
  }

  #begin(): void {
    this.#network = 0
    this.#refused = 0
    this.#limited = 0
  }
}

function endOf(error: unknown, client: XClient): Failure {
  if (error instanceof XTrouble && error.problem?.connection_issue === 'TooManyConnections') {
    const reason =
      'X allows no more connections: another server of ours, or another program, holds it, and this one takes over when that ends'
    return { reason, trouble: 'held', status: null, said: null }
  }
  return failureOf(error, words => client.conceal(words))
}

/** No fault of anything that X said. */
function ended(sentence: string): Error {
  return Object.assign(new Error(sentence), { code: 'NoConnection' })
}
