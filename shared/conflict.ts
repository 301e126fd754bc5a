import { z } from 'zod'

/** What can stand in the way of a command, in English; what stands in braces is filled with values. */
const sentences = {
  'own-level': 'Your own level is for somebody else to set. Nothing was changed.',
  'own-thanks': 'Thanks are for others. Nothing was sent.',
  'own-role': 'You cannot change your own role; another commander can. Nothing was saved.',
  'own-access': 'You cannot disable yourself; another commander can.',
  'rights-already': '{name} may do as much by their own role already. Nothing was changed.',
  'in-command': '{name} commands this incident. Hand the command over first.',
  'guest-commands': '{name} came by a join link and cannot command an incident.',
  'guest-role': '{name} is a guest of one incident. Give them a role there, or add them as a new person.',
  'guest-no-more':
    '{name} was a guest of an incident that has been resolved, so there is no link for them. Add them as a new person.',
  'kept-id': 'This id is kept for Muster itself. Nothing was saved.',
  'name-taken': 'Somebody is called {name} already. Nothing was saved; add something that tells the two apart.',
  'disabled-for-good': '{name} has been disabled for good. To let them in again, add them as a new person.',
  'disabled-no-link': '{name} has been disabled, so there is no link for them.',
  'link-shown': 'This link was made and shown already, and is not kept. Ask for another one.',
  'no-code': 'No code could be made. Try again.',
  'code-full':
    'This code has let in as many as it may ({number}), so you are not in. Ask whoever gave it to you for a new one.',
  'declared-before': 'An incident with this id has been declared already.',
  'proposal-declared':
    '{name} declared an incident from this already, so nothing was changed. Look at the list of incidents.',
  'proposal-dismissed': '{name} dismissed this already, so nothing was changed. Look at the list of incidents.',
  'facts-to-come': 'There are no such facts yet. Load the page again.',
  'pattern-everywhere':
    'Pattern {number}, "{pattern}", cannot be used: it matches nothing at all, so it would match everywhere. Nothing was published; mend it and try again.',
  'pattern-brackets':
    'Pattern {number}, "{pattern}", cannot be used: a bracket is not closed or not opened; before one that stands for itself write "\\". Nothing was published; mend it and try again.',
  'pattern-repetition':
    'Pattern {number}, "{pattern}", cannot be used: "*", "+", "?" or a number in braces has nothing that it can repeat, or too much; before one that stands for itself write "\\". Nothing was published; mend it and try again.',
  'pattern-escape':
    'Pattern {number}, "{pattern}", cannot be used: what follows a "\\" means nothing; for the sign itself write "\\\\". Nothing was published; mend it and try again.',
  'pattern-range':
    'Pattern {number}, "{pattern}", cannot be used: a range in square brackets runs backwards or is none. Nothing was published; mend it and try again.',
  'pattern-unknown':
    'Pattern {number}, "{pattern}", cannot be used: what follows a "(?" is not known here, or used twice; a pattern cannot look ahead or back. Nothing was published; mend it and try again.',
  'pattern-large':
    'Pattern {number}, "{pattern}", cannot be used: it is too large. Nothing was published; mend it and try again.',
  'pattern-unreadable':
    'Pattern {number}, "{pattern}", cannot be used: it cannot be read. Nothing was published; mend it and try again.',
  'wording-theirs': 'There is such a wording already. Nothing was changed; propose it as a new one.',
  'wording-expired': 'It would have expired already. Nothing was saved; choose a later time, or none.',
  'wordings-full':
    'There are {number} wordings already, and no room for another. A lead takes some back or declines them first.',
  'question-changed': '{name} asks something else by now. Your answer was not sent; it is still in your editor.',
  'question-answered': '{name} has answered this question already. Yours was not sent; it is still in your editor.',
  'merge-itself': 'This is the same conversation. Choose the other one.',
  'merge-held':
    '{name} holds one of these two, so nothing was merged. Ask them to merge them, or wait until it is free.',
  'merge-too-long':
    'Together these two have more than {number} messages or replies, which is more than can be merged. Nothing was changed; answer them one by one.',
  'merge-drafts': 'The drafts of these two are too long together. Shorten one, then merge again.',
  'part-alone': 'Only this address writes here, so there is nothing to part.',
  'part-held': '{name} holds this conversation, so it was not parted. Ask them, or wait until it is free.',
  'part-too-long':
    'This conversation has more than {number} messages or replies, which is more than can be parted. Nothing was changed.',
  'pair-own': 'This conversation is yours already. Nothing was changed.',
  'pair-complete': '{name} sits beside {holder} already.',
  'pair-unable': 'You cannot answer here just now, so you cannot help with this one either.',
  'sample-judged': '{name} has looked at this reply already.',
  'updates-full': '{number} updates wait to be decided on. Decline some of them first.',
  'update-approved': 'Somebody has approved this update already. Nothing was changed.',
  'update-declined': 'Somebody has declined this update already. Nothing was changed.',
  'update-too-late':
    'This incident ended more than twelve hours ago, so nothing more is brought to its status pages. Write it there yourself, then say that it is there.',
  'update-overtaken':
    'A newer update is on this page or on its way there, and this one would stand above it. Nothing was brought; if something of it is still missing, write a new one.',
  'update-unread': 'A program cannot approve what the public reads: somebody must read it. Nothing was published.',
  'secret-elsewhere':
    'The server or account was changed, and what is stored is not sent there: give the {secrets} again. Nothing was saved or sent.',
  'changed-since':
    'Somebody has changed this since you read it. Nothing was saved. Read it anew, and name the version you have seen.',
  'removed-since':
    'Somebody has removed this since you read it. Nothing was saved. To add it anew name no version, and give its secrets again.',
  'id-taken': 'The id {id} belongs to "{name}" already. Nothing was saved; choose another.',
  'watches-full': 'This screen watches {number} incidents already. Close one of them first.',
  'watch-overtaken': 'This screen has asked for the incident again, or left it, meanwhile.',
} as const

export type ConflictWhy = keyof typeof sentences
export const conflictWhys = Object.keys(sentences) as [ConflictWhy, ...ConflictWhy[]]

/** Screens say it in their own language by `why`, filled with `values`; the sentence is for everybody else. */
export const Conflict = z.object({
  code: z.literal('conflict'),
  why: z.enum(conflictWhys),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  sentence: z.string(),
  /** Names what of the command is in the way, where a form can show it there. */
  field: z.string().optional(),
})
export type Conflict = z.infer<typeof Conflict>

type Blank<Sentence> = Sentence extends `${string}{${infer Name}}${infer Rest}` ? Name | Blank<Rest> : never
type ValuesOf<Why extends ConflictWhy> = Readonly<Record<Blank<(typeof sentences)[Why]>, string | number>>

export function conflict<Why extends ConflictWhy>(why: Why, values: ValuesOf<Why>, field?: string): Conflict {
  const given: Readonly<Record<string, string | number>> = values
  const sentence = sentences[why].replace(/\{(\w+)\}/g, (_, name: string) => String(given[name]))
  return { code: 'conflict', why, values: { ...given }, sentence, ...(field !== undefined && { field }) }
}
