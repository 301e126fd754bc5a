import type { ChannelView, Me } from '@muster/shared/endpoint.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Permission } from '@muster/shared/permission.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import { createContext } from 'svelte'
import { Announcer } from './announcer.svelte.ts'
import { Clock } from './clock.svelte.ts'
import { Connection } from './connection.svelte.ts'
import { Courier } from './courier.ts'
import { Drafts } from './drafts.ts'
import { Listing } from './listing.svelte.ts'
import { path } from './path.ts'
import type { Route } from './route.svelte.ts'
import { allowed, type Session } from './session.svelte.ts'
import { say } from './words.ts'

const checkedWithin = 3_000

/** What a person who signed in works with, from sign-in to sign-out. */
export class Workplace {
  readonly me: Me
  readonly session: Session
  readonly route: Route
  readonly clock = new Clock()
  readonly announcer = new Announcer()
  readonly connection: Connection
  readonly courier: Courier
  readonly drafts: Drafts
  /** These come with the incidents. */
  #proposals = $state.raw<readonly Proposal[]>([])
  #quarantined = $state(0)
  readonly incidents = new Listing<Incident>(path.incidents, 'incidents', ({ proposals, quarantined }) => {
    this.#proposals = (proposals ?? []) as readonly Proposal[]
    this.#quarantined = Number(quarantined ?? 0)
  })
  readonly channels = new Listing<ChannelView>(path.channels, 'channels')

  constructor(me: Me, session: Session, route: Route) {
    this.me = me
    this.session = session
    this.route = route
    this.drafts = new Drafts(me.id, this.clock.read())
    this.connection = new Connection(() => void session.check())
    this.courier = new Courier(this.connection)
    this.connection.on('top', ({ now }) => this.clock.learn(now))
    this.connection.on('incidents', () => this.#hear())
    this.connection.on('signed-out', ({ farewell }) => session.end(say('signIn.signedOut'), farewell))
    this.connection.onLive(() => this.#back())
    void this.incidents.refresh()
    if (this.may('read/channels')) void this.channels.refresh()
  }

  /** Whoever's rights changed was cut off; a crowd that comes back asks one after another. */
  #back(): void {
    this.incidents.refreshSoon()
    setTimeout(() => void this.session.check(), Math.random() * checkedWithin)
  }

  /** A drill brings channels of its own. */
  #hear(): void {
    this.incidents.refreshSoon()
    if (this.may('read/channels')) this.channels.refreshSoon()
  }

  /** What something proposes to declare. */
  get proposals(): readonly Proposal[] {
    return this.#proposals.filter(({ state }) => state === 'open')
  }

  /** How much was set aside unread; nothing for whoever could not read it again. */
  get quarantined(): number {
    return this.#quarantined
  }

  may(permission: Permission): boolean {
    return allowed(this.me, permission)
  }

  /** A channel's name where this person may read it, else its id, which is made from its first name. */
  channelName(channelId: string): string {
    return this.channels.items?.find(({ id }) => id === channelId)?.name ?? channelId
  }

  close(): void {
    this.clock.stop()
    this.announcer.stop()
    this.connection.close()
  }
}

export const [workplace, setWorkplace] = createContext<Workplace>()
