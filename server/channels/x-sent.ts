import { setTimeout as pause } from 'node:timers/promises'
import { linksIn } from '@muster/shared/length-x-links.ts'
import type { Found, Outgoing } from './channel.ts'
import { wordsOf } from './concealment.ts'
import type { XAccount } from './x-account.ts'
import { type Anchor, linkOf, unescaped } from './x-arrival.ts'
import type { XClient } from './x-client.ts'
import type { XMeter } from './x-known.ts'
import { DirectEvent, Page, XPost } from './x-shape.ts'
import { idAt } from './x-snowflake.ts'

/** X's clock and ours may differ by so much, in ms. */
const skewMs = 60_000
const mostPages = 5

type Way = { account: XAccount; client: XClient; meter: XMeter }

/** `unseen`: all was looked through without finding it; `unread`: that was not possible. */
type Seen = Extract<Found, { type: 'sent' }> | { type: 'unseen' } | { type: 'unread' }

/**
 * Looks for a reply among what the account wrote since it was handed in: under the same post, or to the same person, and of
 * the same words. X says nowhere how soon it shows what it took, so that not finding a reply proves nothing.
 */
export async function findSent(way: Way, anchor: Anchor, outgoing: Outgoing, signal: AbortSignal): Promise<Seen> {
  const { pace, surroundings, settings } = way.account
  const isDirect = anchor.kind === 'direct'
  const look = isDirect ? lookDirectly : lookPublicly
  let seen: Seen = { type: 'unread' }
  // Direct messages may be listed only 15 times in 15 minutes.
  for (const waitMs of [0, ...(isDirect ? pace.findAgainMs.slice(-1) : pace.findAgainMs)]) {
    await pause(waitMs, null, { signal }).catch(() => {})
    if (signal.aborted) return { type: 'unread' }
    try {
      seen = await look(way, anchor, outgoing, signal)
      if (seen.type === 'sent') return seen
    } catch (error) {
      const reason = way.client.conceal(wordsOf(error))
      surroundings.log('warn', 'a reply on X could not be looked for', { account: settings.username, reason })
      return { type: 'unread' }
    }
  }
  return seen
}

async function lookPublicly(
  { account, client, meter }: Way,
  anchor: Anchor,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Seen> {
  const { settings } = account
  const target = anchor.kind === 'post' ? anchor.post : ''
  const query = { max_results: '100', since_id: idAt(outgoing.submittedAt - skewMs) }
  const path = `/2/users/${settings.userId}/tweets`
  let token: string | undefined
  for (let pages = 0; pages < mostPages; pages++) {
    const turned = token === undefined ? {} : { pagination_token: token }
    const page = await client.readPosts(path, { ...query, ...turned }, 'account', signal)
    const posts = page.data.flatMap(each => XPost.safeParse(each).data ?? [])
    meter.read(
      'post',
      posts.map(({ id }) => id),
    )
    const found = posts.find(
      ({ text, references }) =>
        references.some(({ type, id }) => type === 'replied_to' && id === target) && isSame(text, outgoing.text),
    )
    if (found !== undefined) {
      return { type: 'sent', externalId: found.id, link: linkOf(settings.username, found.id) }
    }
    token = page.meta?.next_token
    if (token === undefined) return { type: 'unseen' }
  }
  return { type: 'unread' }
}

async function lookDirectly(
  { account, client, meter }: Way,
  anchor: Anchor,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Seen> {
  const participant = anchor.kind === 'direct' ? anchor.participant : ''
  const path = `/2/dm_conversations/with/${participant}/dm_events`
  const query = {
    max_results: '100',
    event_types: 'MessageCreate',
    'dm_event.fields': 'created_at,event_type,id,text',
    expansions: 'sender_id',
  }
  const page = await client.read({ method: 'GET', path, query, as: 'account' }, Page, signal)
  const events = page.data.flatMap(each => DirectEvent.safeParse(each).data ?? [])
  meter.read(
    'direct',
    events.map(({ id }) => id),
  )
  const since = outgoing.submittedAt - skewMs
  const found = events.find(
    ({ senderId, at, text }) =>
      senderId === account.settings.userId && (at ?? 0) >= since && isSame(text, outgoing.text),
  )
  return found === undefined ? { type: 'unseen' } : { type: 'sent', externalId: `direct-${found.id}`, link: null }
}

/** X puts names in front, shortens links and writes "&amp;": none of that makes it another reply. */
function isSame(shown: string, sent: string): boolean {
  return bare(unescaped(shown)) === bare(sent)
}

function bare(text: string): string {
  const normal = text.normalize()
  const links = linksIn(normal)
  let at = 0
  let prose = ''
  for (const { start, end } of links) {
    prose += `${normal.slice(at, start)}\u0000`
    at = end
  }
  return `${prose}${normal.slice(at)}`
    .replace(/^(?:@\w{1,15}\s+)+/, '')
    .replace(/\s+/g, ' ')
    .trim()
}
