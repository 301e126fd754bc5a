import { clearTimeout, setTimeout } from 'k6/timers'
import { WebSocket } from 'k6/websockets'
import { event, type Frame, goodbye, handshake, pong, read, socketAddress } from './frames.ts'

type Surroundings = {
  /** Where Muster listens, e.g. `http://127.0.0.1:4000`. */
  url: string
  token: string
  onEvent: (name: string, payload: unknown) => void
}

const limitMs = 10_000

/** One screen's connection, as socket.io-client would hold it. k6 ends no iteration while one is open. */
export class Connection {
  /** Resolves with null once the server let it in, else with the sentence that says why not. */
  readonly opened: Promise<string | null>
  readonly #socket: WebSocket
  readonly #answers = new Map<number, (payload: unknown) => void>()
  readonly #onEvent: Surroundings['onEvent']
  #asked = 0
  #live = false
  #settle: (refusal: string | null) => void = () => {}

  constructor({ url, token, onEvent }: Surroundings) {
    this.#onEvent = onEvent
    this.#socket = new WebSocket(socketAddress(url), null, { headers: { Origin: url }, tags: { name: 'screen' } })
    this.opened = new Promise(resolve => {
      this.#settle = resolve
    })
    this.#socket.onmessage = message => this.#hear(String(message?.data), token)
    this.#socket.onerror = error => this.#settle(error?.error ?? 'The connection failed.')
    this.#socket.onclose = () => this.#end()
  }

  /** The server's answer; null when none came in time, or the connection ended before. */
  ask<Answer>(name: string, payload: unknown): Promise<Answer | null> {
    if (!this.#live) return Promise.resolve(null)
    const number = this.#asked++
    return new Promise(resolve => {
      const end = (answer: unknown) => {
        clearTimeout(timer)
        this.#answers.delete(number)
        resolve(answer as Answer | null)
      }
      const timer = setTimeout(() => end(null), limitMs)
      this.#answers.set(number, end)
      this.#socket.send(event(name, payload, number))
    })
  }

  /** With a goodbye, as a closed tab; without one, as a broken network. */
  close({ politely }: { politely: boolean }): void {
    if (politely && this.#live) this.#socket.send(goodbye)
    this.#socket.close()
  }

  #hear(text: string, token: string): void {
    const frame = readOnce(text)
    switch (frame.type) {
      case 'opened':
        this.#socket.send(handshake({ token }))
        break
      case 'ping':
        this.#socket.send(pong)
        break
      case 'connected':
        this.#live = true
        this.#settle(null)
        break
      case 'refused':
        this.#settle(frame.sentence)
        this.#socket.close()
        break
      case 'event':
        this.#onEvent(frame.name, frame.payload)
        break
      case 'answer':
        this.#answers.get(frame.number)?.(frame.payload)
        break
      case 'goodbye':
        this.#socket.close()
        break
      case 'unknown':
        throw new Error(`the server sent a frame that no client knows: ${frame.frame.slice(0, 80)}`)
    }
  }

  #end(): void {
    this.#live = false
    this.#settle('The connection ended before it was let in.')
    for (const end of [...this.#answers.values()]) end(null)
  }
}

const remembered = 32
const frames = new Map<string, Frame>()

/**
 * Everybody is sent the very same batches, and k6 takes longer to read one than the server to write it: so the people that
 * one user of k6 plays read it once, and none of them may change it.
 */
function readOnce(text: string): Frame {
  const known = frames.get(text)
  if (known !== undefined) return known
  const frame = read(text)
  if (frame.type !== 'event') return frame
  frames.set(text, frame)
  if (frames.size > remembered) frames.delete(frames.keys().next().value ?? '')
  return frame
}
