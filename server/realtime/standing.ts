import type { Leave } from '@muster/shared/protocol.ts'
import type { Actor } from '../domain/decision.ts'
import type { LogLine } from '../store/store.ts'
import type { Outflow } from './outflow.ts'
import type { Limits, Screen, Sockets, Surroundings } from './surroundings.ts'

type Needs = Pick<Surroundings, 'log' | 'observe'> & {
  io: Sockets
  clock: () => number
  limits: Pick<Limits, 'sessionMs'>
  outflowOf: (screen: Screen) => Outflow | null
}

/** What of the company's log may take something from a person. */
const telling = new Set(['person/disabled', 'person/saved', 'session/ended', 'guests/ended'])

const sweepMs = 1_000
const mostAtOnce = 20

const signedOut = 'You have been signed out. What you wrote is kept on this screen; sign in again to go on.'

/**
 * Whether those who were let in may stay. Asked again when the company's log says something of them, and once a minute of
 * everybody; until it is answered nothing they ask is done. Whose rights changed is let go and comes back with today's.
 */
export class Standing {
  readonly #needs: Needs
  readonly #sweeping: NodeJS.Timeout
  #changes = 0

  constructor(needs: Needs) {
    this.#needs = needs
    this.#sweeping = setInterval(() => this.#sweep(), sweepMs)
  }

  /** Grows with every line that may concern somebody: who was judged before a change must be judged again. */
  get changes(): number {
    return this.#changes
  }

  stop(): void {
    clearInterval(this.#sweeping)
  }

  hear(lines: readonly LogLine[]): void {
    const concerning = lines.filter(({ told }) => telling.has(String(told.type)))
    if (concerning.length === 0) return
    this.#changes++
    // Of a person, or of an incident and all its guests.
    const subjects = new Set(concerning.map(({ told }) => told.subject))
    for (const screen of this.#screens()) {
      const { id, incidentId } = screen.data.visitor.actor
      if (subjects.has(id) || subjects.has(incidentId)) this.judge(screen, 'let go')
    }
  }

  /** Lines may have gone by unheard. */
  judgeAll(): void {
    this.#changes++
    for (const screen of this.#screens()) this.judge(screen, 'keep')
  }

  /** `unsure` is what happens to a screen whose session could not be looked at because the store was away. */
  judge(screen: Screen, unsure: 'keep' | 'let go'): void {
    const judging = this.#judge(screen, unsure).finally(() => {
      if (screen.data.doubt === judging) screen.data.doubt = null
    })
    screen.data.doubt = judging
  }

  async #judge(screen: Screen, unsure: 'keep' | 'let go'): Promise<void> {
    const { clock, limits, log } = this.#needs
    const { visitor } = screen.data
    screen.data.checkedAt = clock()
    try {
      const actor = await visitor.again()
      if (actor === null) this.#signOut(screen, { sentence: signedOut })
      else if ('farewell' in actor) this.#signOut(screen, { sentence: actor.farewell, farewell: true })
      else if (differs(actor, visitor.actor)) this.#letGo(screen)
    } catch (error) {
      log('warn', 'a session could not be looked at', { error: String(error) })
      screen.data.checkedAt -= limits.sessionMs - sweepMs
      if (unsure === 'let go') this.#letGo(screen)
    }
  }

  #sweep(): void {
    const { clock, limits } = this.#needs
    const now = clock()
    const due = this.#screens().filter(({ data }) => data.doubt === null && now - data.checkedAt >= limits.sessionMs)
    for (const screen of due.slice(0, Math.max(mostAtOnce, due.length / 10))) this.judge(screen, 'keep')
  }

  #signOut(screen: Screen, reason: Leave): void {
    this.#needs.observe({ type: 'cut', reason: 'signed-out' })
    screen.emit('signed-out', reason)
    screen.disconnect(true)
  }

  /** Without a word: a client comes back by itself when the connection ends, and the handshake asks who it is. */
  #letGo(screen: Screen): void {
    this.#needs.observe({ type: 'cut', reason: 'rights-changed' })
    screen.conn.close()
    // A close waits for what the client has not read; its rights do not.
    if (screen.connected) this.#needs.outflowOf(screen)?.cut()
  }

  #screens(): Screen[] {
    return [...this.#needs.io.of('/').sockets.values()]
  }
}

function differs(one: Actor, other: Actor): boolean {
  return one.id !== other.id || one.role !== other.role || one.name !== other.name || one.team !== other.team
}
