import { type Defect, defectOf } from '@muster/shared/defect.ts'
import type { Received } from './channel.ts'
import { failureOf } from './failure.ts'
import { type MailAccount, openImap } from './mail-account.ts'
import type { Mark } from './mail-mark.ts'
import { type Listed, listedMails, type RawMail, rawMails } from './mail-source.ts'

const limitMs = 10_000
const idShape = /^withheld-(\d+)-(\d+)$/
const withheld = defectOf(
  'withheld',
  'Its mail server does not give it out. It is still in the mailbox: open it there.',
)
const gone = defectOf('gone', 'It is no longer where it was in its mailbox.')

/** A mail that its server lists and does not give out, with what is known to find it by. */
export function withheldMail({ uid, bytes, cameAt }: Listed, { uidValidity }: Mark, folder: string): Received {
  const came = cameAt === null ? [] : [`Received: ${new Date(cameAt).toUTCString()}`]
  const known = [...came, `Folder: ${folder}`, `Size: ${bytes} bytes`, `UID: ${uid}`]
  const raw = Buffer.from(known.join('\n'))
  return { type: 'unreadable', unreadable: { externalId: `withheld-${uidValidity}-${uid}`, defect: withheld, raw } }
}

export function wasWithheld(externalId: string): boolean {
  return idShape.test(externalId)
}

/** Asks its server for it once more; `kept` is what was set aside of it. */
export async function rereadWithheld(
  account: MailAccount,
  read: (mail: RawMail) => Promise<Received>,
  kept: { raw: Uint8Array; externalId: string },
): Promise<Received> {
  const aside = (defect: Defect): Received => ({ type: 'unreadable', unreadable: { ...kept, defect } })
  try {
    const mail = await mailAgain(account, kept.externalId, AbortSignal.timeout(limitMs))
    if ('code' in mail) return aside(mail)
    const received = await read(mail)
    return received.type === 'unreadable' ? aside(received.unreadable.defect) : received
  } catch (error) {
    const failure = failureOf(error, account.conceal)
    return aside(defectOf('not-looked-up', `It could not be looked up: ${failure.reason}`, { failure }))
  }
}

async function mailAgain(account: MailAccount, externalId: string, signal: AbortSignal): Promise<RawMail | Defect> {
  const [, uidValidity, uid = ''] = idShape.exec(externalId) ?? []
  const client = await openImap(account, signal)
  try {
    const opened = await client.mailboxOpen(account.settings.mailbox, { readOnly: true })
    // Where its UIDs mean other mails now, the mailbox was read again from the first start on.
    const listed = String(opened.uidValidity) === uidValidity ? await listedMails(client, uid) : []
    if (listed.length === 0) return gone
    // Whether it says no or ends the connection, it does not give it out.
    const [mail] = await rawMails(client, listed, account.pace.longestMail).catch(() => [])
    return mail ?? withheld
  } finally {
    client.close()
  }
}
