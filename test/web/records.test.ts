import { markOf } from '@muster/server/domain/reply.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Facts, Incident } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { emptyBench } from '@muster/shared/training-rules.ts'
import { expect, test } from 'vitest'
import { fromSnapshot, put, type Records } from '../../web/state/records.ts'
import { ada, conversationIn, nextId, roomWithCustomer } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'

const start = 1_000_000

/** A room, and what a screen makes of its log that began with the customer who waits in it. */
function scene() {
  const { room, incidentId, conversationId: mail } = roomWithCustomer(start)
  const customers = new Customers(room, start + 10)
  const known = room.told.length
  const records = fromSnapshot({
    at: { era: 'e', seq: known },
    incident: room.get<Incident>('incident') as Incident,
    facts: room.get<Facts>('facts') as Facts,
    wordings: [],
    channels: [],
    conversations: [conversationIn(room, mail)],
    responders: [],
    replies: [],
    bench: emptyBench,
    pipes: { jammed: [] },
    updates: [],
  })
  let seq = known
  const give = (command: object) => room.give({ id: nextId(), incidentId, ...command } as never, ada, start + 20)
  /** Everything told since, as it comes over the wire. */
  const hear = (): Entry[] => {
    const entries = room.told.slice(seq).map(told => ({ ...told, seq: ++seq }))
    for (const entry of entries) put(records, entry)
    return entries
  }
  return { room, customers, mail, give, hear, records }
}

function fresh(room: ReturnType<typeof scene>['room']) {
  const conversations = room.list('conversations').map(key => room.get<Conversation>(key) as Conversation)
  const replies = conversations.flatMap(({ id }) =>
    room.list(`replies/${id}`).map(key => room.get<Reply>(key) as Reply),
  )
  return {
    conversations: new Map(conversations.map(each => [each.id, each])),
    replies: new Map(replies.map(each => [each.id, each.conversationId])),
  }
}

const shown = ({ conversations, replies }: Records) => ({
  conversations,
  replies: new Map([...replies].map(([id, { conversationId }]) => [id, conversationId])),
})

test('[MC23] a screen ends as a new snapshot shows it: after a merge, a parting, and both heard twice', () => {
  const { room, customers, mail, give, hear, records } = scene()
  const post = customers.write('By post.', { channelId: 'posts', address: '@kim' })
  give({ type: 'conversation/claim', conversationId: post })
  give({ id: 'r', type: 'reply/submit', conversationId: post, fence: 1, epoch: 1, text: 'Hi', through: 1 })
  give({ type: 'reply/recall', replyId: 'r' })
  hear()
  expect(records.replies.get('r')?.conversationId).toBe(post)
  give({ type: 'conversation/merge', conversationId: mail, otherId: post })
  const merged = hear()
  expect(shown(records)).toEqual(fresh(room))
  expect([...records.conversations.keys()]).toEqual([mail])
  expect(records.replies.get('r')?.conversationId).toBe(mail)
  give({ type: 'conversation/part', conversationId: mail, channelId: 'posts', address: '@kim' })
  hear()
  expect(shown(records)).toEqual(fresh(room))
  expect([...records.conversations.keys()].toSorted()).toEqual([mail, post].toSorted())
  expect(records.replies.get('r')?.conversationId).toBe(post)
  for (const entry of [...merged, ...room.told.slice(-1).map(told => ({ ...told, seq: 99 }))]) put(records, entry)
  expect(shown(records)).toEqual(fresh(room))
  const reply = room.get<Reply>('reply/r') as Reply
  expect(markOf(reply, 0)).toMatchObject({ conversationId: post, state: 'recalled' })
})

test('[MC13] [MC18] what is changed, taken away or settled takes the place of what was, and is read anew', () => {
  const { room, customers, mail, give, hear, records } = scene()
  const second = customers.write('And?')
  hear()
  const before = records.said.get(mail) ?? 0
  customers.edit(second, 'And when?', 5)
  hear()
  const edited = records.said.get(mail) ?? 0
  expect(edited).toBeGreaterThan(before)
  customers.delete(second)
  hear()
  expect(records.said.get(mail)).toBeGreaterThan(edited)
  expect(records.conversations.get(mail)).toMatchObject({ messages: 2, answeredThrough: 1, waitingSince: start })
  give({ type: 'conversation/settle', conversationId: mail, through: 2, how: 'needless', note: null })
  hear()
  expect(records.conversations.get(mail)).toMatchObject({ waitingSince: null })
  expect(shown(records)).toEqual(fresh(room))
})
