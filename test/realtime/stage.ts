import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SessionCookie } from '@muster/server/auth/cookie.ts'
import { openJoinOf } from '@muster/server/auth/join.ts'
import { hashOf, newSecret } from '@muster/server/auth/secret.ts'
import { Sessions } from '@muster/server/auth/sessions.ts'
import { type Ask, askOf } from '@muster/server/desk/ask.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import type { RoomCommand } from '@muster/server/domain/decide.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { type Gateway, openGateway } from '@muster/server/realtime/gateway.ts'
import type { Limits, Seen } from '@muster/server/realtime/surroundings.ts'
import type { Store } from '@muster/server/store/store.ts'
import { Command } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Role } from '@muster/shared/role.ts'
import { arrivalOf, arriving, cora, declaring, nextId } from '../support/builders.ts'
import { safe } from '../support/desks.ts'
import { type Shelf, shelves } from '../support/stores.ts'

export const origin = 'https://muster.example'

/** An empty store of this kind. */
export async function shelfOf(kind: Store['kind']): Promise<Shelf> {
  const found = shelves.find(([name]) => name === kind)
  if (found === undefined) throw new Error(`there is no ${kind}`)
  return found[1]()
}

/** Somebody signed in, with the cookie their browser holds. */
export type Person = { id: string; name: string; cookie: string; session: string }

export const cookie = new SessionCookie({ secure: true })

/** One gateway at work on a store, in this process, with the same desk and sessions that the server gives it. */
export class Node {
  readonly store: Store
  readonly desk: Desk
  readonly gateway: Gateway
  readonly ask: Ask
  readonly port: number
  readonly seen: Seen[]
  readonly #stop: () => Promise<void>

  private constructor(
    node: Pick<Node, 'store' | 'desk' | 'gateway' | 'ask' | 'port' | 'seen'>,
    stop: () => Promise<void>,
  ) {
    this.store = node.store
    this.desk = node.desk
    this.gateway = node.gateway
    this.ask = node.ask
    this.port = node.port
    this.seen = node.seen
    this.#stop = stop
  }

  static async open(
    store: Store,
    given: { redisUrl?: string; limits?: Partial<Limits>; port?: number } = {},
  ): Promise<Node> {
    const desk = new Desk(store, {
      random: () => 0.5,
      length: () => null,
      sameness: () => null,
      fault: () => 'a fault',
    })
    const nothing = async (): Promise<Outcome> => ({ type: 'done', seq: 0, answer: {} })
    const acts = {
      invite: nothing,
      openJoin: openJoinOf(desk, origin),
      retryQuarantined: nothing,
      startDrill: nothing,
      stopDrill: nothing,
      incidentDeclared: async () => {},
    }
    const ask = askOf(desk, acts, safe)
    const sessions = new Sessions(desk, cookie)
    const httpServer = createServer((_, response) => response.writeHead(404).end())
    const seen: Seen[] = []
    const gateway = openGateway({
      httpServer,
      store,
      ask,
      allowedOrigins: asked => asked === origin,
      visitorOf: (headers, auth) => sessions.visitorOf(headers, auth),
      redisUrl: given.redisUrl ?? null,
      nodeId: nextId('node'),
      log: () => {},
      observe: what => seen.push(what),
      ...(given.limits !== undefined && { limits: given.limits }),
    })
    httpServer.listen(given.port ?? 0, '127.0.0.1')
    await once(httpServer, 'listening')
    const { port } = httpServer.address() as AddressInfo
    return new Node({ store, desk, gateway, ask, port, seen }, async () => {
      httpServer.close()
      await gateway.close()
      httpServer.closeAllConnections()
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  close(): Promise<void> {
    return this.#stop()
  }

  /** Adds a person and signs them in, by the commands that the HTTP door gives. */
  async signIn(name: string, role: Role = 'responder'): Promise<Person> {
    const id = name.toLowerCase()
    await this.company({ id: nextId(), type: 'person/save', person: { id, name, team: 'Support', role } })
    return this.signInAgain({ id, name })
  }

  /** Another browser of the same person. */
  async signInAgain({ id, name }: { id: string; name: string }): Promise<Person> {
    const [link, secret] = [hashOf(newSecret()), newSecret()]
    await this.company({ id: nextId(), type: 'link/issue', personId: id, link })
    await this.company({ id: nextId(), type: 'link/redeem', link, session: hashOf(secret), former: null })
    return { id, name, cookie: cookie.give(secret).split(';', 1)[0] ?? '', session: hashOf(secret) }
  }

  /** Gives the company's room a command as a commander, and throws a no. */
  async company(command: RoomCommand): Promise<Outcome> {
    const outcome = await this.desk.handle(company.room, command, cora)
    if (outcome.type !== 'done') throw new Error(`${command.type} was answered ${JSON.stringify(outcome)}`)
    return outcome
  }

  /** Declares an incident as the commander does, with the company's copy of it. */
  async declare(): Promise<string> {
    const { drill: _, policy: __, ...command } = declaring()
    const outcome = await this.ask(cora, Command.parse(command))
    if (outcome.type !== 'done') throw new Error(`declaring was answered ${JSON.stringify(outcome)}`)
    return command.id
  }

  /** Customers write, each a message of a conversation of their own. */
  async arrive(incidentId: string, count: number): Promise<void> {
    const arrivals = Array.from({ length: count }, () =>
      arriving(arrivalOf({ from: { address: `${nextId('customer')}@example.com`, name: 'Kim' } })),
    )
    const outcomes = await Promise.all(arrivals.map(arrival => this.desk.handle(incidentId, arrival, muster)))
    const failed = outcomes.find(({ type }) => type !== 'done')
    if (failed !== undefined) throw new Error(`a message was answered ${JSON.stringify(failed)}`)
  }
}
