import { randomBytes } from 'node:crypto'

/** 32 letters and digits, none of which looks like another: what people dictate on the phone. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const length = 8

export function newCode(): string {
  return [...randomBytes(length)].map(byte => alphabet[byte % alphabet.length]).join('')
}

export function shownCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}

/** The code somebody typed, in whatever case and with whatever between its letters; null when it cannot be one. */
export function typedCode(text: string): string | null {
  const code = text.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return code.length === length && !/[IO01]/.test(code) ? code : null
}
