import { type ConflictWhy, conflict } from '@muster/shared/conflict.ts'
import { fold } from '@muster/shared/fold.ts'
import type { ForbiddenPattern } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { RE2JS, RE2JSSyntaxException } from 're2js'

type PatternConflict = Extract<ConflictWhy, `pattern-${string}`>
export type Match = { phrase: string; why: string; range: { from: number; to: number } | null }

/**
 * Where patterns that leads wrote match a text: each once, in time linear in the text whatever the pattern. What matches
 * only once width, invisible characters and line ends make no difference has no range.
 */
export function matchesIn(text: string, patterns: readonly ForbiddenPattern[]): Match[] {
  return patterns.flatMap(({ pattern, why }): Match[] => {
    const range = matchIn(text, pattern)
    if (range !== null) return [{ phrase: phraseIn(text, range), why, range }]
    const folded = fold(text)
    const hidden = matchIn(folded, pattern)
    return hidden === null ? [] : [{ phrase: phraseIn(folded, hidden), why, range: null }]
  })
}

function matchIn(text: string, pattern: string): Match['range'] {
  const matcher = compiled(pattern)?.matcher(text)
  while (matcher?.find()) {
    const [from, to] = [matcher.start(), matcher.end()]
    if (from < to) return { from, to }
  }
  return null
}

function phraseIn(text: string, { from, to }: { from: number; to: number }): string {
  return text.slice(from, Math.min(to, from + 120))
}

/** What the engine says of a pattern it cannot read, and what that is here. */
const complaints: Readonly<Record<string, PatternConflict>> = {
  'missing closing ]': 'pattern-brackets',
  'missing closing )': 'pattern-brackets',
  'unexpected )': 'pattern-brackets',
  'missing argument to repetition operator': 'pattern-repetition',
  'invalid nested repetition operator': 'pattern-repetition',
  'invalid repeat count': 'pattern-repetition',
  'invalid escape sequence': 'pattern-escape',
  'trailing backslash at end of expression': 'pattern-escape',
  'invalid character class range': 'pattern-range',
  'invalid or unsupported Perl syntax': 'pattern-unknown',
  'invalid named capture': 'pattern-unknown',
  'duplicate capture group name': 'pattern-unknown',
  'invalid capture in lookbehind': 'pattern-unknown',
  'expression too large': 'pattern-large',
  'expression nests too deeply': 'pattern-large',
}

/** What is wrong with a pattern; null where nothing is. */
function complaintAboutPattern(pattern: string): PatternConflict | null {
  try {
    const matcher = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE).matcher('')
    return matcher.matches() ? 'pattern-everywhere' : null
  } catch (error) {
    const said = error instanceof RE2JSSyntaxException ? error.getDescription() : ''
    return complaints[said] ?? 'pattern-unreadable'
  }
}

/** Names the first pattern nobody could match by, and what is wrong with it; null where all are good. */
export function complaintAboutPatterns(patterns: readonly ForbiddenPattern[]): Refusal | null {
  for (const [index, { pattern }] of patterns.entries()) {
    const complaint = complaintAboutPattern(pattern)
    if (complaint !== null) {
      return conflict(complaint, { number: index + 1, pattern }, `mustNotMatch.${index}.pattern`)
    }
  }
  return null
}

const mostKept = 500
const known = new Map<string, RE2JS | null>()

function compiled(pattern: string): RE2JS | null {
  const former = known.get(pattern)
  if (former !== undefined) return former
  if (known.size >= mostKept) known.clear()
  const made = complaintAboutPattern(pattern) === null ? RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE) : null
  known.set(pattern, made)
  return made
}
