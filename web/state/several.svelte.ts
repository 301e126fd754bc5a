import type { Conversation } from '@muster/shared/conversation.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { Errand } from './errand.svelte.ts'
import type { Room } from './room.svelte.ts'
import { claimedSentence, type SeveralAnswer } from './several.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

/** As many as one command may name. */
const most = 20

/** After these no other choice helps: something else comes first. */
const nothingGoes: ReadonlySet<Refusal['code']> = new Set(['oldest-first', 'paused', 'not-briefed'])

/** Several conversations of the queue that somebody chooses to claim at once. */
export class Several {
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #errand: Errand
  readonly #holding: () => number
  #on = $state(false)
  #ids = $state.raw<ReadonlySet<string>>(new Set())
  #sentence = $state<string | null>(null)

  /** Those that can be claimed: others may be faster. */
  readonly #free: readonly string[] = $derived.by(() => {
    const { conversations } = this.#room
    return [...this.#ids].filter(id => conversations.get(id)?.claim === null)
  })

  /** How many more this person may hold. */
  readonly room: number = $derived.by(() =>
    Math.max(0, Math.min(most, this.#room.incident.policy.claimsPerPerson - this.#holding())),
  )

  constructor(workplace: Workplace, room: Room, holding: () => number) {
    this.#workplace = workplace
    this.#room = room
    this.#holding = holding
    this.#errand = new Errand(workplace.courier)
  }

  get on(): boolean {
    return this.#on
  }

  get busy(): boolean {
    return this.#errand.busy
  }

  get count(): number {
    return this.#free.length
  }

  /** Why the last thing was not done, or not wholly. */
  get sentence(): string | null {
    return this.#sentence
  }

  has(id: string): boolean {
    return this.#free.includes(id)
  }

  begin(): void {
    this.#on = true
    this.#tell(this.room === 0 ? say('views.noRoom') : null)
  }

  end(): void {
    this.#on = false
    this.#ids = new Set()
    this.#sentence = null
  }

  forget(): void {
    this.#sentence = null
  }

  toggle(conversation: Conversation): void {
    if (!this.#on) this.begin()
    const chosen = this.has(conversation.id)
    const refused = chosen ? null : this.#refusal(conversation)
    this.#tell(refused)
    if (refused !== null) return
    const ids = new Set(this.#free)
    if (chosen) ids.delete(conversation.id)
    else ids.add(conversation.id)
    this.#ids = ids
  }

  /** The first of these free ones, as many as this person may hold. */
  choose(conversations: readonly Conversation[]): void {
    this.begin()
    this.#ids = new Set(conversations.slice(0, this.room).map(({ id }) => id))
    if (this.room > 0 && conversations.length > this.room) this.#tell(this.#mostSentence())
  }

  /** The first one that was claimed; null when none was. */
  async claim(): Promise<string | null> {
    if (this.count === 0) return null
    const conversationIds = [...this.#free]
    const outcome = await this.#errand.run({
      type: 'conversation/claim-several',
      incidentId: this.#room.id,
      conversationIds,
    })
    if (outcome === null) return null
    if (outcome.type !== 'done') {
      if (outcome.type === 'refused' && nothingGoes.has(outcome.refusal.code)) this.end()
      this.#tell(this.#errand.trouble)
      return null
    }
    const answer = outcome.answer as SeveralAnswer
    this.end()
    this.#tell(claimedSentence(answer))
    return answer.claimed[0]?.conversation.id ?? null
  }

  #refusal({ claim }: Conversation): string | null {
    if (claim !== null) return say('views.onlyFree')
    if (this.room === 0) return say('views.noRoom')
    if (this.count < this.room) return null
    return this.#mostSentence()
  }

  #mostSentence(): string {
    return say('views.noMore', { count: this.room, limit: this.#room.incident.policy.claimsPerPerson })
  }

  #tell(sentence: string | null): void {
    this.#sentence = sentence
    if (sentence !== null) this.#workplace.announcer.say(sentence)
  }
}
