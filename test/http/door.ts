import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alertDoorOf } from '@muster/server/alert-door.ts'
import { readingAlertsAgain } from '@muster/server/alert-quarantine.ts'
import { SessionCookie } from '@muster/server/auth/cookie.ts'
import { Guests } from '@muster/server/auth/guests.ts'
import { inviteOf } from '@muster/server/auth/invite.ts'
import { openJoinOf } from '@muster/server/auth/join.ts'
import { type Limits, SignInLimits } from '@muster/server/auth/limits.ts'
import { Sessions } from '@muster/server/auth/sessions.ts'
import { Entrance } from '@muster/server/auth/sign-in.ts'
import { issueToken } from '@muster/server/auth/tokens.ts'
import { Alerts } from '@muster/server/desk/alerts.ts'
import { type Acts, askOf } from '@muster/server/desk/ask.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import { Lingering } from '@muster/server/desk/lingering.ts'
import { Outlook } from '@muster/server/desk/outlook.ts'
import { readingMessagesAgain, retryOf } from '@muster/server/desk/quarantine.ts'
import { Suggestions } from '@muster/server/desk/suggestions.ts'
import type { Tried } from '@muster/server/desk/trials.ts'
import { Weather } from '@muster/server/desk/weather.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { httpDoor } from '@muster/server/http/door.ts'
import type { Hook } from '@muster/server/http/surroundings.ts'
import { faultOf, logOf } from '@muster/server/insight/log.ts'
import { Measures, measured } from '@muster/server/insight/measures.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Store } from '@muster/server/store/store.ts'
import { trainTopics } from '@muster/server/text/topic-model.ts'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Role } from '@muster/shared/role.ts'
import type { ChannelTrial } from '@muster/shared/trial.ts'
import { safe } from '../support/desks.ts'

/** `around` puts something of the test's own around the store. */
export type Given = {
  limits?: Limits
  origin?: string
  hook?: Hook
  around?: (store: Store) => Store
  tryChannel?: (trial: ChannelTrial) => Promise<Tried>
}

export const nobodyThere: Hook = {
  longest: () => null,
  callsPerSecond: 1_000,
  bodyWithinMs: 5_000,
  enter: () => () => {},
  meet: () => ({ type: 'unproved' }),
  judge: async () => ({ answer: { status: 404, body: { sentence: 'There is no such channel.' } }, take: null }),
}

/** The HTTP door on a real store, listening, with a clock that a test can turn. */
export class Door {
  readonly origin: string
  readonly desk: Desk
  readonly alerts: Alerts
  readonly store: Store
  readonly folder: string
  /** Turned by tests; ms since 1970. */
  readonly clock: { now: number }
  leaving = false
  /** Everything that was logged, at the finest level. */
  logged = ''
  readonly #server: Server
  readonly #measures = new Measures()

  private constructor(folder: string, store: Store, server: Server, clock: { now: number }, given: Given) {
    const { port } = server.address() as AddressInfo
    this.folder = folder
    this.store = store
    this.#server = server
    this.clock = clock
    this.origin = `http://127.0.0.1:${port}`
    const write = (line: string) => {
      this.logged += line
    }
    const log = logOf('debug', { write })
    const fault = faultOf(log)
    this.desk = new Desk(store, { random: () => 0.5, length: () => null, sameness: () => null, fault })
    this.alerts = new Alerts({ desk: this.desk, incidentDeclared: async () => {}, fault })
    const cookie = new SessionCookie({ secure: given.origin?.startsWith('https:') ?? false })
    const origin = given.origin ?? this.origin
    const refused = { type: 'refused', refusal: notFound('drill') } as const
    const nowhere = { line: () => null, channel: () => null }
    const message = readingMessagesAgain({ switchboard: nowhere, takeIn: async () => {} })
    const alert = readingAlertsAgain({ desk: this.desk, alerts: this.alerts })
    const acts = {
      invite: inviteOf(this.desk, origin),
      openJoin: openJoinOf(this.desk, origin),
      retryQuarantined: retryOf({ desk: this.desk, again: { message, alert } }),
      startDrill: async () => refused,
      stopDrill: async () => refused,
      incidentDeclared: async () => {},
    } satisfies Acts
    const health = ({ id, name, settings }: ChannelRecord) => {
      return { id, name, kind: settings.kind, state: 'off', complaint: null, lagMs: null } as const
    }
    const outlook = new Outlook({
      store,
      lingering: new Lingering(store),
      channel: () => null,
      sending: () => ({ ms: 500, tries: 1 }),
      sharedMs: 1_000,
    })
    const weather = new Weather({ desk: this.desk, outlook, health, watched: () => [], tell: () => {}, fault })
    const ask = askOf(this.desk, acts, safe)
    const door = httpDoor({
      config: { origin, origins: [origin] },
      store,
      ask: measured(ask, this.#measures),
      sessions: new Sessions(this.desk, cookie),
      entrance: new Entrance(this.desk, new SignInLimits(given.limits)),
      guests: new Guests(this.desk, new SignInLimits(given.limits)),
      cookie,
      suggestions: new Suggestions(store, trainTopics),
      hook: given.hook ?? nobodyThere,
      alertDoor: alertDoorOf({ desk: this.desk, safe, alerts: this.alerts }),
      weather: incidentId => weather.of(incidentId),
      channelHealth: health,
      tryChannel: given.tryChannel ?? (async () => ({ trials: [] })),
      measures: this.#measures,
      log,
      fault,
      leaving: () => this.leaving,
      webFolder: join(folder, 'web'),
    })
    server.on('request', door)
  }

  static async open(given: Given = {}): Promise<Door> {
    const folder = await mkdtemp(join(tmpdir(), 'muster-door-'))
    const clock = { now: Date.UTC(2026, 10, 23, 9) }
    const opened = await openSqliteStore({ file: join(folder, 'muster.db'), clock: () => clock.now })
    const store = given.around?.(opened) ?? opened
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Door(folder, store, server, clock, given)
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await this.alerts.close()
    this.#measures.close()
    await this.store.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** A request as our own screens make it. */
  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.origin}${path}`, { headers })
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** Saves a person, and answers the secret of a link for them. */
  async invite(name: string, role: Role = 'responder'): Promise<string> {
    const person = { id: name.toLowerCase(), name, team: 'Support', role }
    await this.desk.handle(company.room, { id: crypto.randomUUID(), type: 'person/save', person }, muster)
    const invited = await inviteOf(this.desk, this.origin)(muster, {
      id: crypto.randomUUID(),
      type: 'person/invite',
      personId: person.id,
    })
    if (invited.type !== 'done') throw new Error(`the invitation was answered ${JSON.stringify(invited)}`)
    return String(invited.answer.link).split('/').at(-1) ?? ''
  }

  /** Signs a person in; answers the `cookie` header of their browser. */
  async enter(name: string, role: Role = 'responder'): Promise<string> {
    return cookieOf(await this.post('/api/sign-in', { link: await this.invite(name, role) }))
  }

  /** The `authorization` header of a program with this role. */
  async bearer(role: Role): Promise<string> {
    const { secret } = await issueToken(this.desk, { name: role, role })
    return `Bearer ${secret}`
  }

  /** Every byte that the store keeps. */
  async stored(): Promise<string> {
    const files = (await readdir(this.folder)).filter(name => name.startsWith('muster.db'))
    const contents = await Promise.all(files.map(name => readFile(join(this.folder, name), 'latin1')))
    return contents.join('')
  }
}

/** What a browser sends back of the cookies it was given. */
export function cookieOf(response: Response): string {
  const [cookie] = response.headers.getSetCookie()
  if (response.status !== 200 || cookie === undefined) throw new Error(`sign-in was answered ${response.status}`)
  return cookie.split(';', 1)[0] ?? ''
}
