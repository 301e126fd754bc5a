import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

type Headers = Record<string, string>

export const text = 1
export const binary = 2

/** A WebSocket spoken by hand, for what no proper client does: odd frames, and not reading what is sent. */
export class RawSocket {
  readonly socket: Socket
  /** The answer to the handshake: its first line. */
  readonly status: string
  readonly messages: string[] = []
  #bytes: Buffer

  private constructor(socket: Socket, status: string, rest: Buffer) {
    this.socket = socket
    this.status = status
    this.#bytes = rest
    socket.on('data', data => this.#hear(data))
    this.#hear(Buffer.alloc(0))
  }

  /** Upgrades a connection to Engine.IO's WebSocket; without success it is closed again. */
  static async open(
    port: number,
    headers: Headers,
    path = '/socket.io/?EIO=4&transport=websocket',
  ): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    let bytes = Buffer.alloc(0)
    while (!bytes.includes('\r\n\r\n')) {
      const [data] = (await once(socket, 'data')) as [Buffer]
      bytes = Buffer.concat([bytes, data])
    }
    const end = bytes.indexOf('\r\n\r\n')
    const status = bytes.subarray(0, end).toString().split('\r\n', 1)[0] ?? ''
    return new RawSocket(socket, status, bytes.subarray(end + 4))
  }

  get open(): boolean {
    return !this.socket.destroyed && this.socket.readyState === 'open'
  }

  /** One frame, masked as a client must. */
  send(payload: string | Buffer, opcode: number = typeof payload === 'string' ? text : binary): void {
    const data = Buffer.from(payload)
    const length =
      data.length < 126
        ? Buffer.from([0x80 | data.length])
        : data.length < 65_536
          ? Buffer.from([0x80 | 126, data.length >> 8, data.length & 255])
          : Buffer.from([0x80 | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map(shift => (data.length >> shift) & 255)])
    const mask = randomBytes(4)
    const masked = data.map((byte, at) => byte ^ (mask[at % 4] ?? 0))
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, masked]))
  }

  /** Reads no more; the other side notices when the network holds all it can. */
  stopReading(): void {
    this.socket.pause()
  }

  close(): void {
    this.socket.destroy()
  }

  #hear(data: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, data])
    for (let frame = frameIn(this.#bytes); frame !== null; frame = frameIn(this.#bytes)) {
      if (frame.opcode === text) this.messages.push(frame.payload.toString())
      this.#bytes = frame.rest
    }
  }
}

/** The first frame in what a server sent, which never masks; null while it is not all there. */
function frameIn(bytes: Buffer): { opcode: number; payload: Buffer; rest: Buffer } | null {
  const [first = 0, second = 0] = bytes
  const size = second & 127
  const from = size < 126 ? 2 : size === 126 ? 4 : 10
  if (bytes.length < from) return null
  const end = from + (size < 126 ? size : size === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)))
  if (bytes.length < end) return null
  return { opcode: first & 15, payload: bytes.subarray(from, end), rest: bytes.subarray(end) }
}
