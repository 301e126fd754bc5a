import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Fate } from './mortal-process.ts'
import type { NetworkStep, Step } from './mortal-steps.ts'
import type { PlayedNetworks } from './played-networks.ts'

type Serving = { request: IncomingMessage; response: ServerResponse; socket: Socket; server: Server }

const started = 'http.server.request.start'
const finished = 'http.server.response.finish'
/** How the account's own posts are read, which is how a reply is looked for. */
const finding = /^\/(api\/v1\/accounts\/[^/]+\/statuses|2\/users\/\d+\/tweets)\b/

/** Kills a server from the networks' side: what it asked of them has been asked, and it never hears the answer. */
export class Reaper {
  readonly #ports: ReadonlySet<number>
  readonly #now: () => number
  #order: { step: Step; left: number; pid: number } | null = null
  readonly #onStart = (message: unknown) => this.#started(message as Serving)
  readonly #onFinish = (message: unknown) => this.#finished(message as Serving)

  constructor(networks: PlayedNetworks, ports: readonly number[], now: () => number) {
    this.#ports = new Set(ports)
    this.#now = now
    for (const { postbox } of networks.all) {
      postbox.onShown = () => {
        this.#reach('send is shown')
      }
    }
    subscribe(started, this.#onStart)
    subscribe(finished, this.#onFinish)
  }

  /** Whoever comes to this step for so many times is dead, where it is one of the networks. */
  order({ step, time }: Fate, pid: number): void {
    this.#order = { step, left: time, pid }
  }

  pardon(): void {
    this.#order = null
  }

  close(): void {
    unsubscribe(started, this.#onStart)
    unsubscribe(finished, this.#onFinish)
  }

  #started({ request, response, socket, server }: Serving): void {
    if (!this.#ports.has(portOf(server))) return
    // A network's limits are told by its own clock.
    response.setHeader('date', new Date(this.#now()).toUTCString())
    const what = whatIs(request)
    if (what === null) return
    this.#reach(`${what} arrives`)
    if (what === 'send' && this.#reach('send is cut off')) socket.destroy()
  }

  #finished({ request, server }: Serving): void {
    const what = this.#ports.has(portOf(server)) ? whatIs(request) : null
    if (what !== null) this.#reach(`${what} is answered`)
  }

  #reach(step: NetworkStep): boolean {
    const order = this.#order
    if (order?.step !== step) return false
    order.left -= 1
    if (order.left > 0) return false
    this.#order = null
    process.kill(order.pid, 'SIGKILL')
    return true
  }
}

function portOf(server: Server): number {
  // One that is closing has no address any more.
  return (server.address() as AddressInfo | null)?.port ?? 0
}

function whatIs({ method, url }: IncomingMessage): 'send' | 'find' | null {
  if (method === 'POST') return 'send'
  return finding.test(url ?? '') ? 'find' : null
}
