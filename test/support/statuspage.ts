import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Turn } from '@muster/server/status-pages/page.ts'

/** What the next requests that change something meet; then all is well. */
export type Trouble =
  | 'accept-then-silence'
  | 'accept-then-cut'
  | 'accept-then-500'
  | 'accept-then-garbage'
  | 'cut'
  | '500'
  | '503'
  | '422'
  | '420'
  | '429'

type Update = { status: string; body: string; created_at: string }
type Incident = {
  id: string
  name: string
  status: string
  metadata: Record<string, unknown>
  components: { id: string; status: string }[]
  incident_updates: Update[]
}
type Given = {
  name?: string
  status: string
  body: string
  metadata?: Record<string, object>
  component_ids?: string[]
  components?: Record<string, string>
}

const statusOf: Partial<Record<Trouble, number>> = { '500': 500, '503': 503, '422': 422, '420': 420, '429': 429 }

/** Whoever asks has their turn. */
export const atOnce: Turn = { take: async () => async () => {} }

/** Statuspage's API as it is documented, on this machine: a token, a page, incidents with updates, and no more than it says. */
export class StatuspageFake {
  readonly token = 'token-of-the-status-page'
  readonly pageId = 'kctbh9vrtdwd'
  readonly incidents: Incident[] = []
  readonly ahead: Trouble[] = []
  /** As `ahead`, for what is only looked at. */
  readonly readsAhead: Trouble[] = []
  /** Of all requests, when they came and what they were. */
  readonly requests: { at: number; what: string }[] = []
  /** Sooner after one another than this, ms, requests are refused with 420. */
  everyMs = 0
  limited = 0
  retryAfter: string | null = null
  /** A page that forgets the marks it is given. */
  forgetful = false
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #numbered = 0

  static async start(): Promise<StatuspageFake> {
    const fake = new StatuspageFake()
    fake.#server.listen(0, '127.0.0.1')
    await once(fake.#server, 'listening')
    return fake
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get api(): string {
    return `http://${this.host}/v1`
  }

  /** Every update the public can read, in the order in which they came. */
  get shown(): string[] {
    return this.incidents.flatMap(({ incident_updates: updates }) => updates.map(({ body }) => body))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const url = new URL(request.url ?? '/', 'http://page')
    const [, id] = /^\/v1\/pages\/kctbh9vrtdwd\/incidents(?:\/(\w+))?$/.exec(url.pathname) ?? [null, null]
    if (this.#isTooSoon(`${request.method} ${url.pathname}`)) return send(response, 420, { error: 'Too many requests' })
    if (request.headers.authorization !== `OAuth ${this.token}`)
      return send(response, 401, { error: 'Could not authenticate' })
    if (id === null) return send(response, 404, { error: 'Not found' })
    const trouble = (request.method === 'GET' ? this.readsAhead : this.ahead).shift() ?? null
    if (trouble === 'cut') return void request.socket.destroy()
    const status = trouble === null ? undefined : statusOf[trouble]
    if (status === undefined) return meet(trouble, response, this.#do(request.method ?? '', id, body, url))
    const pause: Record<string, string> = this.retryAfter === null ? {} : { 'retry-after': this.retryAfter }
    send(response, status, { error: ['Body is wrong'] }, pause)
  }

  #isTooSoon(what: string): boolean {
    const last = this.requests.at(-1)?.at ?? Number.NEGATIVE_INFINITY
    const at = performance.now()
    this.requests.push({ at, what })
    if (at - last >= this.everyMs) return false
    this.limited++
    return true
  }

  #do(method: string, id: string | undefined, body: string, url: URL): Done {
    const newest = () => this.incidents.toReversed().slice(0, Number(url.searchParams.get('limit') ?? 100))
    if (method === 'GET' && id === undefined) return { status: 200, answer: newest() }
    const known = this.incidents.find(incident => incident.id === id)
    if (id !== undefined && known === undefined) return { status: 404, answer: { error: 'Record could not be found' } }
    if (method === 'GET') return { status: 200, answer: known }
    const { incident: given } = JSON.parse(body) as { incident: Given }
    const incident = known ?? this.#create(given)
    incident.status = given.status
    if (!this.forgetful) incident.metadata = given.metadata ?? incident.metadata
    incident.components = Object.entries(given.components ?? {}).map(([id, status]) => ({ id, status }))
    incident.incident_updates.push({ status: given.status, body: given.body, created_at: new Date().toISOString() })
    return { status: known === undefined ? 201 : 200, answer: incident }
  }

  #create({ name = '', status }: Given): Incident {
    const id = `incident${++this.#numbered}`
    const incident: Incident = { id, name, status, metadata: {}, components: [], incident_updates: [] }
    this.incidents.push(incident)
    return incident
  }
}

type Done = { status: number; answer: unknown }

/** It was done; whether that can be told is another question. */
function meet(trouble: Trouble | null, response: ServerResponse, { status, answer }: Done): void {
  if (trouble === 'accept-then-silence') return
  if (trouble === 'accept-then-cut') response.destroy()
  else if (trouble === 'accept-then-500') send(response, 500, { error: 'Something went wrong' })
  else if (trouble === 'accept-then-garbage') response.writeHead(200).end('<html>')
  else send(response, status, answer)
}

function send(response: ServerResponse, status: number, answer: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer))
}
