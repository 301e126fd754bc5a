import type { Message } from '@muster/shared/conversation.ts'
import { addressId } from './address.ts'
import { type Context, change, type Decision, mostListed, type PutRecord, type View } from './decision.ts'
import { erased } from './erase.ts'
import { addressKey, type Known } from './human.ts'
import { keyOf, lists } from './indexes.ts'

/** So many messages of a gone account are taken away in one go. */
const mostAtOnce = 50

/** `at`: when the account went; what it wrote later, having come back, stays. */
export type Purge = { id: string; type: 'human/purge'; channelId: string; address: string; at: number }

type Kept = Message | Automatic
type Automatic = Pick<Message, 'id' | 'sentAt' | 'arrivedAt'> & { automatic: string }

/**
 * An account is gone: nothing it wrote is kept, and what it wrote and comes later is not taken. Some messages at a time:
 * `left` says whether there are more.
 */
export function purge(command: Purge, view: View, context: Context): Decision {
  const { at } = command
  const key = addressKey(command)
  const known = view.get<Known>(key)
  const keys = view.list(lists.writtenBy(addressId(command)))
  view.need(keys)
  const doomed = keys.flatMap(each => view.peek<Kept>(each) ?? []).filter(message => writtenAt(message) <= at)
  const left = { left: doomed.length > mostAtOnce || keys.length === mostListed }
  const marked = (known?.goneAt ?? -1) >= at
  const mark: PutRecord[] = marked
    ? []
    : [{ key, value: { ...known, conversationId: known?.conversationId ?? null, goneAt: at } satisfies Known }]
  const automatic = doomed.flatMap(each => ('automatic' in each ? unkept(each, at, view) : []))
  const messages = doomed.flatMap(each => ('automatic' in each ? [] : each))
  const [first, ...others] = messages
  if (first === undefined) {
    const put = [...mark, ...automatic]
    return put.length === 0 ? { type: 'unchanged', answer: { left: false } } : change(put, [], left)
  }
  const beside = others.filter(({ conversationId }) => conversationId === first.conversationId).slice(0, mostAtOnce - 1)
  for (const { id } of [first, ...beside]) view.get(keyOf.message(id))
  const gone = erased([first, ...beside], at, view, context)
  const more = { left: left.left || beside.length < others.length }
  return { ...gone, put: [...gone.put, ...mark, ...automatic], answer: more }
}

function writtenAt({ sentAt, arrivedAt }: Kept): number {
  return sentAt ?? arrivedAt
}

function unkept({ id }: Automatic, deletedAt: number, view: View): PutRecord[] {
  const [automatic, message] = [keyOf.automatic(id), keyOf.message(id)]
  view.get(automatic)
  view.get(message)
  return [
    { key: automatic, value: null },
    { key: message, value: { id, deletedAt } },
  ]
}
