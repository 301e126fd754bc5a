import { z } from 'zod'

const whys = [
  'gone',
  'hidden',
  'account-gone',
  'blocked',
  'not-summoned',
  'protected',
  'group',
  'replies-off',
  'no-direct',
  'only-receives',
] as const
const ways = ['by-hand', 'write-directly', 'ask-to-write', 'where-written'] as const
type Why = (typeof whys)[number]
type Way = (typeof ways)[number]

/**
 * Why a message cannot be answered by its channel, and what can be done instead. Screens say it in their own language by
 * `why` and `how`; the sentences are for everybody else.
 */
export const Closed = z.object({
  why: z.enum(whys),
  /** What its network calls itself, or a channel of no network is called; null where it is about none. */
  network: z.string().max(80).nullable(),
  sentence: z.string().max(500),
  /** Another way to reach the person; null where there is none. `account`: ours, as people call it, where it takes that one. */
  otherWay: z
    .object({ how: z.enum(ways), account: z.string().max(320).nullable(), sentence: z.string().max(500) })
    .nullable(),
})
export type Closed = z.infer<typeof Closed>

const sentences: Record<Why, (network: string) => string> = {
  gone: () => 'The message it would answer was deleted.',
  hidden: () => 'The message is no longer there, or no longer shown to this account.',
  'account-gone': () => 'Their account is suspended, switched off or no longer there, so no reply would reach them.',
  blocked: () => 'They have blocked this account, or let it answer nothing of theirs.',
  'not-summoned': network =>
    `They neither mentioned nor quoted this account, and a program may answer only who does on ${network}.`,
  protected: () => 'It is shown to its author’s followers only, and an answer would be public.',
  group: () => 'It was written in a group chat, where others would read the answer.',
  'replies-off': () => 'Its author lets only some people answer it, and this account is not among them.',
  'no-direct': () => 'They take no direct messages from this account.',
  'only-receives': () => 'Its channel only receives: the settings name no address for replies.',
}

/** Reasons that belong to a channel as it is set: they are over for all that it brought once it is set otherwise. */
const ofChannel: ReadonlySet<Why> = new Set<Why>(['only-receives'])

export function isOfChannel({ why }: Pick<Closed, 'why'>): boolean {
  return ofChannel.has(why)
}

const otherWays: Record<Way, (network: string) => string> = {
  'by-hand': network => `Somebody can answer it by hand on ${network}`,
  'write-directly': network => `Open their profile on ${network} and write them a direct message, if they take those`,
  'ask-to-write': network => `Open their profile on ${network} and ask them there to write to you`,
  'where-written': network => `Somebody can answer it where it was written (${network}), if that takes answers`,
}

type Place = { network: string | null; how?: Way; account?: string; link?: string }

export function closedFor(why: Why, { network, how, account, link }: Place): Closed {
  const there = network ?? 'their network'
  const signedIn = account === undefined ? '' : `, signed in as ${account}`
  const way = how && `${otherWays[how](there)}${signedIn}${link === undefined ? '.' : `: ${link}`}`
  const otherWay = how && way ? { how, account: account ?? null, sentence: way } : null
  return { why, network, sentence: sentences[why](there), otherWay }
}

/** Why, and the other way, in English. */
export function wordsOfClosed({ sentence, otherWay }: Closed): string {
  return [sentence, otherWay?.sentence].filter(Boolean).join(' ')
}
