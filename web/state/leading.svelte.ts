import { SvelteMap } from 'svelte/reactivity'
import type { Asked } from './attention.ts'
import { Begun } from './begun.ts'
import { FactsDraft } from './facts-draft.svelte.ts'
import type { Order, Whom } from './people.ts'
import { PublicWord } from './public-word.svelte.ts'
import type { Room } from './room.svelte.ts'
import { TopicsDraft } from './topics-draft.svelte.ts'
import { TrainingDraft } from './training-draft.svelte.ts'
import { WordingDraft } from './wording-draft.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

const begun = new WeakMap<Room, Leading>()

/**
 * What somebody who leads has begun here: it outlives a look at a conversation and, kept in this browser, a reload. It comes
 * with the lead's screens alone.
 */
export function leadingIn(room: Room, workplace: Workplace): Leading {
  const leading = begun.get(room) ?? new Leading(room, workplace)
  begun.set(room, leading)
  return leading
}

class Leading {
  readonly #room: Room
  readonly #workplace: Workplace
  readonly wording: WordingDraft
  #facts: FactsDraft | null = null
  #topics: TopicsDraft | null = null
  #training: TrainingDraft | null = null
  #publicWord: PublicWord | null = null
  /** Answers that are written, by question. */
  readonly #answers = new SvelteMap<string, string>()
  whom = $state<Whom>('here')
  team = $state('')
  search = $state('')
  order = $state<Order>('name')

  constructor(room: Room, workplace: Workplace) {
    this.#room = room
    this.#workplace = workplace
    this.wording = new WordingDraft(room, workplace.courier, this.#begun('wording'))
  }

  get facts(): FactsDraft {
    this.#facts ??= new FactsDraft(this.#room, this.#workplace.courier, this.#begun('facts'))
    return this.#facts
  }

  get topics(): TopicsDraft {
    this.#topics ??= new TopicsDraft(this.#room, this.#workplace.courier, this.#begun('topics'))
    return this.#topics
  }

  get training(): TrainingDraft {
    this.#training ??= new TrainingDraft(this.#room, this.#workplace.courier, this.#begun('training'))
    return this.#training
  }

  get publicWord(): PublicWord {
    this.#publicWord ??= new PublicWord(this.#room, this.#workplace, this.#begun('public-word'))
    return this.#publicWord
  }

  answerTo(asked: Asked): string {
    const name = nameOf(asked)
    return this.#answers.get(name) ?? this.#begun<string>(name).get() ?? ''
  }

  /** An empty one is kept no more. */
  answer(asked: Asked, text: string): void {
    const name = nameOf(asked)
    this.#answers.set(name, text)
    const kept = this.#begun<string>(name)
    if (text.trim() !== '') kept.put(text, text)
    else if (kept.get() !== null) kept.drop()
  }

  #begun<Form>(name: string): Begun<Form> {
    const { drafts, clock } = this.#workplace
    return new Begun(drafts, this.#room.id, `lead/${name}`, () => clock.read())
  }
}

/** The next question of the same holder is another one. */
function nameOf({ id, question }: Asked): string {
  return `answer/${id}/${question.at}`
}
