import { isAnsweredDirectly, namingNobody } from '@muster/shared/mention-mastodon.ts'
import type { Outgoing } from './channel.ts'

/** A post as its server takes it. */
export type Post = { status: string; in_reply_to_id?: string; visibility: string; language?: string }

export function postOf({ text, language, to, answering }: Outgoing): Post {
  const acct = acctOf(answering?.anchor.acct) ?? to.address.replace(/^@/, '')
  const seenBy = answering?.visibility ?? 'direct'
  const isDirect = isAnsweredDirectly(seenBy)
  return {
    status: mentioning(isDirect ? namingOnly(acct, text) : text, acct),
    ...(answering !== null && { in_reply_to_id: answering.externalId }),
    visibility: isDirect ? 'direct' : seenBy,
    ...(language !== null && { language }),
  }
}

/** Who is answered only hears of it when they are named. */
function mentioning(text: string, acct: string): string {
  return acct === '' || nameOf(acct).test(text) ? text : `@${acct} ${text}`
}

/** What is direct goes to everybody whom its server takes to be named in it, so nobody else is. */
function namingOnly(acct: string, text: string): string {
  if (acct === '') return namingNobody(text)
  const pieces = text.split(nameOf(acct))
  // Every other one is the name.
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : namingNobody(piece))).join('')
}

function nameOf(acct: string): RegExp {
  const name = acct.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}\\p{Pc}@/=])(@${name})(?![.-]*[\\p{L}\\p{M}\\p{N}\\p{Pc}]|@)`, 'iu')
}

function acctOf(acct: unknown): string | null {
  return typeof acct === 'string' && acct !== '' ? acct : null
}
