import type { Defect } from '@muster/shared/defect.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { troubleWords } from './failure-words.ts'
import { isolated } from './plain.ts'
import { outcomeSentence, wantedWords } from './sentences.ts'
import { say } from './words.ts'

/** Why something is in quarantine; what a reader of such things said of it stands in it as it said it. */
export function defectSentence(defect: Defect): string {
  const { code, field, most, name, said, wanted } = defect
  switch (code) {
    case 'too-long':
    case 'too-slow':
      return say(`defect.${code}`, { number: most ?? 0 })
    case 'unparsed':
      return said === null ? say('defect.unparsed-alone') : say('defect.unparsed', { said: isolated(said) })
    case 'other-shape':
      return field === null ? say('defect.other-shape-alone') : say('defect.other-shape', { field: isolated(field) })
    case 'not-looked-up':
      return say('defect.not-looked-up', { trouble: troubleWords(defect) })
    case 'alert':
      return say('defect.alert', {
        name: isolated(name ?? ''),
        field: isolated(field ?? ''),
        said: wantedWords(wanted) ?? isolated(said ?? ''),
      })
    case 'fault':
      return name === null ? say('defect.fault-alone') : say('defect.fault', { reference: name })
    default:
      return say(`defect.${code}`)
  }
}

/** What came of reading it again; null when it was read. */
export function retrySentence(outcome: Outcome): string | null {
  const refusal = outcome.type === 'refused' ? outcome.refusal : null
  if (refusal?.code !== 'left-in-quarantine') return outcomeSentence(outcome)
  const { why, defect } = refusal
  if (why !== 'defect') return say(`quarantine.left.${why}`)
  if (defect === null) return refusal.sentence
  return say(defect.code === 'alert' ? 'defect.still-alert' : 'defect.still', { defect: defectSentence(defect) })
}
