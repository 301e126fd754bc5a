import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Conversation, Human, Message } from '@muster/shared/conversation.ts'
import { shownAddress } from '@muster/shared/customer.ts'
import { fold } from '@muster/shared/fold.ts'
import type { Likeness } from '@muster/shared/likeness.ts'
import type { ConversationDetail } from '@muster/shared/protocol.ts'
import { addressKey, identityKey, type Known } from '../domain/human.ts'
import { keyOf, lists } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'

type MaybeSame = ConversationDetail['maybeSame']
type Guess = { id: string; because: Likeness }

/** How much is looked at and shown, so that opening a conversation costs the same in the largest incident. */
const mostShown = 5
const mostNames = 3
const mostNamesakes = 20
const newestMessages = 20
const mostWritten = 10
const mostChannels = 20

const parted: Likeness = {
  why: 'parted',
  address: null,
  sentence: 'They are provably the same; somebody parted them.',
}
const sameName: Likeness = { why: 'same-name', address: null, sentence: 'They bear the same name on two channels.' }

function wroteAddress(address: string): Likeness {
  return { why: 'wrote-address', address, sentence: `This one wrote the other one’s address: ${address}` }
}

function bothAlike(address: string): Likeness {
  const sentence = `They bear the same name, and their addresses are alike: ${address}`
  return { why: 'alike', address, sentence }
}

/**
 * Other conversations of an incident that are perhaps of the same human, the surest first. Only somebody who reads both can
 * say: nothing is merged because of it.
 */
export async function maybeSameAs(
  store: Store,
  incidentId: string,
  { conversation, messages }: Pick<ConversationDetail, 'conversation' | 'messages'>,
  channels: readonly Pick<ChannelRecord, 'id'>[],
): Promise<MaybeSame> {
  const proofs = conversation.humans.flatMap(({ identity }) => (identity === null ? [] : identity))
  const written = writtenIn(messages.slice(-newestMessages))
  const known = [
    ...proofs.map(proof => ({ key: identityKey(proof), because: parted })),
    ...written.flatMap(address =>
      channels.slice(0, mostChannels).map(({ id: channelId }) => ({
        key: addressKey({ channelId, address }),
        because: wroteAddress(address),
      })),
    ),
  ]
  const [led, namesakes] = await Promise.all([
    ledTo(store, incidentId, known),
    namesakesOf(store, incidentId, conversation),
  ])
  const guesses = new Map<string, Likeness>()
  for (const { id, because } of [...led, ...namesakes]) {
    if (id !== conversation.id && !guesses.has(id)) guesses.set(id, because)
  }
  return shown(store, incidentId, guesses)
}

async function ledTo(
  store: Store,
  incidentId: string,
  known: readonly { key: string; because: Likeness }[],
): Promise<Guess[]> {
  if (known.length === 0) return []
  const { records } = await store.read(
    incidentId,
    known.map(({ key }) => key),
  )
  return known.flatMap(({ because }, index) => {
    const id = (records[index]?.value as Known | undefined)?.conversationId ?? null
    return id === null ? [] : { id, because }
  })
}

async function namesakesOf(store: Store, incidentId: string, { humans }: Conversation): Promise<Guess[]> {
  const names = [...new Set(humans.map(({ name }) => name.trim()).filter(Boolean))].slice(0, mostNames)
  const pages = await Promise.all(
    names.map(name => store.list(incidentId, lists.named(name), { after: null, limit: mostNamesakes })),
  )
  return pages.flat().flatMap(({ stored }) => {
    const other = stored.value as Conversation
    const because = likeness(humans, other.humans)
    return because === null ? [] : { id: other.id, because }
  })
}

/** A name alone, on one channel, says nothing: there are many of most names. */
function likeness(ours: readonly Human[], theirs: readonly Human[]): Likeness | null {
  const pairs = ours.flatMap(our =>
    theirs.filter(their => fold(our.name) === fold(their.name)).map(their => [our, their] as const),
  )
  const alike = pairs.find(([our, their]) => areAlike(chosenBy(our), chosenBy(their)))
  if (alike) return bothAlike(shownAddress(alike[1]) ?? '')
  const apart = pairs.find(([our, their]) => our.channelId !== their.channelId)
  return apart ? sameName : null
}

/** What somebody chose of their address: before the "@" of a mail, the first part of a handle. */
function chosenBy(human: Human): string {
  const whole = fold(shownAddress(human) ?? '').replace(/^@/, '')
  const [first = ''] = whole.split(whole.includes('@') ? '@' : '.', 1)
  return first.replace(/[^\p{L}\p{N}]/gu, '')
}

const shortestAlike = 4

function areAlike(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  return short.length >= shortestAlike && long.includes(short)
}

const addresses =
  /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,4}|@[\p{L}\p{N}_]{1,64}(?:[.-][\p{L}\p{N}_]{1,63}){0,4}/gu

/** Addresses and handles that stand in the texts, each as it is and without the "@" before it. */
function writtenIn(messages: readonly Message[]): string[] {
  const found = messages.flatMap(({ text }) => text.slice(0, 4_000).match(addresses) ?? [])
  const spelled = found.flatMap(address => [address, ...(address.startsWith('@') ? [address.slice(1)] : [])])
  return [...new Set(spelled.map(address => address.toLowerCase()))].slice(0, mostWritten)
}

async function shown(store: Store, incidentId: string, guesses: ReadonlyMap<string, Likeness>): Promise<MaybeSame> {
  const few = [...guesses].slice(0, mostShown)
  if (few.length === 0) return []
  const { records } = await store.read(
    incidentId,
    few.map(([id]) => keyOf.conversation(id)),
  )
  return few.flatMap(([, because], index) => {
    const conversation = (records[index]?.value as Conversation | undefined) ?? null
    return conversation === null ? [] : { conversation, because }
  })
}
