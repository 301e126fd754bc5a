import type { ServerResponse } from 'node:http'

/** The open connections of one of X's streams. */
export class XStreams {
  readonly #most: number
  readonly #open = new Set<ServerResponse>()
  readonly #beats: NodeJS.Timeout
  /** Sends neither events nor signs of life, as a connection does that died without a word. */
  isDead = false

  constructor(most: number, beatMs: number) {
    this.#most = most
    this.#beats = setInterval(() => this.#say('\r\n'), beatMs)
  }

  get size(): number {
    return this.#open.size
  }

  /** False where X allows no more connections. */
  open(response: ServerResponse): boolean {
    if (this.#open.size >= this.#most) return false
    this.#open.add(response)
    response.on('close', () => this.#open.delete(response))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('\r\n')
    return true
  }

  send(event: unknown): void {
    this.#say(`${JSON.stringify(event)}\r\n`)
  }

  /** Says why, where there is a reason, and ends every connection; `abruptly`: in the middle of a line. */
  drop(reason: object | null = null, abruptly = false): void {
    if (reason !== null) this.#say(`${JSON.stringify(reason)}\r\n`)
    if (abruptly) this.#say('{"data":{"event_uuid":"12')
    for (const response of this.#open) {
      if (abruptly) response.socket?.destroy()
      else response.end()
    }
    this.#open.clear()
  }

  end(): void {
    clearInterval(this.#beats)
    this.drop()
  }

  #say(text: string): void {
    if (!this.isDead) for (const response of this.#open) response.write(text)
  }
}
