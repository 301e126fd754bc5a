import { createHmac } from 'node:crypto'

const letters = '234567abcdefghijklmnopqrstuvwxyz'
/** A TID has 53 bits for its microseconds: they end in the year 2255. */
const latest = 2 ** 53 / 1000 - 1_000

/**
 * The key under which a reply stands in the account's repository: a TID of the moment it was handed in, with what is
 * smaller than a millisecond taken from the reply's own key. The same from every node, at every try.
 */
export function recordKeyOf(key: string, submittedAt: number, hmacKey: Buffer | string): string {
  const digest = createHmac('sha256', hmacKey).update(`bluesky\n${key}`).digest()
  const at = Math.trunc(Math.min(Math.max(0, submittedAt), latest))
  const micros = BigInt(at) * 1000n + BigInt(digest.readUInt32BE(0) % 1000)
  const bits = (micros << 10n) | BigInt(digest.readUInt16BE(4) % 1024)
  const fives = Array.from({ length: 13 }, (_, place) => Number((bits >> BigInt(60 - place * 5)) & 31n))
  return fives.map(five => letters.charAt(five)).join('')
}
