import { type Defect, defectOf } from '@muster/shared/defect.ts'
import PostalMime, { type Address, addressParser, type Email } from 'postal-mime'
import type { Arrival } from './channel.ts'
import { htmlToText } from './html-text.ts'
import { isMailAddress } from './mail-address.ts'
import { whyAutomatic, whyUnanswered } from './mail-automatic.ts'
import { type Bounce, bounceOf } from './mail-bounce.ts'
import { externalIdOf, messageIdsIn, normalizedMessageId } from './mail-identity.ts'
import { isProved } from './mail-proof.ts'
import { trimmedOf } from './mail-trimmed.ts'
import { asText, cut, longestText, oneLine } from './plain-text.ts'

const dayMs = 86_400_000
/** Text comes before attachments, and reading lines takes time: of a long mail only this much is read where it has text. */
const beginningBytes = 1_000_000
/** How much of a text tells two mails of one Message-ID apart. */
const tellingCharacters = 100_000

/** A mail as it was read, before anybody looked whose ids it refers to. */
export type ReadMail = Omit<Arrival, 'answersReply'> & {
  messageId: string | null
  /** The Message-IDs it answers, the nearest last. */
  answers: string[]
  /** What it says of a mail that came back; null where it is no such report. */
  bounce: Bounce | null
}

/** `trustedServer`: whose Authentication-Results are believed; null for nobody's. */
export type Reading = { ownAddress: string; trustedServer: string | null; now: number }

/** Nothing of it could be answered by anybody. */
export class Defective extends Error {
  readonly defect: Defect

  constructor(defect: Defect) {
    super(defect.sentence)
    this.defect = defect
  }
}

/** Reads a raw mail. Throws `Defective` where there is nothing anybody could answer. */
export async function readMail(raw: Uint8Array, reading: Reading): Promise<ReadMail> {
  if (raw.byteLength === 0) throw new Defective(defectOf('empty', 'It is empty.'))
  const { email, parsedWhole } = await parse(raw)
  const writer = writerOf(email)
  const messageId = normalizedMessageId(email.messageId)
  const original = (name: string) => email.headers.find(header => header.key === name)?.value ?? ''
  const telling = (email.text ?? email.html ?? '').slice(0, tellingCharacters)
  const externalId = externalIdOf(messageId, [original('from'), original('date'), original('subject'), telling])
  const { text, whole } = textOf(email)
  const from = answeredAt(writer, email, reading)
  const automatic = whyAutomatic(email.headers, writer.address, reading.ownAddress)
  return {
    externalId,
    messageId,
    from,
    subject: oneLine(email.subject ?? '', 500) || null,
    text,
    trimmed: trimmedOf(text),
    whole: whole && parsedWhole && email.attachments.length === 0,
    sentAt: sentAt(email.date, reading.now),
    automatic,
    acknowledgeable: from.identity != null && automatic === null && mayBeAnswered(email, from.address, reading),
    ...(messageId !== null && { everywhere: externalId }),
    answers: [...messageIdsIn(email.references), ...messageIdsIn(email.inReplyTo)],
    bounce: bounceOf(email),
  }
}

async function parse(raw: Uint8Array): Promise<{ email: Email; parsedWhole: boolean }> {
  if (raw.byteLength > beginningBytes) {
    const email = await PostalMime.parse(raw.subarray(0, beginningBytes))
    if ((email.text ?? email.html ?? '').trim() !== '') return { email, parsedWhole: false }
  }
  return { email: await PostalMime.parse(raw), parsedWhole: true }
}

function mayBeAnswered(email: Email, from: string, { ownAddress }: Reading): boolean {
  const named = [...(email.to ?? []), ...(email.cc ?? [])].flatMap(mailboxesOf).map(({ address }) => address)
  return whyUnanswered(email.headers, from, named, ownAddress) === null
}

type Writer = { address: string; name: string }

function writerOf(email: Email): Writer {
  for (const { address, name } of [email.from, email.sender].flatMap(mailboxesOf)) {
    if (isMailAddress(address)) return { address: address.toLowerCase(), name: oneLine(name, 200) }
  }
  throw new Defective(defectOf('no-sender', 'It names no sender whom one could answer.'))
}

/**
 * Where answers are asked for is who is answered, and so who is shown: whoever names another address than their own gains
 * no more by it than by writing from there. Only one's own address can be proved.
 */
function answeredAt(writer: Writer, email: Email, { ownAddress, trustedServer }: Reading): Arrival['from'] {
  const wished = (email.replyTo ?? []).flatMap(mailboxesOf)
  const address = wished.length === 1 ? (wished[0]?.address.toLowerCase() ?? '') : ''
  if (isMailAddress(address) && address !== writer.address && address !== ownAddress.toLowerCase()) {
    return { ...writer, address, reach: null, identity: null }
  }
  const named = addressParser(email.headers.find(({ key }) => key === 'from')?.value ?? '').flatMap(mailboxesOf)
  const isAlone = named.length === 1 && named[0]?.address.toLowerCase() === writer.address
  const proved = isAlone && isProved(email.headers, writer.address, trustedServer)
  return { ...writer, reach: null, identity: proved ? `mailto:${writer.address}` : null }
}

function mailboxesOf(address: Address | undefined) {
  if (address === undefined) return []
  return address.group ?? [address]
}

/** The plain text where there is one, else what the HTML says. Line ends at its very end belong to the mail's transport. */
function textOf(email: Email): { text: string; whole: boolean } {
  const plain = email.text ?? ''
  const chosen = plain.trim() === '' ? htmlToText(email.html ?? '', longestText + 1) : plain
  const text = asText(chosen)
  let end = text.length
  while (text.charAt(end - 1) === '\n') end--
  return cut(text.slice(0, end), longestText)
}

function sentAt(date: string | undefined, now: number): number | null {
  const time = Date.parse(date ?? '')
  return time >= 0 && time <= now + dayMs ? time : null
}
