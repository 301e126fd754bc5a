import { createHash } from 'node:crypto'

/** A short id made of what identifies a thing, the same on every node: 22 characters of SHA-256, safe in keys. */
export function fingerprint(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:${part}`)
  return hash.digest('base64url').slice(0, 22)
}
