import type { Setback } from '@muster/shared/setback.ts'
import { begun, isSilent, troubleWords } from './failure-words.ts'
import { isolated } from './plain.ts'
import { say } from './words.ts'

/** Why something did not leave, or why nobody can tell; what others said of it stands in it as they said it. */
export function setbackSentence(setback: Setback): string {
  const { code, said } = setback
  switch (code) {
    case 'not-taken':
    case 'unclear':
      return isSilent(setback)
        ? say(`setback.${code}-alone`)
        : say(`setback.${code}`, { trouble: begun(troubleWords(setback)) })
    case 'no-such-address':
    case 'mailbox-full':
    case 'too-long':
    case 'mailbox-closed':
    case 'unwanted':
    case 'never-reached':
    case 'came-back':
      return [say(`setback.${code}`), said && say('setback.server-said', { said: isolated(said) })]
        .filter(Boolean)
        .join(' ')
    default:
      return say(`setback.${code}`)
  }
}

/** All of them, one after another. */
export function setbackWords(setbacks: readonly Setback[]): string {
  return setbacks.map(setbackSentence).join(' ')
}
