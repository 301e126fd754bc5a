import { z } from 'zod'
import { type Failure, FailureKind, noFailure, plainFailure } from './failure.ts'
import { Instant } from './identifier.ts'

const codes = [
  'unread',
  'direct-unread',
  'words-unread',
  'words-paused',
  'seldom',
  'no-signing-secret',
  'no-caller-key',
  'no-mail-found',
  'not-opened',
  'stopped',
] as const
type Code = (typeof codes)[number]

/** What is wrong with a channel. Screens say it in their own language by `code`; the sentence is for everybody else. */
export const Complaint = z.object({
  code: z.enum(codes),
  /** The account or the mailbox, as people call it; null where only one is meant. */
  place: z.string().nullable(),
  since: Instant.nullable(),
  ...FailureKind.shape,
  sentence: z.string(),
})
export type Complaint = z.infer<typeof Complaint>

type Given = { place: string; since: string; reason: string }

const waits = 'It waits there, and is tried again by itself.'
const meanwhile = 'Until that is mended nothing new comes in by it, and replies wait.'
const sentences: Record<Code, (given: Given) => string> = {
  unread: ({ place, since, reason }) => `Nothing of ${place} could be read${since}: ${reason}. ${waits}`,
  'direct-unread': ({ place, since, reason }) =>
    `No direct messages to ${place} could be read${since}: ${reason}. They wait there, and are read by themselves.`,
  'words-unread': ({ place, since, reason }) =>
    `The network could not be searched for ${place}${since}: ${reason}. What was written is read by itself later.`,
  'words-paused': ({ place }) =>
    `It may cost no more this month, so the network is not searched for words. What names ${place} is still read; raise the cap to search again.`,
  seldom: ({ place, reason }) => `What is new for ${place} is read only now and then: ${reason}.`,
  'no-signing-secret': () => 'It has no signing secret yet, so every call to it is refused.',
  'no-caller-key': () => 'It has no key yet that its provider calls with, so every call is refused.',
  'no-mail-found': ({ reason }) => `A call came in which no mail could be found. ${reason}`,
  'not-opened': ({ reason }) => `It could not be opened: ${reason}. ${meanwhile}`,
  stopped: ({ reason }) => `It stopped receiving: ${reason}. ${meanwhile}`,
}

/** `failure`: what it comes from; a sentence alone where nobody knows more. */
export function complaintOf(
  code: Code,
  given: { place?: string; since?: number; failure?: Failure | string } = {},
): Complaint {
  const { place = null, since = null, failure = null } = given
  const { reason, ...trouble } = typeof failure === 'string' ? plainFailure(failure) : (failure ?? noFailure)
  const at = since === null ? '' : ` since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const sentence = sentences[code]({ place: place ?? 'it', since: at, reason })
  return { code, place, since, ...trouble, sentence }
}
