import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { AlertSecrets, AlertSource } from '@muster/shared/alert.ts'

export type Call = {
  headers: IncomingHttpHeaders
  /** The bytes as they came. */
  body: Buffer
  /** ms since 1970. */
  now: number
}

const toleranceMs = 5 * 60_000
const mostSignatures = 10

/** Whether a call shows what its source was given. Nothing of the body is looked at before. */
export function isProved(kind: AlertSource['kind'], { token, signing }: AlertSecrets, call: Call): boolean {
  switch (kind) {
    case 'alertmanager':
      return showsToken(token, call)
    case 'grafana':
      return showsToken(token, call) || isSignedByGrafana(signing, call)
    case 'pagerduty':
      return isSignedByPagerDuty(signing, call)
  }
}

function showsToken(token: string | undefined, { headers }: Call): boolean {
  const shown = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]
  return token !== undefined && shown !== undefined && isSame(shown, token)
}

/** "v1=" and the hexadecimal signature of the body, one for each secret that is good just now. */
function isSignedByPagerDuty(secret: string | undefined, { headers, body }: Call): boolean {
  const signatures = String(headers['x-pagerduty-signature'] ?? '')
    .split(',', mostSignatures)
    .map(signature => signature.trim())
  return secret !== undefined && anyOf(signatures, `v1=${hmacOf(secret, body)}`)
}

/** The time goes into the signature where Grafana is told to name it; else the body alone is signed. */
function isSignedByGrafana(secret: string | undefined, { headers, body, now }: Call): boolean {
  const signature = headers['x-grafana-alerting-signature']
  const time = headers['x-grafana-alerting-timestamp']
  if (secret === undefined || typeof signature !== 'string') return false
  if (time === undefined) return isSame(signature, hmacOf(secret, body))
  const isFresh = Math.abs(now - Number(time) * 1_000) <= toleranceMs
  return isFresh && isSame(signature, hmacOf(secret, Buffer.from(`${String(time)}:`), body))
}

function hmacOf(secret: string, ...parts: readonly Buffer[]): string {
  const hmac = createHmac('sha256', secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest('hex')
}

function anyOf(shown: readonly string[], wanted: string): boolean {
  // Each is compared, so that the time says nothing of which fits.
  return shown.map(each => isSame(each, wanted)).includes(true)
}

/** Takes the same time wherever they differ. */
function isSame(shown: string, wanted: string): boolean {
  const [one, other] = [shown, wanted].map(text => createHmac('sha256', 'compared').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
