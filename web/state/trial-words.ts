import type { Trial } from '@muster/shared/trial.ts'
import { begun, isSilent, troubleWords } from './failure-words.ts'
import { isolated } from './plain.ts'
import { say } from './words.ts'

/** What came of a step of trying a channel out; what others said stands in it as they said it. */
export function trialSentence(trial: Trial): string {
  const { code, values } = trial
  if (code === 'failed') {
    return isSilent(trial) ? say('trial.failed-alone') : say('trial.failed', { trouble: begun(troubleWords(trial)) })
  }
  const shown = Object.entries(values).map(([name, value]) => [name, shownAs(value)])
  return [say(`trial.${code}`, Object.fromEntries(shown)), quoted(trial)].filter(Boolean).join(' ')
}

/** Names and addresses are read in whichever direction; only what is counted is a number. */
function shownAs(value: string | number): string | number {
  return typeof value === 'string' ? isolated(value) : value
}

/** Why a server did not let somebody in; of others no more is said than that they do not answer. */
function quoted({ trouble, said }: Trial): string {
  return trouble === 'sign-in' && said !== null ? say('trial.server-said', { said: isolated(said) }) : ''
}
