import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Speed = { rttMs: number; downKbps: number; upKbps: number }
export type SlowLink = { port: number; close: () => Promise<void> }

const packet = 1_460

/**
 * A slow line in front of a port of this machine. What a browser itself can slow down leaves out sockets and service
 * workers; this is the wire, and nothing gets past it. A new connection costs a round trip before it carries anything.
 */
export async function openSlowLink(target: number, { rttMs, downKbps, upKbps }: Speed): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const up = new Lane(upKbps, rttMs / 2)
  const down = new Lane(downKbps, rttMs / 2)
  const server = createServer(client => {
    const openAt = performance.now() + rttMs
    const upstream = keep(connect(target, '127.0.0.1'))
    keep(client).on('data', data => up.carry(data, upstream, openAt))
    upstream.on('data', data => down.carry(data, client, openAt))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** One direction of the line: whoever comes first goes first. */
class Lane {
  readonly #kbps: number
  readonly #delayMs: number
  readonly #packets: { data: Buffer; to: Socket; at: number }[] = []
  #freeAt = 0
  #carrying = false

  constructor(kbps: number, delayMs: number) {
    this.#kbps = kbps
    this.#delayMs = delayMs
  }

  carry(data: Buffer, to: Socket, notBefore: number): void {
    for (let from = 0; from < data.length; from += packet) {
      const part = data.subarray(from, from + packet)
      this.#freeAt = Math.max(performance.now(), notBefore, this.#freeAt) + (part.length * 8) / this.#kbps
      this.#packets.push({ data: part, to, at: this.#freeAt + this.#delayMs })
    }
    if (!this.#carrying) this.#deliver()
  }

  #deliver(): void {
    const now = performance.now()
    while (this.#packets[0] !== undefined && this.#packets[0].at <= now) {
      const next = this.#packets.shift()
      if (next?.to.writable) next.to.write(next.data)
    }
    this.#carrying = this.#packets.length > 0
    if (this.#carrying) setTimeout(() => this.#deliver(), 1)
  }
}
