import type { Proposal } from '@muster/shared/proposal.ts'
import { moment } from './ages.ts'
import { number, say } from './words.ts'

/** Why somebody should look: what rose, or what alarmed. */
export function becauseOf({ cause, madeAt }: Proposal, now: number): string {
  const at = moment(madeAt, now)
  if (cause.type === 'alert') return say('proposal.alert', { at, detail: cause.alert.detail || cause.alert.title })
  const { lastMinute, usual } = cause.spike
  return say('proposal.spike', { at, count: lastMinute, usual: number(Math.round(usual * 10) / 10) })
}
