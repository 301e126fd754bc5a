import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { DraftKeeper } from './draft-keeper.svelte.ts'
import type { Errands } from './errands.svelte.ts'
import { fly } from './flights.ts'
import type { Holding } from './holding.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import type { Tenure } from './tenure.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

const untilAnswered = Number.POSITIVE_INFINITY

export type Fate = 'under-way' | 'sent' | 'came-back' | null

/** The reply of one person to one customer, from "send" until it was sent or came back with a reason. */
export class Departure {
  readonly #keeper: DraftKeeper
  readonly #tenure: Tenure
  readonly #errands: Errands
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #reading: Reading

  constructor(
    keeper: DraftKeeper,
    tenure: Tenure,
    errands: Errands,
    { workplace, room, reading }: { workplace: Workplace; room: Room; reading: Reading },
  ) {
    this.#keeper = keeper
    this.#tenure = tenure
    this.#errands = errands
    this.#workplace = workplace
    this.#room = room
    this.#reading = reading
  }

  /** The reply on its way. */
  get mark(): ReplyMark | null {
    const id = this.#keeper.replyId ?? this.#tenure.conversation?.claim?.replyId ?? null
    return id === null ? null : (this.#room.replies.get(id) ?? null)
  }

  /** Why the last reply came back to this person, as a sentence; null when none did. */
  get returned(): string | null {
    const reply = this.#reading.detail?.replies.at(-1)
    if (!reply || reply.writer.id !== this.#workplace.me.id) return null
    const { state, reason } = this.#room.replies.get(reply.id) ?? { reason: null, ...reply }
    if (state === 'held') return say('composer.heldBack', { reason: reason ?? '' })
    return state === 'failed' ? say('composer.refused', { reason: reason ?? '' }) : null
  }

  async send(): Promise<Outcome | null> {
    const { place } = this.#tenure
    if (place === null) return null
    const { text, epoch } = this.#keeper
    const { through } = this.#reading
    const wish = { type: 'reply/submit', ...place, epoch, text, through } as const
    const errands = this.#errands
    if (errands.busy) return null
    const outcome = errands.run('sending', () => wish, untilAnswered)
    return fly(this.#workplace.courier, place, { errands, outcome })
  }

  /** The answer to "send", whichever screen asked. */
  answered(outcome: Outcome): void {
    if (outcome.type === 'done') this.#keeper.submitted(String(outcome.answer.replyId))
  }

  /** Follows the log. */
  follow(): Fate {
    const keeper = this.#keeper
    if (keeper.replyId === null && !keeper.blank) this.#recognize(this.#tenure.holding)
    if (keeper.replyId === null) return null
    const state = this.#room.replies.get(keeper.replyId)?.state ?? this.#stateRead(keeper.replyId)
    if (state === 'sent') {
      keeper.drop()
      this.#workplace.announcer.say(say('composer.sent'))
      return 'sent'
    }
    if (state !== 'held' && state !== 'failed') return 'under-way'
    keeper.cameBack()
    this.#workplace.announcer.say(say('composer.returned'))
    return 'came-back'
  }

  /**
   * A page that was closed before the answer to "send" came finds its text again among the replies. Another text of this
   * person, from another tab or machine, is no part of that reply: it stays.
   */
  #recognize(holding: Holding): void {
    if (holding.type === 'mine' || this.#errands.busy) return
    const { text } = this.#keeper
    const own = this.#reading.detail?.replies.filter(({ writer }) => writer.id === this.#workplace.me.id) ?? []
    const reply = holding.type === 'leaving' ? own.find(({ id }) => id === holding.replyId) : own.at(-1)
    if (reply?.text !== text) return
    if (holding.type === 'leaving' || reply.state === 'sent') this.#keeper.submitted(reply.id)
  }

  #stateRead(replyId: string): string | null {
    return this.#reading.detail?.replies.find(({ id }) => id === replyId)?.state ?? null
  }
}
