import type { ForbiddenPattern } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { issuesSentence, refusalSentence } from './sentences.ts'

export type PatternRow = ForbiddenPattern & { id: string }

/** Patterns nobody's reply may match, as somebody writes them: one row each. */
export class PatternRows {
  #complaint = $state.raw<{ row: PatternRow; sentence: string } | null>(null)
  rows = $state<PatternRow[]>([])

  add(): void {
    this.rows.push({ id: crypto.randomUUID(), pattern: '', why: '' })
  }

  remove(id: string): void {
    this.rows = this.rows.filter(row => row.id !== id)
  }

  /** One without a word is one that was begun and left. */
  get #filled(): PatternRow[] {
    return this.rows.filter(({ pattern, why }) => pattern.trim() !== '' || why.trim() !== '')
  }

  get typed(): ForbiddenPattern[] {
    return this.#filled.map(({ pattern, why }) => ({ pattern, why: why.trim() }))
  }

  show(patterns: readonly ForbiddenPattern[]): void {
    this.#complaint = null
    this.rows = patterns.map(({ pattern, why }) => ({ id: crypto.randomUUID(), pattern, why }))
  }

  /** What was wrong with this row when it was last sent; gone with the next letter. */
  complaintAt({ id, pattern, why }: PatternRow): string | undefined {
    const { row, sentence } = this.#complaint ?? {}
    return row?.id === id && row.pattern === pattern && row.why === why ? sentence : undefined
  }

  forget(): void {
    this.#complaint = null
  }

  /** Whether the answer was about a row, which shows it now. */
  complain(outcome: Outcome): boolean {
    const [field, sentence] = fieldOf(outcome)
    const index = /^mustNotMatch\.(\d+)/.exec(field)?.[1]
    const row = index === undefined ? undefined : this.#filled[Number(index)]
    this.#complaint = row === undefined ? null : { row: { ...row }, sentence }
    return row !== undefined
  }
}

function fieldOf(outcome: Outcome): [field: string, sentence: string] {
  if (outcome.type === 'refused' && outcome.refusal.code === 'conflict') {
    return [outcome.refusal.field ?? '', refusalSentence(outcome.refusal)]
  }
  if (outcome.type !== 'invalid') return ['', '']
  return [outcome.issues[0]?.field ?? '', issuesSentence(outcome.issues)]
}
