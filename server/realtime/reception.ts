import type { Pairs } from './pairs.ts'
import { type Answer, type Read, read } from './payload.ts'
import type { Presences } from './presences.ts'
import type { Screen, Surroundings } from './surroundings.ts'
import type { Watching } from './watching.ts'

type Needs = Pick<Surroundings, 'ask' | 'observe' | 'log'> & {
  clock: () => number
  watching: Watching
  presences: Presences
  pairs: Pairs
  /** True once the server stops: nothing new is begun. */
  closing: () => boolean
  cut: (screen: Screen, reason: 'malformed', sentence: string) => void
}

const touchEveryMs = 60_000

/** Takes what screens send. Whatever it is, it answers or counts it, and throws nothing. */
export class Reception {
  readonly #needs: Needs
  readonly #working = new Set<Promise<void>>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Everything a screen sends comes through here, known or not. */
  receive(screen: Screen, event: unknown, given: readonly unknown[]): void {
    const said = read(event, given)
    const work = this.#take(screen, said)
      .catch(error => said.answer(this.#unavailable(said.type, error)))
      .finally(() => this.#working.delete(work))
    this.#working.add(work)
  }

  /** Resolves when everything that was asked is answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#working)
  }

  async #take(screen: Screen, said: Read): Promise<void> {
    if (said.type === 'bad') return this.#complain(screen, said)
    while (screen.data.doubt !== null) await screen.data.doubt
    if (!screen.connected) return
    if (this.#needs.closing()) return said.answer(stopping)
    const { watching, presences, pairs } = this.#needs
    switch (said.type) {
      case 'watch':
        return watching.watch(screen, said.payload, said.answer)
      case 'unwatch':
        return watching.leave(screen, said.payload.incidentId)
      case 'presence':
        return presences.report(screen, said.payload)
      case 'pair':
        return pairs.pass(screen, said.payload)
      case 'command':
        return this.#command(screen, said)
    }
  }

  async #command(screen: Screen, { payload, answer }: Extract<Read, { type: 'command' }>): Promise<void> {
    const { ask, observe, clock } = this.#needs
    const { data } = screen
    const from = clock()
    const outcome = await ask(data.visitor.actor, payload)
    answer(outcome)
    observe({ type: 'command', command: payload.type, outcome: outcome.type, ms: clock() - from })
    if (from - data.touchedAt < touchEveryMs) return
    data.touchedAt = from
    await data.visitor
      .touch()
      .catch(error => this.#needs.log('warn', 'a session was not marked', { error: String(error) }))
  }

  #complain(screen: Screen, { issues, answer }: Extract<Read, { type: 'bad' }>): void {
    this.#needs.observe({ type: 'bad', field: issues[0]?.field ?? 'event' })
    answer({ type: 'invalid', issues })
    if (!screen.data.malformed.take()) this.#needs.cut(screen, 'malformed', malformed)
  }

  #unavailable(about: string, error: unknown): Parameters<Answer>[0] {
    const reference = crypto.randomUUID().slice(0, 8)
    this.#needs.log('error', 'an event of a screen failed', { about, reference, error: String(error) })
    const sentence = `Muster could not do this just now. Your text is safe; try again. If it goes on, quote ${reference}.`
    return { type: 'unavailable', sentence, reference }
  }
}

const malformed = 'This screen sent too much that Muster does not understand. Load the page again.'

const stopping = {
  type: 'unavailable',
  sentence: 'This server is stopping, and nothing was changed. Your text is safe; the screen connects again by itself.',
  reference: 'stopping',
}
