import type { SampledReply } from '@muster/shared/reply.ts'
import { SvelteMap } from 'svelte/reactivity'
import { Errand } from './errand.svelte.ts'
import { Listing } from './listing.svelte.ts'
import { samplesPath } from './path.ts'
import { isOwn } from './review-line.ts'
import type { Room } from './room.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

/** Sent replies that somebody looks at afterwards, one at a time. */
export class Samples {
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #listing: Listing<SampledReply>
  readonly #errand: Errand
  /** By reply: what is shown changes when somebody else judges it. */
  readonly #notes = new SvelteMap<string, string>()
  #ids: string | null = null

  constructor(workplace: Workplace, room: Room) {
    this.#workplace = workplace
    this.#room = room
    this.#listing = new Listing<SampledReply>(samplesPath(room.id), 'samples')
    this.#errand = new Errand(workplace.courier)
  }

  get known(): boolean {
    return this.#listing.items !== null
  }

  get trouble(): string | null {
    return this.#errand.trouble ?? this.#listing.trouble
  }

  get busy(): boolean {
    return this.#errand.busy
  }

  noteOn({ reply }: SampledReply): string {
    return this.#notes.get(reply.id) ?? ''
  }

  write({ reply }: SampledReply, note: string): void {
    this.#notes.set(reply.id, note)
  }

  /** The one sent first of those this person may judge and nobody has. */
  get next(): SampledReply | null {
    const { me } = this.#workplace
    const { replies } = this.#room
    const open = this.#listing.items?.find(({ reply: { id } }) => {
      const mark = replies.get(id)
      return mark?.sampled && !isOwn(mark, me.id)
    })
    return open ?? null
  }

  /** Asks for them again when the log says that there are others. */
  follow(): void {
    const ids = [...this.#room.replies.values()].filter(({ sampled }) => sampled).map(({ id }) => id)
    const key = ids.join()
    if (key === this.#ids) return
    this.#ids = key
    void this.#listing.refresh()
  }

  load(): void {
    void this.#listing.refresh()
  }

  async judge(sample: SampledReply, good: boolean): Promise<void> {
    const { id: replyId } = sample.reply
    const note = this.noteOn(sample)
    const wish = { type: 'sample/judge', incidentId: this.#room.id, replyId, good, note } as const
    if (!(await this.#errand.do(wish))) return
    this.#notes.delete(replyId)
    this.#workplace.announcer.say(say('review.judged'))
  }
}

/** How many this person may judge. */
export function samplesFor(room: Pick<Room, 'replies'>, personId: string): number {
  let number = 0
  for (const mark of room.replies.values()) if (mark.sampled && !isOwn(mark, personId)) number += 1
  return number
}
