import { z } from 'zod'
import { Instant } from './identifier.ts'

const codes = [
  'unread',
  'direct-unread',
  'words-unread',
  'seldom',
  'no-signing-secret',
  'no-caller-key',
  'no-mail-found',
  'not-opened',
  'stopped',
] as const
type Code = (typeof codes)[number]

const troubles = [
  'status',
  'sign-in',
  'no-right',
  'unreached',
  'held',
  /** A secret is not stored; or it is, and its key is not here; or it was changed where it is kept. */
  'secret-missing',
  'key-missing',
  'secret-changed',
  /** A host that is not on the public internet is not listed; one would be told a secret in clear; ours is not one that is called. */
  'not-listed',
  'in-clear',
  'own-address',
  /** Muster itself failed. */
  'ours',
  'other',
] as const

/** What is wrong with a channel. Screens say it in their own language by `code`; the sentence is for everybody else. */
export const Complaint = z.object({
  code: z.enum(codes),
  /** The account or the mailbox, as people call it; null where only one is meant. */
  place: z.string().nullable(),
  since: Instant.nullable(),
  /** What kind of failure it comes from; null where from none. */
  trouble: z.enum(troubles).nullable(),
  /** The status its server answered with, where that is the trouble. */
  status: z.number().int().nullable(),
  /**
   * What its network, or whatever stands between, said of it: as it said it; or the host or address it is about. Null where the
   * words would be Muster's.
   */
  said: z.string().nullable(),
  /** The names of the secrets it is about, as ChannelSecrets has them. */
  secrets: z.array(z.string()),
  /** Under which the log says more, where Muster itself failed. */
  reference: z.string().nullable(),
  sentence: z.string(),
})
export type Complaint = z.infer<typeof Complaint>

type Given = { place: string; since: string; reason: string }
type Failure = { reason: string } & Pick<Complaint, 'trouble' | 'status' | 'said'> &
  Partial<Pick<Complaint, 'secrets' | 'reference'>>

const waits = 'It waits there, and is tried again by itself.'
const meanwhile = 'Until that is mended nothing new comes in by it, and replies wait.'
const sentences: Record<Code, (given: Given) => string> = {
  unread: ({ place, since, reason }) => `Nothing of ${place} could be read${since}: ${reason}. ${waits}`,
  'direct-unread': ({ place, since, reason }) =>
    `No direct messages to ${place} could be read${since}: ${reason}. They wait there, and are read by themselves.`,
  'words-unread': ({ place, since, reason }) =>
    `The network could not be searched for ${place}${since}: ${reason}. What was written is read by itself later.`,
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
  const { reason, ...trouble } = { ...none, ...(typeof failure === 'string' ? plain(failure) : failure) }
  const at = since === null ? '' : ` since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const sentence = sentences[code]({ place: place ?? 'it', since: at, reason })
  return { code, place, since, ...trouble, sentence }
}

const none = { reason: '', trouble: null, status: null, said: null, secrets: [], reference: null }

function plain(reason: string): Failure {
  return { reason, trouble: 'other', status: null, said: null }
}
