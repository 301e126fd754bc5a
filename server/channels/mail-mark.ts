import type { ImapFlow } from 'imapflow'
import { z } from 'zod'
import type { Place } from './channel.ts'
import type { MailAccount } from './mail-account.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000

/**
 * How far a mailbox was read. UIDs grow within one UIDVALIDITY; a new one says that they mean other mails now. `since` is
 * an hour before the mailbox was first opened: older mail is not ours to answer, however often UIDs start anew.
 */
const Mark = z.object({ uidValidity: z.string(), uid: z.number().int().nonnegative(), since: z.number() })
export type Mark = z.infer<typeof Mark>

/** Opens the mailbox (read-only) and finds where to go on; saves the place when it is a new one. */
export async function openAtMark(
  client: ImapFlow,
  { settings, surroundings }: MailAccount,
  place: Place,
): Promise<Mark> {
  const { uidValidity: current, uidNext } = await client.mailboxOpen(settings.mailbox, { readOnly: true })
  const uidValidity = String(current)
  const saved = Mark.safeParse(await place.load()).data
  if (saved?.uidValidity === uidValidity) return saved
  const since = saved?.since ?? surroundings.clock() - hourMs
  const mark = { uidValidity, uid: (await firstSince(client, since)) ?? uidNext, since }
  // Everything from that mail on is read again or for the first time: intake knows what it already has.
  mark.uid -= 1
  surroundings.log('info', 'mailbox read from a new place', {
    mailbox: settings.mailbox,
    ...mark,
    formerly: saved?.uidValidity ?? null,
  })
  await place.save(mark)
  return mark
}

/** The lowest UID of a mail that reached the mailbox at `since` or later. IMAP can only be asked for whole days. */
async function firstSince(client: ImapFlow, since: number): Promise<number | undefined> {
  const near = await client.search({ since: new Date(since - dayMs) }, { uid: true })
  if (!Array.isArray(near)) throw new Error('The mail server could not search the mailbox.')
  const first = near.toSorted((one, other) => one - other)[0]
  if (first === undefined) return undefined
  const dated = await client.fetchAll(`${first}:*`, { internalDate: true }, { uid: true })
  return dated
    .filter(({ internalDate }) => new Date(internalDate ?? 0).getTime() >= since)
    .map(({ uid }) => uid)
    .toSorted((one, other) => one - other)[0]
}
