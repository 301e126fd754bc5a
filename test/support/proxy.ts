import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  port: number
  /** Delays every chunk, in both directions, by this many ms; 0 ends it. */
  latency(ms: number): void
  /** Breaks every connection. New ones are taken. */
  cut(): void
  /** Breaks every connection and refuses new ones, until healed. */
  refuse(): void
  /** Swallows every byte and keeps connections open; those it swallowed bytes of stay dead when healed, as real ones do. */
  blackhole(): void
  /** The next answer of the server is swallowed and all connections are broken: what was asked has happened, unheard. */
  cutBeforeAnswer(): void
  heal(): void
  stop(): Promise<void>
}

type Mode = 'forward' | 'refuse' | 'blackhole' | 'cut-before-answer'

/** A TCP proxy in front of a port of this machine, for the faults a network has. */
export async function startProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const dead = new WeakSet<Socket>()
  let mode: Mode = 'forward'
  let delay = 0

  function cut(): void {
    for (const socket of sockets) socket.destroy()
  }

  function keep(socket: Socket): Socket {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }

  function pass(from: Socket, to: Socket, isAnswer: boolean): void {
    from.on('data', chunk => {
      if (mode === 'blackhole') dead.add(from).add(to)
      if (dead.has(from)) return
      if (mode === 'cut-before-answer' && isAnswer) {
        mode = 'forward'
        return cut()
      }
      if (delay === 0) to.write(chunk)
      else setTimeout(() => to.writable && to.write(chunk), delay)
    })
    from.on('close', () => to.destroy())
  }

  const server = createServer(client => {
    if (mode === 'refuse') return client.destroy()
    const upstream = keep(connect(target, '127.0.0.1'))
    pass(keep(client), upstream, false)
    pass(upstream, client, true)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    latency(ms) {
      delay = ms
    },
    cut,
    refuse() {
      mode = 'refuse'
      cut()
    },
    blackhole() {
      mode = 'blackhole'
    },
    cutBeforeAnswer() {
      mode = 'cut-before-answer'
    },
    heal() {
      mode = 'forward'
    },
    async stop() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
