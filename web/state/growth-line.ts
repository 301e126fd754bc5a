import type { Responder } from '@muster/shared/incident.ts'
import { moment } from './ages.ts'
import { isLearning } from './people.ts'
import { readinessLine } from './readiness-line.ts'
import { say } from './words.ts'

/** How somebody comes along: for those who came to help, who are not trusted yet or whom somebody reviewed. */
export function growthOf(responder: Responder, now: number): string | null {
  const { cohort, guest, record, briefedAt, readiness } = responder
  const { approved, edited, returned, inARow } = record
  const reviewed = approved + edited + returned > 0
  if (cohort === 'support' && !isLearning(responder) && !reviewed) return null
  return [
    guest ? say('training.guest') : cohort === 'other' ? say('training.helper') : null,
    reviewed ? say('training.record', { approved, edited, returned, inARow }) : say('training.noRecord'),
    briefedAt === null ? say('training.notBriefed') : say('training.briefed', { at: moment(briefedAt, now) }),
    readiness === null ? null : readinessLine(readiness, now),
  ]
    .filter(Boolean)
    .join(' · ')
}
