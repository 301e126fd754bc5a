import type { Sameness } from '@muster/shared/channel.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { PutRecord, View } from './decision.ts'
import type { Moved } from './human.ts'
import { keyOf } from './indexes.ts'
import { bandsOf, likeness, sameKeyOf, signatureOf } from './likeness.ts'

/** Under one band: what went out last by a channel, of which a part of the likeness is the same. */
export type Said = { replies: { replyId: string; conversationId: string; signature: string | null }[] }

const mostUnderABand = 32

type Speaking = Pick<Reply, 'conversationId' | 'text' | 'to'>

/**
 * How many other customers got what is as like this as the channel finds too like. `rest`: the decision stands only while
 * nothing more of the kind goes out; so of two alike that leave at once one sees the other.
 */
export function alikeIn(reply: Speaking, sameness: Sameness | null, view: View, rest: 'rest' | 'look'): number {
  if (sameness === null) return 0
  const signature = signatureOf(reply.text)
  const [same, ...bands] = keysOf(reply, signature)
  view.need([same, ...bands])
  const read = (key: string) => (rest === 'rest' ? view.get<Said>(key) : view.peek<Said>(key))?.replies ?? []
  const alike = new Set(read(same).map(({ conversationId }) => conversationId))
  for (const said of bands.flatMap(read)) {
    if (signature === null || said.signature === null) continue
    if (likeness(signature, said.signature) >= sameness.likeness) alike.add(said.conversationId)
  }
  return othersThan(reply.conversationId, alike, view)
}

/** A conversation that was merged is the one it went to. */
function othersThan(conversationId: string, ids: ReadonlySet<string>, view: View): number {
  view.need([...ids].map(keyOf.moved))
  const now = new Set([...ids].map(id => placeNow(id, view)))
  now.delete(conversationId)
  return now.size
}

function placeNow(conversationId: string, view: View): string {
  const moved = view.peek<Moved>(keyOf.moved(conversationId))
  return moved === null ? conversationId : placeNow(moved.to, view)
}

/** Writes down that this goes out. `alikeIn` has to have rested on it before. */
export function said(reply: Speaking & { id: string }, sameness: Sameness | null, view: View): PutRecord[] {
  if (sameness === null) return []
  const signature = signatureOf(reply.text)
  const entry = { replyId: reply.id, conversationId: reply.conversationId, signature }
  return keysOf(reply, signature).map(key => {
    const former = view.get<Said>(key)?.replies ?? []
    const others = former.filter(({ replyId }) => replyId !== reply.id)
    return { key, value: { replies: [...others, entry].slice(-mostUnderABand) } satisfies Said }
  })
}

/** Takes back that it goes out, as nobody got it: whatever the channel's rule is by now. */
export function unsaid({ id, ...reply }: Speaking & { id: string }, view: View): PutRecord[] {
  const keys = keysOf(reply, signatureOf(reply.text))
  view.need(keys)
  return keys.flatMap(key => {
    const former = view.get<Said>(key)?.replies ?? []
    const replies = former.filter(({ replyId }) => replyId !== id)
    return replies.length === former.length ? [] : [{ key, value: replies.length === 0 ? null : { replies } }]
  })
}

/** What is looked at before it may go out. */
export function keysToSay(reply: Speaking): string[] {
  return keysOf(reply, signatureOf(reply.text))
}

function keysOf({ text, to: { channelId } }: Speaking, signature: string | null): [same: string, ...bands: string[]] {
  const bands = signature === null ? [] : bandsOf(signature)
  return [keyOf.said(channelId, `same-${sameKeyOf(text)}`), ...bands.map(band => keyOf.said(channelId, band))]
}
