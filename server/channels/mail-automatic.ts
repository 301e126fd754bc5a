import type { Header } from 'postal-mime'

/**
 * Why no human waits for an answer to a mail (RFC 3834 and what else machines say of themselves), null for a human's.
 * `X-Auto-Response-Suppress` is left aside: people's own mail programs send it too.
 */
export function whyAutomatic(headers: readonly Header[], from: string, ownAddress: string): string | null {
  const values = (key: string) => headers.filter(header => header.key === key).map(header => header.value.trim())
  const submitted = values('auto-submitted').map(value => token(value))
  if (from === ownAddress.toLowerCase()) return 'It came from this mailbox’s own address.'
  if (/^multipart\/report\b/i.test(values('content-type')[0] ?? '')) return 'It is a delivery report.'
  if (/^mailer-daemon@/i.test(from) || isNull(values('return-path')[0])) return 'It is a bounce.'
  if (submitted.some(value => value !== 'no')) return 'It says that it was sent automatically.'
  if (values('list-id').length > 0) return 'It came through a mailing list.'
  if (values('precedence').some(value => /^(bulk|list|junk)$/.test(token(value)))) return 'It is bulk mail.'
  return null
}

/** Nobody reads what comes to such an address, or machines do. */
const unread =
  /^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?|abuse|root|daemon|notifications?|alerts?)(?:[+._-]|$)|(?:^owner-|-(?:request|bounces?|owner)$)/

/** Why a human's mail gets no answer of a machine (RFC 3834), null where it may. `to` are the addresses it names. */
export function whyUnanswered(
  headers: readonly Header[],
  from: string,
  to: readonly string[],
  ownAddress: string,
): string | null {
  const suppressed = headers.find(({ key }) => key === 'x-auto-response-suppress')?.value ?? ''
  if (/\b(?:all|oof|autoreply)\b/i.test(suppressed)) return 'It asks for no automatic answers.'
  if (headers.some(({ key }) => key.startsWith('list-'))) return 'It came through a mailing list.'
  if (unread.test(from.slice(0, from.lastIndexOf('@')))) return 'Nobody reads mail to its sender.'
  if (!to.some(address => address.toLowerCase() === ownAddress.toLowerCase())) return 'It does not name this mailbox.'
  return null
}

function token(value: string): string {
  return (/^[^\s;(]*/.exec(value)?.[0] ?? '').toLowerCase()
}

function isNull(path: string | undefined): boolean {
  return path !== undefined && /^<\s*>$/.test(path)
}
