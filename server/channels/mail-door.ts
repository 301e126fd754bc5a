import { type Complaint, complaintOf } from '@muster/shared/complaint.ts'
import type { Call, Called } from './channel.ts'
import { type Inbound, isKnown, longestCall, neverAgain, refusalOf, refused, wrappingOf } from './mail-caller.ts'
import type { MailReading } from './mail-reading.ts'

/** Takes in the mails that a provider posts. A mail that was read comes again under its id, so a repeated call adds nothing. */
export class MailDoor {
  readonly longestCall = longestCall
  readonly #inbound: Inbound
  readonly #reading: MailReading
  #complaint: Complaint | null = null

  constructor(inbound: Inbound, reading: MailReading) {
    this.#inbound = inbound
    this.#reading = reading
  }

  /** What was wrong with the last call that proved who called; null while mails come. */
  complaint(): Complaint | null {
    return this.#inbound.key === '' ? complaintOf('no-caller-key') : this.#complaint
  }

  knows(head: Pick<Call, 'headers' | 'query'>): boolean {
    return isKnown(this.#inbound, head)
  }

  async called(call: Call): Promise<Called> {
    const { provider, key } = this.#inbound
    if (!this.knows(call))
      return refused(401, 'Whoever posts mail here must prove who they are, as it was set up for this channel.')
    if (call.method !== 'POST') return refused(405, 'Mail is posted here.')
    if (call.body.byteLength > longestCall) return refused(413, `The body is longer than ${longestCall} bytes.`)
    const wrapping = wrappingOf(provider, call)
    if (wrapping === null) return this.#raw(call.body)
    const opened = await this.#reading.wrapped(call.body, wrapping)
    if (opened.type === 'nothing')
      return this.#nothing(opened.reason, opened.holds === 'no mail' ? neverAgain(provider) : 422)
    const { received, signed } = opened
    const refusal = signed === null ? null : refusalOf(signed, key, call.now)
    if (refusal !== null) return refusal
    this.#complaint = null
    return { received: [received], status: 200, body: { accepted: true } }
  }

  #nothing(reason: string, status: number): Called {
    this.#complaint = complaintOf('no-mail-found', { failure: reason })
    return refused(status, this.#complaint.sentence)
  }

  async #raw(body: Buffer): Promise<Called> {
    if (body.byteLength === 0) return refused(422, 'The body is empty: post the raw mail (message/rfc822).')
    const received = await this.#reading.mail({ raw: body, bytes: body.byteLength })
    return { received: [received], status: 200, body: { accepted: true } }
  }
}
