import { createHmac, timingSafeEqual } from 'node:crypto'

const mostSignatures = 10

/** A `webhook-signature` value of Standard Webhooks over the bytes as they travel. `timestamp` is in seconds. */
export function signatureOf(secret: string, id: string, timestamp: number | string, body: Buffer | string): string {
  return `v1,${digest(secret, id, timestamp, body).toString('base64')}`
}

/** Whether any of the signatures in the header was made with any of the secrets. Takes the same time wherever they differ. */
export function isSigned(
  header: string,
  secrets: readonly string[],
  signed: { id: string; timestamp: string; body: Buffer },
): boolean {
  const shown = header.split(' ').slice(0, mostSignatures).flatMap(signatureBytes)
  const expected = secrets.map(secret => digest(secret, signed.id, signed.timestamp, signed.body))
  return expected.some(digest => shown.some(bytes => bytes.length === digest.length && timingSafeEqual(bytes, digest)))
}

function signatureBytes(signature: string): Buffer[] {
  const [version, encoded] = signature.split(',')
  return version === 'v1' && encoded !== undefined ? [Buffer.from(encoded, 'base64')] : []
}

function digest(secret: string, id: string, timestamp: number | string, body: Buffer | string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
}
