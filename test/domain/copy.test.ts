import { muster } from '@muster/server/domain/decision.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { expect, test } from 'vitest'
import { arrivalOf, arriving, conversationIn, roomWithCustomer } from '../support/builders.ts'

const start = 1_000_000

test('[CH20] a mail that reached two mailboxes is one message of one conversation, whichever comes first', () => {
  for (const [first, second] of [
    ['support', 'billing'],
    ['billing', 'support'],
  ] as const) {
    const { room } = roomWithCustomer(start)
    const arrival = arrivalOf({ everywhere: 'one@example.test#1', from: { address: 'zoe@example.com', name: 'Zoe' } })
    room.give(arriving(arrival, first), muster, start)
    room.give(arriving(arrival, second), muster, start + 5)
    room.give(arriving(arrival, second), muster, start + 6)
    room.give(arriving(arrival, first), muster, start + 7)
    expect(room.list('conversations')).toHaveLength(2)
    const id = messageIdOf(first, arrival.externalId)
    expect(conversationIn(room, id)).toMatchObject({ messages: 1, human: { channelId: first } })
    expect(room.told.filter(({ type }) => type === 'message/arrived')).toHaveLength(2)
    expect(room.get(`message/${messageIdOf(second, arrival.externalId)}`)).toMatchObject({ automatic: true })
  }
})

test('[CH20] who sends one text twice, or an id that is one account’s own, wrote two messages', () => {
  const { room } = roomWithCustomer(start)
  for (const everywhere of ['one@example.test#1', 'two@example.test#1', null, undefined]) {
    const arrival = arrivalOf({
      ...(everywhere !== undefined && { everywhere }),
      from: { address: 'zoe@example.com', name: 'Zoe' },
    })
    room.give(arriving(arrival, 'support'), muster, start)
  }
  const post = arrivalOf({ externalId: 'post', from: { address: '@zoe', name: 'Zoe' } })
  for (const account of ['one', 'other']) room.give(arriving(post, account), muster, start)
  expect(room.told.filter(({ type }) => type === 'message/arrived')).toHaveLength(7)
})

test('[CH20] an automatic mail that reached two mailboxes is kept once', () => {
  const { room } = roomWithCustomer(start)
  const arrival = arrivalOf({ everywhere: 'away@example.test#1', automatic: 'It is bulk mail.' })
  for (const account of ['support', 'billing']) room.give(arriving(arrival, account), muster, start)
  const kept = [...room.records.keys()].filter(key => key.startsWith('automatic/'))
  expect(kept).toEqual([`automatic/${messageIdOf('support', arrival.externalId)}`])
})
