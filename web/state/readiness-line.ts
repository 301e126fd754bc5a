import type { Readiness } from '@muster/shared/training.ts'
import { moment } from './ages.ts'
import { say } from './words.ts'

/** How far somebody got before, when, and in which incident or drill. */
export function readinessLine({ level, at, title, drill }: Readiness, now: number): string {
  const told = { level: say(`level.${level}`), at: moment(at, now), title }
  return say(drill ? 'training.readyByDrill' : 'training.readyByIncident', told)
}
