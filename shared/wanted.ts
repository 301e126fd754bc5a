import { z } from 'zod'

/** What of a text no general rule says, in English: a schema says it so, and by that an issue is known. */
export const wanted = {
  identifier: 'expected 1 to 64 letters, digits, "-" or "_"',
  'one-line': 'expected one line without control characters',
  'each-once': 'expected each id once',
  language: 'expected two small letters, like "en"',
  host: 'expected a host name or an address',
  'web-address': 'expected an http or https address',
  'socket-address': 'expected a ws or wss address',
  'mail-address': 'expected a mail address',
  handle: 'expected a handle, like "acme.bsky.social"',
  'account-number': 'expected the number of the account',
  'account-name': 'expected a name of 1 to 15 letters, digits or "_"',
  searchable: 'expected something besides quotation marks and backslashes',
  'signing-secret': 'expected "whsec_" and 24 to 64 bytes of base64',
  base64: 'expected base64',
  'page-id': 'expected the id of the page',
  components: 'expected ids of components',
} as const

const general = [
  'text',
  'some-text',
  'most-characters',
  'least-characters',
  'list',
  'some-entries',
  'most-entries',
  'least-entries',
  'number',
  'whole-number',
  'most',
  'least',
  'more-than',
  'least-seconds',
  'yes-or-no',
  'fields',
  'nothing',
  'one-of',
  'known-shape',
] as const

type Form = keyof typeof wanted
export type WantedCode = Form | (typeof general)[number]
const forms = Object.keys(wanted) as Form[]
export const wantedCodes = [...general, ...forms] as [WantedCode, ...WantedCode[]]

/** What was expected of a field. Screens say it in their own language by `code`, filled with `values`. */
export const Wanted = z.object({
  code: z.enum(wantedCodes),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Wanted = z.infer<typeof Wanted>

type Problem = z.core.$ZodIssue

const types: Readonly<Record<string, WantedCode>> = {
  string: 'text',
  number: 'number',
  int: 'whole-number',
  boolean: 'yes-or-no',
  array: 'list',
  object: 'fields',
  record: 'fields',
  null: 'nothing',
}
const most: Readonly<Record<string, WantedCode>> = {
  string: 'most-characters',
  array: 'most-entries',
  number: 'most',
  int: 'most',
}
const least: Readonly<Record<string, WantedCode>> = {
  string: 'least-characters',
  array: 'least-entries',
  number: 'least',
  int: 'least',
}
const atAll: Readonly<Record<string, WantedCode>> = { string: 'some-text', array: 'some-entries' }

/** Undefined where the sentence alone tells. */
export function wantedBy(issue: Problem): Wanted | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return filled(types[issue.expected])
    case 'too_big':
      return filled(most[issue.origin], { number: Number(issue.maximum) })
    case 'too_small':
      return filled(leastBy(issue), { number: Number(issue.minimum) })
    case 'invalid_value':
      return filled('one-of', { list: issue.values.map(String).join(', ') })
    case 'invalid_union':
      return filled('known-shape')
    case 'custom':
      return Wanted.safeParse(issue.params?.wanted).data ?? formOf(issue)
    default:
      return formOf(issue)
  }
}

function leastBy({ origin, minimum, inclusive }: Extract<Problem, { code: 'too_small' }>): WantedCode | undefined {
  if (inclusive === false) return 'more-than'
  return (minimum === 1 ? atAll[origin] : undefined) ?? least[origin]
}

function formOf({ message }: Problem): Wanted | undefined {
  return filled(forms.find(form => wanted[form] === message))
}

function filled(code: WantedCode | undefined, values: Wanted['values'] = {}): Wanted | undefined {
  return code === undefined ? undefined : { code, values }
}
