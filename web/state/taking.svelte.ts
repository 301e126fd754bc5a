import type { Responder, Topic } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Wish } from './courier.ts'
import { choicesLeft } from './fairness.ts'
import type { QueueView } from './queue-view.svelte.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence, refusalSentence } from './sentences.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

/** How this person gets their next customer: in their topics or any, after a pause, and fairly. */
export class Taking {
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #queue: QueueView
  #busy = $state(false)
  #trouble = $state<string | null>(null)
  #any = $state(false)
  /** What an answer told later than the record it belongs to. */
  #told = $state.raw<{ of: Responder | null; choices: number } | null>(null)

  /** This person as this incident knows them; null before they joined. */
  readonly self: Responder | null = $derived.by(() =>
    this.#room.known ? (this.#room.responders.get(this.#workplace.me.id) ?? null) : null,
  )

  /** Their own topics that this incident has. */
  readonly ownTopics: readonly Topic[] = $derived.by(() => {
    const own = this.self?.topics
    return own ? this.#room.incident.topics.filter(({ id }) => own.includes(id)) : []
  })

  constructor(workplace: Workplace, room: Room, queue: QueueView) {
    this.#workplace = workplace
    this.#room = room
    this.#queue = queue
  }

  get busy(): boolean {
    return this.#busy
  }

  /** What went wrong with the last thing asked of the queue. */
  get trouble(): string | null {
    return this.#trouble
  }

  get paused(): boolean {
    return this.self?.paused ?? false
  }

  /** Whether the next one may be of any topic, whatever their own are. */
  get any(): boolean {
    return this.#any
  }

  toggleAny(): void {
    this.#any = !this.#any
  }

  /** How many they may still choose while somebody waits too long; null while that does not matter. */
  get choicesLeft(): number | null {
    const { self } = this
    if (self === null) return null
    const choices = this.#told?.of === self ? this.#told.choices : self.choices
    return choicesLeft(choices, this.#room.incident.policy, this.#queue.counts.oldestFree, this.#workplace.clock.now)
  }

  /** The conversation that was given; null when none was. */
  async takeNext(): Promise<string | null> {
    const topics = this.#any ? [] : this.ownTopics.map(({ id }) => id)
    const outcome = await this.#ask({ type: 'conversation/take-next', incidentId: this.#room.id, topics })
    return outcome?.type === 'done' ? (outcome.answer.conversation as { id: string }).id : null
  }

  async pause(paused: boolean): Promise<void> {
    const personId = this.#workplace.me.id
    await this.#ask({ type: 'responder/pause', incidentId: this.#room.id, personId, paused })
  }

  /** An answer says how many this person has chosen in a row by now. */
  learn(wish: Wish, outcome: Outcome): void {
    if (outcome.type !== 'done' || !('incidentId' in wish) || wish.incidentId !== this.#room.id) return
    const choices = choicesIn(outcome.answer)
    if (choices !== null) this.#told = { of: this.self, choices }
  }

  async #ask(wish: Wish): Promise<Outcome | null> {
    if (this.#busy) return null
    this.#busy = true
    const outcome = await this.#workplace.courier.send(wish)
    this.#busy = false
    this.#trouble = troubleOf(outcome)
    if (this.#trouble !== null) this.#workplace.announcer.say(this.#trouble)
    return outcome
  }
}

function troubleOf(outcome: Outcome): string | null {
  if (outcome.type === 'refused') return refusalSentence(outcome.refusal)
  return outcome.type === 'unavailable' ? say('queue.nobodyAnswered') : outcomeSentence(outcome)
}

/** As a claim says it, or the last of several. */
function choicesIn({ choices, claimed }: Record<string, unknown>): number | null {
  const last = Array.isArray(claimed) ? (claimed.at(-1) as { choices?: unknown } | undefined)?.choices : choices
  return typeof last === 'number' ? last : null
}
