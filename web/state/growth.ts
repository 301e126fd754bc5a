import type { Responder } from '@muster/shared/incident.ts'
import type { Training } from '@muster/shared/training.ts'
import { approvalsNeeded, type ReviewLoad } from '@muster/shared/training-rules.ts'

/** How many approvals in a row lead somebody to the next level; null where no more of them would. */
export function approvalsLeft(
  { level, record }: Pick<Responder, 'level' | 'record'>,
  load: ReviewLoad,
  training: Training,
): number | null {
  if (level === 'gated') return Math.max(1, approvalsNeeded(load, training) - record.inARow)
  return level === 'spot-checked' ? Math.max(1, training.approvalsToTrusted - record.inARow) : null
}
