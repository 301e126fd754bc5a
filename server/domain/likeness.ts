import { fingerprint } from './fingerprint.ts'

export const masked = (text: string): string => text
export const signatureOf = (_text: string): string | null => null
export const bandsOf = (_signature: string): string[] => []
export const likeness = (_one: string, _other: string): number => 0
export const sameKeyOf = (text: string): string => fingerprint(text)
