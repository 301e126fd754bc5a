type Addressee = { channelId: string; address: string }

/** Which reply a text to a customer is: what a network is given bears no number of ours. */
export class Letters {
  readonly #replies = new Map<string, string>()
  readonly #addressees = new Map<string, Addressee>()

  /** The last one written to somebody in these words is it: what was refused may be sent again under another number. */
  wrote(replyId: string, { channelId, address }: Addressee, text: string): void {
    this.#addressees.set(replyId, { channelId, address })
    this.#replies.set(keyOf({ channelId, address }, text), replyId)
  }

  /** A reviewer's yes to other words. */
  changed(replyId: string, text: string): void {
    const addressee = this.#addressees.get(replyId)
    if (addressee !== undefined) this.#replies.set(keyOf(addressee, text), replyId)
  }

  replyOf(addressee: Addressee, text: string): string | null {
    return this.#replies.get(keyOf(addressee, text)) ?? null
  }
}

function keyOf({ channelId, address }: Addressee, text: string): string {
  return JSON.stringify([channelId, address, text])
}
