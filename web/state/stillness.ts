import type { Conversation } from '@muster/shared/conversation.ts'

/** Rows that keep their places: they change in place, new ones join at the end and stay there, none leaves. */
export class Stillness {
  readonly #ids: string[]
  readonly #known: Set<string>
  readonly #began: number
  #rows: readonly Conversation[] = []

  constructor(rows: readonly Conversation[]) {
    this.#ids = rows.map(({ id }) => id)
    this.#known = new Set(this.#ids)
    this.#began = rows.length
  }

  /** How many joined at the end. */
  get joined(): number {
    return this.#ids.length - this.#began
  }

  rows(arranged: readonly Conversation[], conversations: ReadonlyMap<string, Conversation>): readonly Conversation[] {
    for (const { id } of arranged) {
      if (this.#known.has(id)) continue
      this.#known.add(id)
      this.#ids.push(id)
    }
    const rows: Conversation[] = []
    for (const id of this.#ids) {
      const conversation = conversations.get(id)
      if (conversation) rows.push(conversation)
    }
    if (rows.length !== this.#rows.length || rows.some((row, index) => row !== this.#rows[index])) this.#rows = rows
    return this.#rows
  }
}
