import { type MailAccount, openImap } from './mail-account.ts'

/**
 * Whether a reply is in the account's folder of sent mail. Finding it there proves that it went out; not finding it proves
 * nothing, for many servers file no copies and others file them later: such a reply stays a person's to settle.
 */
export async function findSent(account: MailAccount, mark: string, signal: AbortSignal): Promise<boolean> {
  const client = await openImap(account, signal)
  try {
    const folder = (await client.list()).find(({ specialUse }) => specialUse === '\\Sent')
    if (folder === undefined) return false
    await client.mailboxOpen(folder.path, { readOnly: true })
    const uids = await client.search({ header: { 'message-id': mark } }, { uid: true })
    return Array.isArray(uids) && uids.length > 0
  } finally {
    client.close()
  }
}
