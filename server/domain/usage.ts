import type { ReplyMark, Told } from '@muster/shared/entry.ts'
import type { WordingUsage } from '@muster/shared/figures.ts'

const begins: ReadonlySet<Told['type']> = new Set<Told['type']>(['reply/submitted', 'reply/queued'])

/** What brings a reply back to its writer, and as what it counts. */
const ends: ReadonlyMap<Told['type'], 'held' | 'returned' | null> = new Map<Told['type'], 'held' | 'returned' | null>([
  ['reply/held', 'held'],
  ['review/returned', 'returned'],
  ['reply/failed', null],
  ['reply/recalled', null],
])

/**
 * What became of the replies that were begun with each wording, folded from an incident's log one entry after another. It
 * holds the counts, what is on its way, and whose answer nobody has written back to yet.
 */
export class Usage {
  readonly #counted = new Map<string, WordingUsage>()
  /** Replies that were handed in and not settled: what is queued again, or goes to a reviewer late, is no other. */
  readonly #underway = new Set<string>()
  /** The wordings of the last answer each customer got, until they write again. */
  readonly #answered = new Map<string, readonly string[]>()

  add(told: Told): void {
    if (told.type === 'message/arrived') this.#cameBack(told.conversation.id)
    if (told.type === 'conversation/merged') this.#merged(told.goneId, told.conversation.id)
    if ('reply' in told) this.#note(told.type, told.reply)
  }

  get wordings(): Record<string, WordingUsage> {
    return Object.fromEntries([...this.#counted].map(([id, usage]) => [id, { ...usage }]))
  }

  #note(type: Told['type'], reply: ReplyMark): void {
    if (begins.has(type)) this.#handedIn(reply)
    else if (ends.has(type)) this.#over(reply, ends.get(type) ?? null)
    else if (type === 'review/approved' && reply.edited) this.#count(reply.wordings, 'edited')
    else if ((type === 'reply/sent' || type === 'reply/settled') && reply.state === 'sent') this.#left(reply)
  }

  #handedIn({ id, wordings }: ReplyMark): void {
    if (wordings.length === 0 || this.#underway.has(id)) return
    this.#underway.add(id)
    this.#count(wordings, 'used')
  }

  #over({ id, wordings }: ReplyMark, what: 'held' | 'returned' | null): void {
    this.#underway.delete(id)
    if (what !== null) this.#count(wordings, what)
  }

  #left({ id, conversationId, wordings }: ReplyMark): void {
    this.#underway.delete(id)
    this.#answered.set(conversationId, wordings)
  }

  #cameBack(conversationId: string): void {
    this.#count(this.#answered.get(conversationId) ?? [], 'cameBack')
    this.#answered.delete(conversationId)
  }

  /** Whoever writes next has had both answers. */
  #merged(goneId: string, id: string): void {
    const both = [id, goneId].flatMap(each => this.#answered.get(each) ?? [])
    this.#answered.delete(goneId)
    if (both.length > 0) this.#answered.set(id, [...new Set(both)])
  }

  #count(wordings: readonly string[], what: keyof WordingUsage): void {
    for (const id of wordings) {
      const usage = this.#counted.get(id) ?? { used: 0, held: 0, returned: 0, edited: 0, cameBack: 0 }
      this.#counted.set(id, { ...usage, [what]: usage[what] + 1 })
    }
  }
}
