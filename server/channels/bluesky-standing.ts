import type { BlueskyAccount } from './bluesky-account.ts'
import { heard } from './bluesky-look.ts'
import { Standing } from './bluesky-shape.ts'
import { BlueskyTrouble } from './bluesky-xrpc.ts'

/** As a server refuses to do something for such an account. */
const refusals: Record<string, { error: string; message: string }> = {
  deactivated: { error: 'AccountDeactivated', message: 'Account is deactivated' },
  suspended: { error: 'AccountTakedown', message: 'Account has been suspended' },
  takendown: { error: 'AccountTakedown', message: 'Account has been taken down' },
}

/**
 * Whether the account itself is in use. One that is switched off or was taken down may read on for hours with the tokens it
 * has, and finds nothing new.
 */
export class BlueskyStanding {
  readonly #account: BlueskyAccount
  #goodAt = Number.NEGATIVE_INFINITY

  constructor(account: BlueskyAccount) {
    this.#account = account
  }

  /** Now and then, and at each look while it is not in use; then it throws. */
  async look(signal: AbortSignal): Promise<void> {
    const { session, surroundings, pace } = this.#account
    const now = surroundings.clock()
    if (now - this.#goodAt < pace.deepMs) return
    const request = { method: 'GET', name: 'com.atproto.server.getSession' } as const
    const answer = heard(await session.ask(request, signal))
    const { active, status } = Standing.parse(answer.type === 'done' ? answer.body : {})
    if (active === false) throw new BlueskyTrouble(inactive(status))
    // What a server does not say is no reason to stop.
    this.#goodAt = now
  }
}

function inactive(status: string) {
  const said = refusals[status] ?? { error: '', message: `Account is ${status}` }
  return { type: 'refused', status: 401, ...said, afterMs: null, told: null, accountWide: false } as const
}
