import { Allowance } from './allowance.ts'
import { type Connection, Outflow } from './outflow.ts'
import type { Limits, Screen, Sockets, Surroundings } from './surroundings.ts'

type Needs = Pick<Surroundings, 'observe'> & { io: Sockets; clock: () => number; limits: Limits }

const flood = 'This screen sent more than Muster takes from one screen. It may connect again.'

/** How long what is ended politely may take to be gone, ms. */
const politeMs = 1_000

/** All connections, from before they say who they are: none may send too much, or leave too much unread. */
export class Connections {
  readonly #needs: Needs
  readonly #outflows = new Map<Connection, Outflow>()
  readonly #sweeping: NodeJS.Timeout

  constructor(needs: Needs) {
    this.#needs = needs
    needs.io.engine.on('connection', (connection: Connection) => this.#keep(connection))
    this.#sweeping = setInterval(() => this.#sweep(), needs.limits.sweepMs)
  }

  get count(): number {
    return this.#outflows.size
  }

  outflowOf(screen: Screen): Outflow | null {
    return this.#outflows.get(screen.conn) ?? null
  }

  /** Ends a connection and says why. It is gone in a second, whether or not the client reads. */
  cut(connection: Connection, reason: 'flood' | 'malformed', sentence: string): void {
    const screen = this.#screenOf(connection)
    this.#needs.observe({ type: 'cut', reason })
    screen?.emit('cut-off', { sentence })
    if (screen === undefined) connection.close(true)
    else screen.disconnect(true)
    const outflow = this.#outflows.get(connection)
    setTimeout(() => outflow?.cut(), politeMs).unref()
  }

  /** Ends all in good order, so that each client connects again by itself; after a while without asking. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping)
    const left = [...this.#outflows.values()]
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, politeMs)
    await Promise.race([Promise.all(left.map(outflow => outflow.end())), promise])
    clearTimeout(timer)
    for (const outflow of left) outflow.cut()
  }

  #keep(connection: Connection): void {
    const { clock, limits } = this.#needs
    const allowance = new Allowance(4 * limits.eventsPerSecond, limits.eventsPerSecond, clock)
    let over = false
    const outflow = new Outflow(connection, clock)
    this.#outflows.set(connection, outflow)
    connection.on('data', () => {
      if (over || allowance.take()) return
      over = true
      this.cut(connection, 'flood', flood)
    })
    connection.on('error', () => {})
    connection.on('close', () => {
      this.#outflows.delete(connection)
      // A client that does not answer the farewell would hold its socket for half a minute.
      setTimeout(() => outflow.cut(), politeMs).unref()
    })
  }

  #sweep(): void {
    const { limits, observe } = this.#needs
    for (const outflow of this.#outflows.values()) {
      if (!outflow.tooSlow(limits)) continue
      observe({ type: 'cut', reason: 'slow' })
      outflow.cut()
    }
  }

  #screenOf(connection: Connection): Screen | undefined {
    return [...this.#needs.io.of('/').sockets.values()].find(screen => screen.conn === connection)
  }
}
