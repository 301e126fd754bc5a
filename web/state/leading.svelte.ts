import type { Courier } from './courier.ts'
import { FactsDraft } from './facts-draft.svelte.ts'
import type { Whom } from './people.ts'
import type { Room } from './room.svelte.ts'
import { TopicsDraft } from './topics-draft.svelte.ts'
import { WordingDraft } from './wording-draft.svelte.ts'

const begun = new WeakMap<Room, Leading>()

/** What somebody who leads has begun here: it outlives a look at a conversation, and comes with the lead's screens alone. */
export function leadingIn(room: Room, courier: Courier): Leading {
  const leading = begun.get(room) ?? new Leading(room, courier)
  begun.set(room, leading)
  return leading
}

class Leading {
  readonly #room: Room
  readonly #courier: Courier
  readonly wording: WordingDraft
  #facts: FactsDraft | null = null
  #topics: TopicsDraft | null = null
  /** Answers that are written, by conversation. */
  readonly answers = $state<Record<string, string>>({})
  whom = $state<Whom>('here')
  team = $state('')
  search = $state('')

  constructor(room: Room, courier: Courier) {
    this.#room = room
    this.#courier = courier
    this.wording = new WordingDraft(room, courier)
  }

  get facts(): FactsDraft {
    this.#facts ??= new FactsDraft(this.#room, this.#courier)
    return this.#facts
  }

  get topics(): TopicsDraft {
    this.#topics ??= new TopicsDraft(this.#room, this.#courier)
    return this.#topics
  }
}
