import { fold } from '@muster/shared/fold.ts'
import type { ForbiddenPattern } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { RE2JS } from 're2js'
import { conflict } from './refusals.ts'

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

/** What is wrong with a pattern, in the words of the engine; null where nothing is. */
function complaintAboutPattern(pattern: string): string | null {
  try {
    const matcher = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE).matcher('')
    return matcher.matches() ? 'it matches nothing at all, so it would match everywhere' : null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Names the first pattern nobody could match by, and what is wrong with it; null where all are good. */
export function complaintAboutPatterns(patterns: readonly ForbiddenPattern[]): Refusal | null {
  for (const [index, { pattern }] of patterns.entries()) {
    const complaint = complaintAboutPattern(pattern)
    if (complaint !== null) {
      return conflict(
        `Pattern ${index + 1}, "${pattern}", cannot be used: ${complaint}. Nothing was published; mend it and try again.`,
        `mustNotMatch.${index}.pattern`,
      )
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
