import type { IncomingMessage } from 'node:http'
import { Allowance } from './allowance.ts'
import { passingAllowance } from './pairs.ts'
import type { Standing } from './standing.ts'
import type { Screen, Sockets, Surroundings } from './surroundings.ts'
import type { Turnstile } from './turnstile.ts'

type Decide = (complaint: string | null | undefined, success: boolean) => void

type OriginNeeds = Pick<Surroundings, 'allowedOrigins' | 'observe'> & { turnstile: Turnstile; closing: () => boolean }

/** Judges a handshake before there is a connection. Programs must name an allowed origin as well: a missing one is refused. */
export function originGate({ allowedOrigins, observe, turnstile, closing }: OriginNeeds) {
  return (request: IncomingMessage, decide: Decide): void => {
    // While it waits, nobody else listens to the bare connection, and an error nobody listens to ends the process.
    request.socket.on('error', () => {})
    const { origin } = request.headers
    const reason = closing() ? 'closing' : origin !== undefined && allowedOrigins(origin) ? null : 'origin'
    if (reason === null) void turnstile.pass().then(() => decide(null, true))
    else {
      observe({ type: 'refused', reason })
      decide(reason, false)
    }
  }
}

type SessionNeeds = Pick<Surroundings, 'visitorOf' | 'observe' | 'log'> & { standing: Standing; clock: () => number }

/** Lets in who has a session. Without one the client is told, and does not try again by itself. */
export function sessionGate(io: Sockets, needs: SessionNeeds): void {
  io.use((screen, next) => void welcome(screen, needs).then(refusal => process.nextTick(next, refusal)))
}

async function welcome(screen: Screen, needs: SessionNeeds): Promise<Error | undefined> {
  const { visitorOf, observe, log, standing, clock } = needs
  const { changes } = standing
  try {
    const visitor = await visitorOf(screen.handshake.headers, { ...screen.handshake.auth })
    if (visitor !== null && 'actor' in visitor) {
      const now = clock()
      screen.data = {
        visitor,
        changes,
        checkedAt: now,
        touchedAt: now,
        doubt: null,
        watches: new Map(),
        malformed: new Allowance(20, 1, clock),
        passing: passingAllowance(clock),
        pairRoom: null,
      }
      return undefined
    }
    observe({ type: 'refused', reason: 'session' })
    return Object.assign(new Error('signed-out'), { data: { sentence: visitor?.farewell ?? 'Sign in to go on.' } })
  } catch (error) {
    log('warn', 'a session could not be looked up', { error: String(error) })
    observe({ type: 'refused', reason: 'unavailable' })
    // A client whose connection ends before an answer tries again by itself.
    screen.conn.close()
    return undefined
  }
}
