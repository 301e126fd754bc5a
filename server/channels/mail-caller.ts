import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MailInbound } from '@muster/shared/channel.ts'
import type { Call, Called } from './channel.ts'
import type { Signed, Wrapping } from './mail-unwrap.ts'

/** Postmark posts up to 35 MB. */
export const longestCall = 36 * 1024 * 1024
/** A provider tries again for so long at most, and its clock may be so much ahead. */
const longestRetryingMs = 9 * 3_600_000
const aheadMs = 300_000

/** Who posts mails to a channel's address, and with which secrets. */
export type Inbound = { provider: MailInbound; key: string; addressKey: string }

/** Mailgun signs a time and a token, not the mail: so its address holds a secret, too, that no signature tells. */
export function addressKeyOf(channelId: string, hmacKey: Buffer | string): string {
  return createHmac('sha256', hmacKey).update(`mail inbound ${channelId}`).digest('hex').slice(0, 32)
}

/** Where the provider is to post mails to, without the password that some of them want in it. */
export function inboundAddress(origin: string, channelId: string, { provider, addressKey }: Inbound): string {
  const address = `${origin}/hooks/${channelId}`
  return provider === 'mailgun' ? `${address}?key=${addressKey}&as=mime` : address
}

/** Whether a call comes from whom the channel expects, as far as its head tells. */
export function isKnown(
  { provider, key, addressKey }: Inbound,
  { headers, query }: Pick<Call, 'headers' | 'query'>,
): boolean {
  if (key === '') return false
  if (provider === 'mailgun') return isSame(query.key ?? '', addressKey)
  const [, scheme = '', shown = ''] = /^(\w+) (.*)$/.exec(String(headers.authorization ?? '')) ?? []
  if (provider === 'raw') return scheme.toLowerCase() === 'bearer' && isSame(shown, key)
  const userAndPassword = Buffer.from(shown, 'base64').toString()
  return scheme.toLowerCase() === 'basic' && isSame(userAndPassword.slice(userAndPassword.indexOf(':') + 1), key)
}

/** In what the mail comes; null where the body is the mail itself. */
export function wrappingOf(provider: MailInbound, { headers }: Pick<Call, 'headers'>): Wrapping | null {
  return provider === 'raw' ? null : { provider, contentType: String(headers['content-type'] ?? '') }
}

/** Why a signed call is not taken; null where it is. Whoever is refused with 406 does not come again. */
export function refusalOf(signed: Signed, key: string, now: number): Called | null {
  const { timestamp, token, signature } = signed
  const expected = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex')
  if (!isSame(signature, expected)) return refused(401, 'The signature does not fit the signing key of this channel.')
  const age = now - Number(timestamp) * 1000
  const isFresh = age <= longestRetryingMs && age >= -aheadMs
  return isFresh ? null : refused(406, 'The call is older than nine hours, or its time is still to come.')
}

export function refused(status: number, sentence: string): Called {
  return { received: [], status, body: { sentence } }
}

/** The status that keeps each provider from posting again what will never be read. */
export function neverAgain(provider: MailInbound): number {
  return { postmark: 403, mailgun: 406, raw: 422 }[provider]
}

/** Takes the same time wherever the two differ. */
function isSame(shown: string, expected: string): boolean {
  const [one, other] = [shown, expected].map(text => createHmac('sha256', 'compared').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
