import type { JoinOffer } from '@muster/shared/endpoint.ts'
import { ask } from './http.ts'
import { plainCode } from './join-code.ts'
import { joinCodePath } from './path.ts'
import type { Session } from './session.svelte.ts'
import { say } from './words.ts'

export type Guest = { name: string; team: string }

/** Where a code leads, and the way in by it. */
export class Invitation {
  readonly #session: Session
  #code = $state<string | null>(null)
  #offer = $state.raw<JoinOffer | null>(null)
  #trouble = $state<string | null>(null)
  #lasting = $state(false)
  #busy = $state(false)

  constructor(session: Session) {
    this.#session = session
  }

  /** The code that was looked at last. */
  get code(): string | null {
    return this.#code
  }

  get offer(): JoinOffer | null {
    return this.#offer
  }

  /** Why it leads nowhere, or did not let in. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Whether another try with the same code may help. */
  get again(): boolean {
    return this.#trouble !== null && !this.#lasting
  }

  get busy(): boolean {
    return this.#busy
  }

  async follow(text: string | null): Promise<void> {
    const code = text === null ? null : plainCode(text)
    if (code === this.#code) return
    this.#offer = null
    this.#trouble = null
    this.#code = code
    if (code !== null) await this.look()
  }

  async look(): Promise<void> {
    const code = this.#code
    if (code === null) return
    this.#busy = true
    const answer = await ask<JoinOffer>('GET', joinCodePath(code))
    if (code !== this.#code) return
    this.#busy = false
    this.#offer = answer.type === 'ok' ? answer.body : null
    if (answer.type === 'ok') this.#trouble = null
    else this.#refused(answer)
  }

  /** The incident it led into; null when it did not. Who sits here already comes as themselves. */
  async enter(guest: Guest | null): Promise<string | null> {
    const code = this.#code
    if (this.#busy || code === null) return null
    this.#busy = true
    const answer = await this.#session.join({ code, ...guest })
    this.#busy = false
    if (answer.type === 'ok') return answer.body.incidentId
    if (answer.type === 'refused' && answer.status === 409 && guest !== null) await this.#taken(guest.name)
    else this.#refused(answer)
    return null
  }

  /** The last place, or the name: the offer tells which. */
  async #taken(name: string): Promise<void> {
    await this.look()
    if (this.#offer?.full === false) this.#trouble = say('join.nameTaken', { name })
  }

  #refused(answer: { type: 'unreachable'; sentence: string } | { type: 'refused'; status: number; sentence: string }) {
    this.#lasting = answer.type === 'refused' && answer.status === 404
    if (this.#lasting) this.#offer = null
    this.#trouble = this.#lasting ? say('join.nowhere') : answer.sentence
  }
}
