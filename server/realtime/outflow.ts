import type { Screen } from './surroundings.ts'

/** One Engine.IO connection: a screen's before and after it is a Socket.IO socket, too. */
export type Connection = Screen['conn']

type Limits = { backlogBytes: number; backlogMs: number }

/** What an Engine.IO connection over WebSocket holds besides its declared type. */
type Inside = {
  writeBuffer: readonly { data?: unknown; options?: { wsPreEncodedFrame?: readonly Uint8Array[] } }[]
  transport: { writable: boolean; socket: WebSocket }
}

type WebSocket = {
  bufferedAmount: number
  readyState: number
  terminate(): void
  once(event: 'close', listener: () => void): void
}
const closed = 3

/** The least a client that is sent a large answer must take, in bytes per ms. */
const leastRate = 256

/**
 * What is on its way to one client and how long it has been. Engine.IO writes a handful of packets, waits until the
 * network took them and writes what has come meanwhile; so nothing waits longer than the handful that is being written.
 *
 * A large answer that the client asked for (a snapshot) is no backlog: its bytes and their time are allowed on top.
 */
export class Outflow {
  readonly #connection: Connection
  readonly #inside: Inside
  readonly #clock: () => number
  #writingSince: number
  #allowed = 0

  constructor(connection: Connection, clock: () => number) {
    this.#connection = connection
    this.#inside = connection as unknown as Inside
    this.#clock = clock
    this.#writingSince = clock()
    connection.on('flush', () => {
      this.#writingSince = clock()
    })
  }

  /** An answer of so many bytes is about to be sent. Of several that nobody has read two are allowed for. */
  allow(bytes: number): void {
    this.#allowed = Math.max(this.#allowed, Math.min(this.#allowed, bytes) + bytes)
  }

  /** Bytes that the network did not take yet. */
  get waiting(): number {
    const { transport, writeBuffer } = this.#inside
    return writeBuffer.reduce((sum, packet) => sum + sizeOf(packet), transport.socket.bufferedAmount)
  }

  tooSlow({ backlogBytes, backlogMs }: Limits): boolean {
    if (this.#inside.transport.writable) {
      this.#allowed = 0
      return false
    }
    const writingMs = this.#clock() - this.#writingSince
    return writingMs > backlogMs + this.#allowed / leastRate || this.waiting > backlogBytes + this.#allowed
  }

  /** Ends the connection when the client has taken what waits for it; resolves when it is gone. */
  end(): Promise<void> {
    const { socket } = this.#inside.transport
    this.#connection.close()
    if (socket.readyState === closed) return Promise.resolve()
    return new Promise(resolve => socket.once('close', resolve))
  }

  /** Ends the connection at once and frees all it held. */
  cut(): void {
    this.#inside.transport.socket.terminate()
  }
}

function sizeOf({ data, options }: Inside['writeBuffer'][number]): number {
  const frame = options?.wsPreEncodedFrame
  if (frame !== undefined) return frame.reduce((sum, part) => sum + part.byteLength, 0)
  return typeof data === 'string' ? Buffer.byteLength(data) : 0
}
