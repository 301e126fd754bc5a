import type { FailureKind } from '@muster/shared/failure.ts'
import { isolated } from './plain.ts'
import { secretWords } from './secret-words.ts'
import { say } from './words.ts'

/** What kind of failure something comes from, without a full stop; what others said of it stands in it as they said it. */
export function troubleWords({ trouble, status, said, secrets, reference }: FailureKind): string {
  switch (trouble) {
    case null:
      return ''
    case 'status':
    case 'sign-in':
    case 'no-right':
    case 'other':
      return say(said === null ? `failure.${trouble}-alone` : `failure.${trouble}`, {
        status: String(status ?? ''),
        said: isolated(said ?? ''),
      })
    case 'secret-missing':
    case 'key-missing':
    case 'secret-changed':
      return say(`failure.${trouble}`, { secrets: secretWords(secrets ?? []) })
    case 'ours':
      return say('failure.ours', { reference: reference ?? '' })
    default:
      return say(`failure.${trouble}`, { said: isolated(said ?? '') })
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
