import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Call, Called } from './channel.ts'

/** Longest body of a call, in bytes: an event with all about it takes some 10 KB. */
export const longestCall = 1024 * 1024

type Judged = { type: 'event'; body: Buffer } | { type: 'answer'; called: Called }

/**
 * Judges a call of X: its check whether the address is ours, or an event. What it signs says nothing of the time, so a call
 * may be repeated by whoever saw it; all it does then is to bring again what is known by its id.
 */
export function judgeCall({ method, query, headers, body }: Call, secret: string | undefined): Judged {
  if (secret === undefined) return refuse(503, 'This channel has no consumer secret to know calls of X by.')
  if (method === 'GET') return proof(query.crc_token, secret)
  if (body.byteLength > longestCall) return refuse(413, `The body is longer than ${longestCall} bytes.`, 'body')
  const signature = headers['x-twitter-webhooks-signature']
  if (typeof signature !== 'string' || !isSigned(signature, body, secret)) {
    return refuse(401, 'The signature does not fit the body.', 'x-twitter-webhooks-signature')
  }
  return { type: 'event', body }
}

function proof(token: string | undefined, secret: string): Judged {
  if (token === undefined || token === '' || token.length > 1_000) {
    return refuse(400, 'Expected the token that is to be signed.', 'crc_token')
  }
  return { type: 'answer', called: { received: [], status: 200, body: { response_token: signatureOf(token, secret) } } }
}

function signatureOf(signed: string | Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(signed).digest('base64')}`
}

function isSigned(signature: string, body: Buffer, secret: string): boolean {
  const shown = Buffer.from(signature)
  const expected = Buffer.from(signatureOf(body, secret))
  return shown.length === expected.length && timingSafeEqual(shown, expected)
}

function refuse(status: number, sentence: string, field?: string): Judged {
  return {
    type: 'answer',
    called: { received: [], status, body: { sentence, ...(field !== undefined && { field }) } },
  }
}
