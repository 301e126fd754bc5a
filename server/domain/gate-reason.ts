import { type Closed, wordsOfClosed } from '@muster/shared/closed.ts'
import type { GateReason, GateRule } from '@muster/shared/refusal.ts'

type Values = GateReason['values']
type Range = { from?: number; to?: number }

export function stop(rule: GateRule, sentence: string, values: Values = {}, range?: Range): GateReason {
  return { rule, weight: 'stop', sentence, values, ...range }
}

export function warn(rule: GateRule, sentence: string, values: Values = {}, range?: Range): GateReason {
  return { rule, weight: 'warn', sentence, values, ...range }
}

export const changed = stop(
  'epoch',
  'The guidance has changed since this was written: read the new facts, then send again.',
)

/** Its message can no more be answered. */
export function closedReason(closed: Closed): GateReason {
  return { ...stop('closed', wordsOfClosed(closed)), closed }
}

export function wordsOf(reasons: readonly GateReason[]): string {
  return reasons.map(({ sentence }) => sentence).join(' ')
}
