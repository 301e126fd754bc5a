import { hmac } from 'k6/crypto'
import { b64decode } from 'k6/encoding'

/** Headers of a call signed as Standard Webhooks say: `secret` is `whsec_` and base64, `now` ms since 1970. */
export function signed(secret: string, id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const key = b64decode(secret.slice('whsec_'.length))
  const signature = hmac('sha256', key, `${id}.${timestamp}.${body}`, 'base64')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}
