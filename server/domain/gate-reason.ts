import type { GateReason, GateRule } from '@muster/shared/refusal.ts'

type Values = GateReason['values']
type Range = { from?: number; to?: number }

export function stop(rule: GateRule, sentence: string, values: Values = {}, range?: Range): GateReason {
  return { rule, weight: 'stop', sentence, values, ...range }
}

export function warn(rule: GateRule, sentence: string, values: Values = {}, range?: Range): GateReason {
  return { rule, weight: 'warn', sentence, values, ...range }
}
