import type { GateRule } from './refusal.ts'

/** What a lead may set aside with a reason, and a reviewer may be asked about. */
export const overridable: readonly GateRule[] = ['must-not-say', 'must-not-match', 'wording', 'commitment', 'alike']
