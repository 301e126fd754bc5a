import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A server that a played network answers by, on this machine alone. */
export class Loopback {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(serve: Serve) {
    this.#server = createServer((request, response) => {
      request.on('error', () => {})
      // Whoever asked hung up before all of it was said.
      void serve(request, response).catch(() => response.socket?.destroy())
    })
    this.#server.keepAliveTimeout = 60_000
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  onUpgrade(take: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): void {
    this.#server.on('upgrade', take)
  }

  /** Resolves with the port it listens on. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
