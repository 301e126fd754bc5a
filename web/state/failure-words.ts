import type { FailureKind } from '@muster/shared/failure.ts'
import { isolated } from './plain.ts'
import { say } from './words.ts'

/** What kind of failure something comes from, without a full stop; what others said of it stands in it as they said it. */
export function troubleWords({ trouble, status, said }: FailureKind): string {
  if (trouble === null) return ''
  const words = { status: String(status ?? ''), said: isolated(said ?? '') }
  switch (trouble) {
    case 'unreached':
    case 'held':
    case 'not-allowed':
    case 'in-clear':
    case 'unexpected':
      return say(`failure.${trouble}`, words)
    default:
      return say(said === null ? `failure.${trouble}-alone` : `failure.${trouble}`, words)
  }
}

/** Nobody else said anything of it, and Muster knows no kind. */
export function isSilent({ trouble, said }: FailureKind): boolean {
  return trouble === null || (trouble === 'other' && said === null)
}

/** As a sentence begins. */
export function begun(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}
