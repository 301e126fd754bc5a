import type { Connection } from './connection.svelte.ts'

const typingLasts = 3_000

/** Tells the others what is on this screen and whether somebody types. May be lost; decides nothing. */
export class Whereabouts {
  readonly #connection: Connection
  readonly #incidentId: string
  #viewing: string | null = null
  #typing = false
  #rest: ReturnType<typeof setTimeout> | undefined

  constructor(incidentId: string, connection: Connection) {
    this.#incidentId = incidentId
    this.#connection = connection
  }

  viewing(conversationId: string | null): void {
    if (this.#viewing === conversationId) return
    this.#viewing = conversationId
    this.#typing = false
    this.tell()
  }

  /** Says it again: the server forgets a screen that watches anew. */
  tell(): void {
    this.#connection.report({ incidentId: this.#incidentId, viewing: this.#viewing, typing: this.#typing })
  }

  typed(): void {
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#set(false), typingLasts)
    this.#set(true)
  }

  end(): void {
    clearTimeout(this.#rest)
  }

  #set(typing: boolean): void {
    if (this.#typing === typing) return
    this.#typing = typing
    this.tell()
  }
}
