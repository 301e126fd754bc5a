import { joiner } from '@muster/shared/mention-mastodon.ts'
import { z } from 'zod'
import type { Found, Outgoing } from './channel.ts'
import { wordsOf } from './concealment.ts'
import { htmlToText } from './html-text.ts'
import { type MastodonAccount, ServerAway } from './mastodon-account.ts'
import { Source, Status } from './mastodon-entities.ts'
import { postOf } from './mastodon-reply.ts'

const pageSize = 40
const mostPages = 20
/** Two clocks that are kept right differ by less. */
const clockMs = 120_000
const hosts = /(?<![\w@])(@[\w.-]+)@[\p{L}\p{M}\p{N}.-]*[\p{L}\p{M}\p{N}]/gu
const Statuses = z.array(Status)

/**
 * Looks for a reply among the account's own posts, back to when it was handed in: `absent` where all of these were seen.
 * What its server is still about to store is not among them.
 */
export async function findPost(account: MastodonAccount, outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
  try {
    return await look(account, outgoing, signal)
  } catch (error) {
    const { log } = account.surroundings
    log('warn', 'own posts could not be searched', { reason: account.conceal(wordsOf(error)) })
    return { type: 'unknown' }
  }
}

async function look(account: MastodonAccount, outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
  const { id } = await account.me(signal)
  let before = ''
  for (let pages = 0; pages < mostPages; pages++) {
    const path = `/api/v1/accounts/${encodeURIComponent(id)}/statuses?limit=${pageSize}&exclude_reblogs=true${before}`
    const page = await account.read(path, Statuses, signal)
    for (const status of page) {
      if (!(await isIt(status, account, outgoing, signal))) continue
      return { type: 'sent', externalId: status.id, link: status.url ?? status.uri }
    }
    const last = page.at(-1)
    if (last === undefined || Date.parse(last.created_at) < outgoing.submittedAt - clockMs) return { type: 'absent' }
    before = `&max_id=${encodeURIComponent(last.id)}`
  }
  return { type: 'unknown' }
}

async function isIt(
  status: Status,
  account: MastodonAccount,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<boolean> {
  const post = postOf(outgoing)
  if ((status.in_reply_to_id ?? undefined) !== post.in_reply_to_id) return false
  if (!(Date.parse(status.created_at) >= outgoing.submittedAt - clockMs)) return false
  return flat(await textOf(status, account, signal)) === flat(post.status)
}

/** As it was handed in, where its server tells that; else as it is shown. */
async function textOf(status: Status, account: MastodonAccount, signal: AbortSignal): Promise<string> {
  try {
    return (await account.read(`/api/v1/statuses/${encodeURIComponent(status.id)}/source`, Source, signal)).text
  } catch (error) {
    if (error instanceof ServerAway && error.status === 404) return htmlToText(status.content, 100_000)
    throw error
  }
}

/**
 * A server may drop what nobody sees, and writes who is named as they write themselves, without the host where they are its
 * own.
 */
function flat(text: string): string {
  const seen = text.replaceAll(joiner, '').replace(hosts, '$1')
  return seen.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase()
}
