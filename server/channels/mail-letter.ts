import MailComposer from 'nodemailer/lib/mail-composer'
import type { Outgoing } from './channel.ts'
import { isMailAddress } from './mail-address.ts'
import { messageIdOf, replyMessageId } from './mail-identity.ts'
import { oneLine } from './plain-text.ts'

const mostReferences = 20

/** What keeps other machines from answering (RFC 3834, and what Exchange asks for). */
const byMachine = { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' }

export type Letter = { messageId: string; from: string; to: string; raw: Buffer }

/**
 * What a letter rests on: the channel's address, the key of its Message-IDs, and the time (ms since 1970). `automatic`: the
 * subject and text of one that a machine writes, which then holds no word of the customer's.
 */
export type Sender = {
  address: string
  hmacKey: Buffer | string
  now: number
  automatic?: { subject: string; text: string } | null
}

/**
 * Writes a reply as a mail, under a Message-ID that follows from the reply alone. Nothing a customer wrote gets into the
 * headers but a cleaned subject and checked Message-IDs; null where their address could not stand in an envelope.
 */
export async function writeLetter(
  outgoing: Outgoing,
  { address, hmacKey, now, automatic = null }: Sender,
): Promise<Letter | null> {
  const to = outgoing.to.address
  if (!isMailAddress(to)) return null
  const messageId = replyMessageId(outgoing.replyId, address, hmacKey)
  const answered = outgoing.thread.flatMap(externalId => messageIdOf(externalId) ?? []).map(id => `<${id}>`)
  const references =
    answered.length > mostReferences ? [...answered.slice(0, 1), ...answered.slice(1 - mostReferences)] : answered
  const inReplyTo = answered.at(-1)
  const composer = new MailComposer({
    from: { name: '', address },
    to: [{ name: '', address: to }],
    subject: automatic?.subject ?? replySubject(outgoing.subject),
    messageId: `<${messageId}>`,
    ...(inReplyTo !== undefined && { inReplyTo, references }),
    date: new Date(now),
    text: automatic?.text ?? outgoing.text,
    ...(automatic !== null && { headers: byMachine }),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return { messageId, from: address, to, raw: await composer.compile().build() }
}

/** `Re: ` and the customer's subject on one line, without the marks that earlier answers gathered. */
export function replySubject(subject: string | null): string {
  const bare = oneLine(subject ?? '', 500).replace(/^(?:(?:re|aw|antw|sv|vs|odp)(?:\[\d{1,3}\])?: ?)+/i, '')
  return `Re: ${oneLine(bare, 200) || 'your message'}`
}
