import { isKey, listed, say } from './words.ts'

/** Secrets by their names in ChannelSecrets, in a row. */
export function secretWords(names: readonly string[]): string {
  return listed(names.map(named))
}

function named(name: string): string {
  const key = `secret.${name}`
  return isKey(key) ? say(key) : name
}
