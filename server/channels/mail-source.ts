import type { ImapFlow } from 'imapflow'
import type { Mark } from './mail-mark.ts'

const mailsAtOnce = 50
const bytesAtOnce = 32 * 1024 * 1024
/** What is fetched of a mail that is too long to be read: its head and the beginning of its text. */
const beginningBytes = 1_000_000

/** A mail of which the server says that it is there; `cameAt`: when it reached the mailbox, ms since 1970. */
export type Listed = { uid: number; bytes: number; cameAt: number | null }

/** `raw` is the whole mail, or its beginning where `bytes` is more. */
export type RawMail = { uid: number; bytes: number; raw: Buffer }

/** The mails after the mark, oldest first, in batches that fit into memory. */
export async function newMails(client: ImapFlow, mark: Mark): Promise<Listed[][]> {
  const listed = await listedMails(client, `${mark.uid + 1}:*`)
  const batches: Listed[][] = []
  let room = 0
  // The server answers "n:*" with the last mail even when that is older than n.
  const mails = listed.filter(({ uid }) => uid > mark.uid).toSorted((one, other) => one.uid - other.uid)
  for (const mail of mails) {
    const batch = batches.at(-1)
    if (batch === undefined || batch.length >= mailsAtOnce || mail.bytes > room) {
      batches.push([mail])
      room = bytesAtOnce - mail.bytes
    } else {
      batch.push(mail)
      room -= mail.bytes
    }
  }
  return batches
}

export async function listedMails(client: ImapFlow, uids: string): Promise<Listed[]> {
  const listed = await client.fetchAll(uids, { size: true, internalDate: true }, { uid: true })
  return listed.map(({ uid, size, internalDate }) => {
    const cameAt = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime()
    return { uid, bytes: size ?? 0, cameAt: Number.isNaN(cameAt) ? null : cameAt }
  })
}

/** Fetches mails without marking them as seen, in their order. What the server leaves out of its answer is left out. */
export async function rawMails(client: ImapFlow, batch: readonly Listed[], longestMail: number): Promise<RawMail[]> {
  const short = batch.filter(({ bytes }) => bytes <= longestMail)
  const long = batch.filter(({ bytes }) => bytes > longestMail)
  const mails = [...(await fetched(client, short, longestMail + 1)), ...(await fetched(client, long, beginningBytes))]
  return mails.toSorted((one, other) => one.uid - other.uid)
}

/** Whether the server gives out anything of a mail. */
export async function hasBeginning(client: ImapFlow, uid: number): Promise<boolean> {
  const mails = await fetched(client, [{ uid, bytes: 1, cameAt: null }], 1)
  return mails.length > 0
}

/** Whether the server said no, and is still there. One that is asked too much says when to come again, of whatever mail. */
export function isRefusal(error: unknown): boolean {
  const { responseStatus, code } = Object(error)
  return (responseStatus === 'NO' || responseStatus === 'BAD') && code !== 'ETHROTTLE'
}

/** Whether somebody removed all of them meanwhile. Passing over a mail that is still there would lose it. */
export async function areGone(client: ImapFlow, mails: readonly Listed[]): Promise<boolean> {
  if (mails.length === 0) return true
  const found = await client.search({ uid: mails.map(({ uid }) => uid).join(',') }, { uid: true })
  if (!Array.isArray(found)) throw new Error('The mail server could not search the mailbox.')
  return found.length === 0
}

async function fetched(client: ImapFlow, batch: readonly Listed[], maxLength: number): Promise<RawMail[]> {
  if (batch.length === 0) return []
  const uids = batch.map(({ uid }) => uid)
  const mails = await client.fetchAll(uids, { source: { start: 0, maxLength } }, { uid: true })
  return mails.flatMap(({ uid, source }) => {
    const bytes = batch.find(mail => mail.uid === uid)?.bytes ?? 0
    // An answer may name a mail and hold nothing of it.
    if (source === undefined && bytes > 0) return []
    const raw = source ?? Buffer.alloc(0)
    return [{ uid, raw, bytes: Math.max(bytes, raw.byteLength) }]
  })
}
