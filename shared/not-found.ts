import { z } from 'zod'

const nouns = {
  incident: 'incident',
  drill: 'drill',
  conversation: 'conversation',
  address: 'address in this conversation',
  claim: 'claim to share',
  question: 'question',
  reply: 'reply',
  'own-reply': 'reply of yours',
  'uncertain-reply': 'uncertain reply',
  sample: 'reply to look at',
  topic: 'topic',
  wording: 'wording',
  'proposed-wording': 'proposed wording',
  responder: "person in this incident's roster",
  person: 'person',
  token: 'token',
  channel: 'channel',
  'quarantined-message': 'quarantined message',
  playbook: 'playbook',
  proposal: 'proposal',
  'alert-source': 'source of alerts',
  'status-page': 'status page',
  update: 'update',
  'uncertain-update': 'update that waits to be settled',
} as const

/** What there is of none, and needs more words than that there is none. */
const sentences = {
  /** Whoever asks is not in the roster of the incident. */
  self: 'You are not on the roster of this incident. Join it first, then try again.',
  /** One answer for a code that is wrong, was closed, or whose incident is over: a guesser learns nothing of which. */
  code: 'This code leads nowhere: it is mistyped, or it has ended. Look at it again, or ask for a new one.',
} as const

type Noun = keyof typeof nouns
export type Missing = Noun | keyof typeof sentences
export const missing = [...Object.keys(nouns), ...Object.keys(sentences)] as [Missing, ...Missing[]]

/** Screens say it in their own language by `what`; the sentence is for everybody else. */
export const NotFound = z.object({ code: z.literal('not-found'), what: z.enum(missing), sentence: z.string() })
export type NotFound = z.infer<typeof NotFound>

export function notFound(what: Missing): NotFound {
  return { code: 'not-found', what, sentence: isNoun(what) ? noSuch(nouns[what]) : sentences[what] }
}

function isNoun(what: Missing): what is Noun {
  return what in nouns
}

function noSuch(noun: string): string {
  return `There is no such ${noun}. It may have been removed; look at the list again.`
}
