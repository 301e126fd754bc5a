import type { Conversation } from '@muster/shared/conversation.ts'
import { comparing, matches, passes, type Sieve, wordsOf } from './queue.ts'

/** Above this share of changed records ordering them all anew is cheaper. */
const many = 1 / 4

/**
 * The queue as somebody wants to see it, kept up from one picture to the next. Of thousands of conversations a few hundred
 * change in between: those alone are taken out and put back in their places. While none in sight changed, it is the same list.
 */
export class Arrangement {
  #sieve: Sieve | null = null
  #words: readonly string[] = []
  /** What every record was, in the order in which they come. */
  readonly #records: Conversation[] = []
  #rows: readonly Conversation[] = []

  of(conversations: Iterable<Conversation>, sieve: Sieve): readonly Conversation[] {
    const { gone, come } = this.#compare(conversations)
    if (sieve !== this.#sieve || come.length > this.#records.length * many) this.#begin(sieve)
    else if (gone.size > 0 || come.length > 0) this.#replace(gone, come, sieve)
    return this.#rows
  }

  #compare(conversations: Iterable<Conversation>): { gone: Set<Conversation>; come: Conversation[] } {
    const records = this.#records
    const gone = new Set<Conversation>()
    const come: Conversation[] = []
    let index = 0
    for (const conversation of conversations) {
      const former = records[index]
      if (former !== conversation) {
        if (former !== undefined) gone.add(former)
        come.push(conversation)
        records[index] = conversation
      }
      index += 1
    }
    for (const former of records.splice(index)) gone.add(former)
    return { gone, come }
  }

  #begin(sieve: Sieve): void {
    this.#sieve = sieve
    this.#words = wordsOf(sieve.search)
    this.#rows = this.#sift(this.#records, sieve)
  }

  #replace(gone: ReadonlySet<Conversation>, come: readonly Conversation[], sieve: Sieve): void {
    const staying = this.#rows.filter(row => !gone.has(row))
    const joining = this.#sift(come, sieve)
    if (staying.length < this.#rows.length || joining.length > 0) this.#rows = merged(staying, joining, sieve)
  }

  #sift(conversations: readonly Conversation[], sieve: Sieve): Conversation[] {
    const words = this.#words
    const found = conversations.filter(conversation => passes(conversation, sieve) && matches(conversation, words))
    return found.sort(comparing[sieve.order])
  }
}

/** Two lists in order, as one. */
function merged(one: readonly Conversation[], other: readonly Conversation[], { order }: Sieve): Conversation[] {
  const compare = comparing[order]
  const rows: Conversation[] = []
  let at = 0
  for (const conversation of other) {
    let next = one[at]
    while (next !== undefined && compare(next, conversation) < 0) {
      rows.push(next)
      at += 1
      next = one[at]
    }
    rows.push(conversation)
  }
  for (; at < one.length; at++) rows.push(one[at] as Conversation)
  return rows
}
