import { closedFor } from '@muster/shared/closed.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import type { Arrival } from './channel.ts'
import { htmlToText } from './html-text.ts'
import type { Status } from './mastodon-entities.ts'
import { asText, cut, longestText, oneLine } from './plain-text.ts'

/** What Mastodon calls its visibilities. Whatever else a server may name is taken for the narrowest. */
const visibilities: Record<string, Visibility> = {
  public: 'public',
  unlisted: 'unlisted',
  private: 'followers',
  mutuals_only: 'followers',
}

/** A post that names our account, as a message. `domain`: of our account's server, which local accounts leave out. */
export function arrivalOf(status: Status, domain: string): Arrival {
  const { account } = status
  const acct = fullAcct(account.acct, domain)
  const { text, whole } = cut(asText(textOf(status)), longestText)
  const sentAt = Date.parse(status.created_at)
  return {
    externalId: status.id,
    from: {
      address: `@${acct}`,
      name: oneLine(account.display_name, 200) || oneLine(account.username, 200),
      reach: account.followers_count ?? null,
      identity: `acct:${acct.toLowerCase()}`.slice(0, 400),
    },
    subject: null,
    text,
    whole,
    visibility: visibilities[status.visibility] ?? 'direct',
    link: webAddress(status.url) ?? webAddress(status.uri),
    closed: account.suspended === true ? closedFor('account-gone', { network: 'Mastodon' }) : null,
    anchor: { acct: account.acct, account: account.id },
    sentAt: Number.isNaN(sentAt) ? null : sentAt,
    answersReply: null,
    automatic: account.bot === true ? 'Its account says that a program posts there, not a person.' : null,
  }
}

/** `user@host`, also of an account of our own server. */
export function fullAcct(acct: string, domain: string): string {
  return acct.includes('@') ? acct : `${acct}@${domain}`
}

/** When it was last changed, ms since 1970; null while it is as it came. */
export function editedAt({ edited_at }: Status): number | null {
  const at = Date.parse(edited_at ?? '')
  return Number.isNaN(at) ? null : at
}

/** The post with all a reader of it sees: its content warning first, its poll and its pictures last. */
function textOf({ spoiler_text, content, poll, media_attachments }: Status): string {
  const warning = spoiler_text.trim() === '' ? '' : `[CW: ${oneLine(spoiler_text, longestText)}]`
  const body = htmlToText(content, longestText + 1, 'named')
  const options = (poll?.options ?? []).map(({ title }) => `[ ] ${oneLine(title, 500)}`).join('\n')
  const media = media_attachments.map(({ type, description, url, remote_url }) => {
    const shows = oneLine(description ?? '', 2_000)
    return [`[${type}${shows === '' ? '' : `: ${shows}`}]`, webAddress(url) ?? webAddress(remote_url) ?? ''].join(' ')
  })
  return [warning, body, options, media.join('\n').trim()].filter(part => part !== '').join('\n\n')
}

function webAddress(address: string | null | undefined): string | null {
  return /^https?:\/\/\S+$/i.test(address ?? '') ? (address ?? null) : null
}
