import type { Visibility } from '@muster/shared/conversation.ts'
import type { Outgoing } from './channel.ts'

/** A post as its server takes it. */
export type Post = { status: string; in_reply_to_id?: string; visibility: string; language?: string }

/**
 * Never seen by more people than what it answers. Mastodon shows a followers-only reply to our own followers, who could not
 * read what it answers: those are answered directly.
 */
const visibilities: Record<Visibility, string> = {
  public: 'public',
  unlisted: 'unlisted',
  followers: 'direct',
  direct: 'direct',
}

export function postOf({ text, language, to, answering }: Outgoing): Post {
  const acct = acctOf(answering?.anchor.acct) ?? to.address.replace(/^@/, '')
  return {
    status: mentioning(text, acct),
    ...(answering !== null && { in_reply_to_id: answering.externalId }),
    visibility: visibilities[answering?.visibility ?? 'direct'],
    ...(language !== null && { language }),
  }
}

/** Who is answered only hears of it when they are named. */
function mentioning(text: string, acct: string): string {
  if (acct === '') return text
  const name = acct.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const named = new RegExp(`(?<![\\w@/])@${name}(?![\\w@-])(?!\\.\\w)`, 'i')
  return named.test(text) ? text : `@${acct} ${text}`
}

function acctOf(acct: unknown): string | null {
  return typeof acct === 'string' && acct !== '' ? acct : null
}
