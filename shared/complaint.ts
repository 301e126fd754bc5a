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
] as const
type Code = (typeof codes)[number]

/** What is wrong with a channel. Screens say it in their own language by `code`; the sentence is for everybody else. */
export const Complaint = z.object({
  code: z.enum(codes),
  /** The account or the mailbox, as people call it; null where only one is meant. */
  place: z.string().nullable(),
  since: Instant.nullable(),
  /** What the network, or what stands between, said of it: as it said it. */
  said: z.string().nullable(),
  sentence: z.string(),
})
export type Complaint = z.infer<typeof Complaint>

type Given = { place: string; since: string; said: string }

const waits = 'It waits there, and is tried again by itself.'
const sentences: Record<Code, (given: Given) => string> = {
  unread: ({ place, since, said }) => `Nothing of ${place} could be read${since}: ${said}. ${waits}`,
  'direct-unread': ({ place, since, said }) =>
    `No direct messages to ${place} could be read${since}: ${said}. They wait there, and are read by themselves.`,
  'words-unread': ({ place, since, said }) =>
    `The network could not be searched for ${place}${since}: ${said}. What was written is read by itself later.`,
  seldom: ({ place, said }) => `What is new for ${place} is read only now and then: ${said}.`,
  'no-signing-secret': () => 'It has no signing secret yet, so every call to it is refused.',
  'no-caller-key': () => 'It has no key yet that its provider calls with, so every call is refused.',
  'no-mail-found': ({ said }) => `A call came in which no mail could be found. ${said}`,
  'not-opened': ({ said }) => `It could not be opened: ${said}`,
}

export function complaintOf(code: Code, given: { place?: string; since?: number; said?: string } = {}): Complaint {
  const { place = null, since = null, said = null } = given
  const at = since === null ? '' : ` since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const sentence = sentences[code]({ place: place ?? 'it', since: at, said: said ?? 'nobody knows why' })
  return { code, place, since, said, sentence }
}
