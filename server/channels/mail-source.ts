import type { ImapFlow } from 'imapflow'
import type { Mark } from './mail-mark.ts'

const mailsAtOnce = 50
const bytesAtOnce = 32 * 1024 * 1024
/** What is fetched of a mail that is too long to be read: its head and the beginning of its text. */
const beginningBytes = 1_000_000

type Listed = { uid: number; bytes: number }

/** `raw` is the whole mail, or its beginning where `bytes` is more. */
export type RawMail = { uid: number; bytes: number; raw: Buffer }

/** The mails after the mark, oldest first, in batches that fit into memory. */
export async function newMails(client: ImapFlow, mark: Mark): Promise<Listed[][]> {
  const listed = await client.fetchAll(`${mark.uid + 1}:*`, { size: true }, { uid: true })
  const batches: Listed[][] = []
  let room = 0
  // The server answers "n:*" with the last mail even when that is older than n.
  const mails = listed.filter(({ uid }) => uid > mark.uid).toSorted((one, other) => one.uid - other.uid)
  for (const { uid, size } of mails) {
    const bytes = size ?? 0
    const batch = batches.at(-1)
    if (batch === undefined || batch.length >= mailsAtOnce || bytes > room) {
      batches.push([{ uid, bytes }])
      room = bytesAtOnce - bytes
    } else {
      batch.push({ uid, bytes })
      room -= bytes
    }
  }
  return batches
}

/** Fetches a batch without marking it as seen. Mails that somebody deleted meanwhile are left out. */
export async function rawMails(client: ImapFlow, batch: readonly Listed[], longestMail: number): Promise<RawMail[]> {
  const short = batch.filter(({ bytes }) => bytes <= longestMail)
  const long = batch.filter(({ bytes }) => bytes > longestMail)
  const mails = [...(await fetched(client, short, longestMail + 1)), ...(await fetched(client, long, beginningBytes))]
  await assertGone(
    client,
    batch.filter(({ uid }) => !mails.some(mail => mail.uid === uid)),
  )
  return mails.toSorted((one, other) => one.uid - other.uid)
}

/** Passing over a mail that is still there would lose it. */
async function assertGone(client: ImapFlow, missing: readonly Listed[]): Promise<void> {
  if (missing.length === 0) return
  const found = await client.search({ uid: missing.map(({ uid }) => uid).join(',') }, { uid: true })
  if (!Array.isArray(found) || found.length > 0)
    throw new Error('The mail server did not give out a mail that it lists.')
}

async function fetched(client: ImapFlow, batch: readonly Listed[], maxLength: number): Promise<RawMail[]> {
  if (batch.length === 0) return []
  const uids = batch.map(({ uid }) => uid)
  const mails = await client.fetchAll(uids, { source: { start: 0, maxLength } }, { uid: true })
  return mails.map(({ uid, source }) => {
    const raw = source ?? Buffer.alloc(0)
    const listed = batch.find(mail => mail.uid === uid)
    return { uid, raw, bytes: Math.max(listed?.bytes ?? 0, raw.byteLength) }
  })
}
