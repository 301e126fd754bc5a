import type { Comment } from '@muster/shared/reply.ts'
import { Begun } from './begun.ts'
import type { Workplace } from './workplace.svelte.ts'

type Kept = {
  text: string | null
  note: string
  comments: readonly Comment[]
  accepted: number
  /** Missing in one that an older page kept. */
  saying?: Comment | null
}

const folder = 'review/'

/** What a reviewer has begun on one reply: kept in this browser with every keystroke until it is decided. */
export class ReviewForm {
  readonly #begun: Begun<Kept>
  #text = $state<string | null>(null)
  #note = $state('')
  #comments = $state.raw<readonly Comment[]>([])
  #accepted = $state(0)
  #saying = $state.raw<Comment | null>(null)

  constructor({ replyId, conversationId }: Begins, incidentId: string, { drafts, clock }: Workplace) {
    this.#begun = new Begun(drafts, incidentId, `${folder}${conversationId}/${replyId}`, () => clock.read())
    const kept = this.#begun.get()
    if (kept === null) return
    this.#text = kept.text
    this.#note = kept.note
    this.#comments = kept.comments
    this.#accepted = kept.accepted
    this.#saying = kept.saying ?? null
  }

  /** The text as the reviewer made it; null while it is as it was written. */
  get text(): string | null {
    return this.#text
  }

  get note(): string {
    return this.#note
  }

  get comments(): Comment[] {
    return [...this.#comments]
  }

  /** The guidance under which this reply was looked at again. */
  get accepted(): number {
    return this.#accepted
  }

  /** The comment that is being written. */
  get saying(): Comment | null {
    return this.#saying
  }

  /** Whether there is something that must not be lost. */
  get begun(): boolean {
    return this.#text !== null || this.toGoBack
  }

  /** Whether something was begun that goes back to the writer. */
  get toGoBack(): boolean {
    return this.#comments.length > 0 || [this.#note, this.#saying?.text ?? ''].some(text => text.trim() !== '')
  }

  type(text: string | null): void {
    this.#text = text
    this.#keep()
  }

  write(note: string): void {
    this.#note = note
    this.#keep()
  }

  say(saying: Comment | null): void {
    this.#saying = saying
    this.#keep()
  }

  comment(comment: Comment): void {
    this.#saying = null
    this.#comments = [...this.#comments, comment].sort((one, other) => one.from - other.from)
    this.#keep()
  }

  remove(comment: Comment): void {
    this.#comments = this.#comments.filter(each => each !== comment)
    this.#keep()
  }

  accept(epoch: number): void {
    this.#accepted = epoch
    this.#keep()
  }

  drop(): void {
    this.#begun.drop()
  }

  #keep(): void {
    const { text, note, comments, accepted, saying } = this
    const said = [...comments, saying].map(comment => comment?.text)
    const shown = [text, note, ...said].filter(Boolean).join('\n\n')
    if (this.begun || accepted > 0) this.#begun.put(shown, { text, note, comments, accepted, saying })
    else this.#begun.drop()
  }
}

export type Begins = { replyId: string; conversationId: string }

/** The reviews that were begun here and are not decided. */
export function begunReviews({ drafts, me }: Workplace, incidentId: string): Begins[] {
  const under = `${me.id}/${incidentId}/${folder}`
  return drafts.all().flatMap(({ id, text }) => {
    const [conversationId = '', replyId = ''] = id.startsWith(under) ? id.slice(under.length).split('/') : []
    return replyId === '' || text === '' ? [] : [{ conversationId, replyId }]
  })
}
