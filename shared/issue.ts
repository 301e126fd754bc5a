import { z } from 'zod'
import { Wanted, wantedBy } from './wanted.ts'

/** `expected`: in English. Screens say it in their own language by what is wanted, where that is known. */
export const Issue = z.object({ field: z.string(), expected: z.string(), wanted: Wanted.optional() })
export type Issue = z.infer<typeof Issue>

/**
 * What is wrong with an input, field by field: what was expected there, never what stood there. `whole` names the input
 * itself. At most 20.
 */
export function issuesOf(error: z.ZodError, whole: string): Issue[] {
  return error.issues.slice(0, 20).map(issue => {
    const wanted = wantedBy(issue)
    return { field: fieldOf(issue.path) || whole, expected: expectedBy(issue), ...(wanted && { wanted }) }
  })
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, 200)
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return expectedOfUnion(issue)
  const said = issue.message.replace(/, received .*$/s, '')
  const from = said.indexOf('expected')
  return from < 0 ? `expected something else (${said})` : said.slice(from)
}

/** Of several shapes none fits: what each would have wanted. */
function expectedOfUnion({ errors }: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>): string {
  if (errors.length === 0) return 'expected one of the known values'
  const shapes = errors.map(issues =>
    issues.map(issue => `${fieldOf(issue.path) || 'all of it'} (${expectedBy(issue)})`).join(' and '),
  )
  return `expected one of these: ${shapes.join('; or ')}`
}
