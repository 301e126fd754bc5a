import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import type { Command } from '@muster/shared/command.ts'
import type { ConversationDetail, Snapshot } from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Role } from '@muster/shared/role.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

const start = resolve(import.meta.dirname, '../../server/start.mjs')
const sharedKey = Buffer.alloc(32, 7).toString('base64')
const main = resolve(import.meta.dirname, '../../server/main.ts')

export type Given = {
  redisUrl?: string
  channels?: { channel: ChannelRecord; secrets: ChannelSecrets }[]
  settings?: Record<string, string>
}

/** One Muster server in a process of its own, as an operator starts it, with data that is gone afterwards. */
export class World {
  readonly port: number
  readonly origin: string
  readonly folder: string
  /** Everything the process printed so far. */
  printed = ''
  #process: ChildProcess | null = null
  #environment: Record<string, string>

  private constructor(port: number, folder: string, given: Given) {
    this.port = port
    this.origin = `http://127.0.0.1:${port}`
    this.folder = folder
    this.#environment = {
      MUSTER_PORT: String(port),
      MUSTER_DATA: folder,
      MUSTER_INTERNAL_HOSTS: '127.0.0.1,localhost',
      // Nodes on one Redis have folders of their own, and one key.
      ...(given.redisUrl !== undefined && { REDIS_URL: given.redisUrl, MUSTER_SECRET_KEY: sharedKey }),
      ...(given.channels !== undefined && { MUSTER_CHANNELS: join(folder, 'channels.json') }),
      ...given.settings,
    }
  }

  static async open(given: Given = {}): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'muster-world-'))
    if (given.channels !== undefined) await writeFile(join(folder, 'channels.json'), JSON.stringify(given.channels))
    const world = new World(await freePort(), folder, given)
    await world.start()
    return world
  }

  /** Resolves when it is ready; throws what it printed when it ended instead. */
  async start(): Promise<void> {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_')))
    const child = spawn(process.execPath, [main], { env: { ...inherited, ...this.#environment } })
    this.#process = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', data => {
        this.printed += String(data)
      })
    }
    await until(`a server on ${this.origin}, which printed: ${this.printed}`, () => this.#isReady(child), 20_000)
  }

  /** What the next start is given besides; an empty one is taken back. */
  set(settings: Record<string, string>): void {
    this.#environment = { ...this.#environment, ...settings }
  }

  /** Runs a command of the command line with this world's settings; answers what it printed. */
  async command(...words: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, ...this.#environment }
    const child = spawn(process.execPath, [start, '--command', ...words], { env })
    let printed = ''
    child.stdout.on('data', data => {
      printed += String(data)
    })
    await once(child, 'close')
    return printed
  }

  /** The process, to freeze or to look at. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  get lives(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const child = this.#process
    if (child === null || !this.lives) return child?.exitCode ?? null
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }

  async close(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** The one-time link the first start prints. */
  async firstLink(): Promise<string> {
    const found = await until('the first link to be printed', () => /\S+#\/link\/\S+/.exec(this.printed))
    return found?.[0] ?? ''
  }

  /** Signs in by a one-time link; answers somebody who can ask. */
  async enter(link: string): Promise<Visitor> {
    const secret = link.slice(link.indexOf('#/link/') + '#/link/'.length)
    const response = await this.#post('/api/sign-in', { link: secret }, '')
    if (response.status !== 200) throw new Error(`sign-in was answered ${response.status}: ${await response.text()}`)
    const cookie = response.headers
      .getSetCookie()
      .map(line => line.split(';', 1)[0])
      .join('; ')
    return new Visitor(this, cookie)
  }

  #post(path: string, body: object, cookie: string): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin, cookie },
      body: JSON.stringify(body),
    })
  }

  async #isReady(child: ChildProcess): Promise<boolean> {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${this.printed}`)
    const response = await fetch(`${this.origin}/readyz`).catch(() => null)
    return response?.status === 200
  }
}

/** Somebody signed in, at the HTTP door. */
export class Visitor {
  readonly world: World
  readonly cookie: string

  constructor(world: World, cookie: string) {
    this.world = world
    this.cookie = cookie
  }

  async ask(command: Omit<Command, 'id'> & { id?: string }): Promise<Outcome> {
    const { origin } = this.world
    const response = await fetch(`${origin}/api/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, cookie: this.cookie },
      body: JSON.stringify({ id: crypto.randomUUID(), ...command }),
    })
    return (await response.json()) as Outcome
  }

  /** Asks, and throws what was answered instead of `done`. */
  async do(command: Omit<Command, 'id'> & { id?: string } & Record<string, unknown>): Promise<Record<string, unknown>> {
    const outcome = await this.ask(command)
    if (outcome.type !== 'done') throw new Error(`${command.type} was answered ${JSON.stringify(outcome)}`)
    return outcome.answer
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.world.origin}${path}`, { headers: { cookie: this.cookie } })
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
    return (await response.json()) as T
  }

  snapshot(incidentId: string): Promise<Snapshot> {
    return this.get(`/api/incidents/${incidentId}/snapshot`)
  }

  conversation(incidentId: string, conversationId: string): Promise<ConversationDetail> {
    return this.get(`/api/incidents/${incidentId}/conversations/${conversationId}`)
  }

  /** Adds a person, as a commander does, and lets them in. */
  async invite(name: string, role: Role = 'responder', team = 'Support'): Promise<Visitor> {
    return this.world.enter(await this.linkFor(name, role, team))
  }

  async linkFor(name: string, role: Role = 'responder', team = 'Support'): Promise<string> {
    const person = { id: name.toLowerCase(), name, team, role }
    await this.do({ type: 'person/save', person } as never)
    const { link } = await this.do({ type: 'person/invite', personId: person.id } as never)
    return String(link)
  }

  async declare(given: Partial<Extract<Command, { type: 'incident/declare' }>> = {}): Promise<string> {
    const answer = await this.do({
      type: 'incident/declare',
      title: 'Checkout is down',
      severity: 'sev1',
      affected: 'Payments by card',
      know: 'Card payments fail since 10:00.',
      maySay: 'We know about it and are working on it.',
      mustNotSay: ['refund everybody'],
      channels: [],
      ...given,
    } as never)
    return String(answer.incidentId)
  }
}
