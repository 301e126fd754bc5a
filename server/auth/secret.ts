import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, 43 characters that stand in an address, a header or a cookie as they are. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a secret. It needs no salt and no cost: nobody guesses 256 bits. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
