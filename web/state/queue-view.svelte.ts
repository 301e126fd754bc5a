import type { Conversation } from '@muster/shared/conversation.ts'
import { toldAlike } from './alike.ts'
import { Arrangement } from './arrangement.ts'
import type { Clock } from './clock.svelte.ts'
import type { Room } from './room.svelte.ts'
import { Stillness } from './stillness.ts'
import { type Counts, tally } from './tally.ts'
import { everybodyWaiting, sieveOf, type View } from './views.ts'

const handRests = 2_000
const betweenTimes = 10_000

/**
 * The queue on one screen. Under somebody's hand, pointer or keys, it holds still, so that a row is not pulled away from
 * them; "hold still" keeps it so until they let go.
 */
export class QueueView {
  readonly #room: Room
  readonly #personId: string
  readonly #clock: Clock
  readonly #arrangement = new Arrangement()
  #view = $state.raw<View>(everybodyWaiting)
  #still = $state.raw<Stillness | null>(null)
  #asked = $state(false)
  #alike = $state<string | null>(null)
  #moved = $state(0)
  #activeId: string | null = null
  #activeIndex = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  readonly #topics = $derived.by(() => this.#room.incident.topics)
  readonly #ownTopics = $derived.by(() => this.#room.responders.get(this.#personId)?.topics)
  readonly #channels = $derived.by(() => [...this.#room.channels.keys()].join('\n'))
  /** Who waits long is told anew every few seconds only, and only where that is asked for. */
  readonly #longSince = $derived.by(() => {
    if (this.#view.show !== 'urgent') return 0
    return Math.floor(this.#clock.now / betweenTimes) * betweenTimes - this.#room.incident.policy.patienceMs
  })

  readonly #sieve = $derived.by(() => ({
    ...sieveOf(this.#alike === null ? this.#view : everybodyWaiting, {
      ownTopics: this.#ownTopics ?? [],
      knownTopics: new Set(this.#topics.map(({ id }) => id)),
      knownChannels: new Set(this.#channels.split('\n')),
      personId: this.#personId,
      longSince: this.#longSince,
    }),
    alike: this.#alike,
  }))

  readonly #arranged = $derived.by(() => this.#arrangement.of(this.#room.conversations.values(), this.#sieve))

  readonly rows: readonly Conversation[] = $derived.by(() => {
    const arranged = this.#arranged
    return this.#still?.rows(arranged, this.#room.conversations) ?? arranged
  })

  readonly counts: Counts = $derived.by(() => tally(this.#room.conversations.values(), this.#personId))

  /** The row the keys act on: kept by id while rows come and go; when it is gone, the one that took its place. */
  readonly activeIndex: number = $derived.by(() => {
    void this.#moved
    const found = this.#activeId === null ? 0 : this.rows.findIndex(({ id }) => id === this.#activeId)
    this.#activeIndex = Math.min(found >= 0 ? found : this.#activeIndex, this.rows.length - 1)
    if (found < 0) this.#activeId = this.rows[this.#activeIndex]?.id ?? this.#activeId
    return this.#activeIndex
  })

  constructor(room: Room, personId: string, clock: Clock) {
    this.#room = room
    this.#personId = personId
    this.#clock = clock
  }

  get view(): View {
    return this.#view
  }

  /** Changes what of the queue is shown; what is left out stays. */
  look(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change }
    this.#alike = null
    this.#activeIndex = 0
    this.#activate(null)
    this.#still = this.#asked ? new Stillness(this.#arranged) : null
  }

  /** Whose group is shown by itself, whatever the view is; null while the view is. */
  get alike(): string | null {
    return this.#alike
  }

  /** Null goes back to the view. The row in hand stays in hand. */
  showAlike(group: string | null): void {
    if (group === this.#alike) return
    this.#alike = group
    this.#still = this.#asked ? new Stillness(this.#arranged) : null
  }

  /** How many wait who wrote nearly the same as here; null where they are too few to tell of. */
  alikeTo(conversation: Conversation): number | null {
    return toldAlike(this.counts.alike, conversation)
  }

  get holdsStill(): boolean {
    return this.#asked
  }

  /** How many joined at the end since it holds still. */
  get joined(): number {
    return this.rows.length > 0 ? (this.#still?.joined ?? 0) : 0
  }

  get active(): Conversation | null {
    return this.rows[this.activeIndex] ?? null
  }

  set active(conversation: Conversation | null) {
    this.#activate(conversation?.id ?? null)
  }

  move(by: number): void {
    this.moveTo(this.activeIndex + by)
  }

  moveTo(index: number): void {
    this.touched()
    this.active = this.rows[Math.max(0, Math.min(this.rows.length - 1, index))] ?? null
  }

  /** Somebody's hand is on the rows. */
  touched(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#letGo(), handRests)
    this.#still ??= new Stillness(this.#arranged)
  }

  toggleStill(): void {
    this.#asked = !this.#asked
    this.#still = this.#asked ? new Stillness(this.rows) : null
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #activate(id: string | null): void {
    this.#activeId = id
    this.#moved += 1
  }

  #letGo(): void {
    if (!this.#asked) this.#still = null
  }
}
