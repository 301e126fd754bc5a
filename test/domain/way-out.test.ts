import { closedFor } from '@muster/shared/closed.ts'
import { expect, test } from 'vitest'
import { ada, bert, conversationIn, cora, muster, nextId } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'
import { Office, start } from '../support/office.ts'

const deaf = closedFor('only-receives', { network: 'Shop chat', how: 'where-written' })
const gone = closedFor('hidden', { network: 'Shop chat' })

function scene() {
  const office = new Office()
  const customers = new Customers(office.room, start + 10)
  const write = (text: string, given: object = {}) => customers.write(text, { channelId: 'shop', ...given })
  const wayOut = (messageIds: string[], more: object = {}) => {
    const command = { id: nextId(), type: 'messages/way-out', channelId: 'shop', messageIds, closed: null }
    return office.room.give({ conversationId: messageIds[0], ...command, ...more } as never, muster, start + 20)
  }
  return { office, room: office.room, customers, write, wayOut }
}

test('[CH28] what waited for a channel that only received waits to be answered, as long as it has, and is told once', () => {
  const { office, room, write, wayOut } = scene()
  const id = write('It fails, and I am furious!', { closed: deaf, address: 'lou@example.com' })
  const later = write('Hello?', { closed: deaf, address: 'lou@example.com' })
  const { waitingSince, distress, signs } = conversationIn(room, id)
  expect(room.list('closed-by/shop')).toHaveLength(2)
  expect(wayOut([id, later])).toMatchObject({ type: 'change' })
  expect(conversationIn(room, id)).toMatchObject({
    replyTo: { messageId: later, number: 2 },
    closed: null,
    waitingSince,
    distress,
    signs,
  })
  expect(room.list('waiting')).toContain(`conversation/${id}`)
  expect(room.list('closed-by/shop')).toEqual([])
  expect(room.told.at(-1)).toMatchObject({ type: 'message/opened', by: null, conversation: { id }, messageId: id })
  const moments = room.list('timeline').length
  expect(wayOut([id, later])).toMatchObject({ type: 'unchanged' })
  expect(room.list('timeline')).toHaveLength(moments)
  office.give({ type: 'conversation/claim', conversationId: id }, bert)
  const fence = conversationIn(room, id).fence
  expect(office.submit({ conversationId: id, fence, through: 2 }, bert)).toMatchObject({ type: 'change' })
})

test('[CH28] a reason of the message stays, and so does what another channel brought or was taken away', () => {
  const { room, customers, write, wayOut } = scene()
  const id = write('Gone.', { closed: gone, address: 'lou@example.com' })
  const taken = write('Never mind.', { closed: deaf, address: 'lou@example.com' })
  const open = write('Well?', { address: 'lou@example.com' })
  const other = customers.write('By mail.', { closed: deaf, address: 'max@example.com' })
  customers.delete(taken)
  expect(wayOut([id, taken, open])).toMatchObject({ type: 'unchanged' })
  expect(wayOut([other])).toMatchObject({ type: 'unchanged' })
  expect(customers.message(id).closed).toEqual(gone)
  expect(conversationIn(room, other)).toMatchObject({ closed: deaf, replyTo: null })
})

test('[CH28] where a channel no more sends, all of its that waits is marked; another way stays, and whoever holds it', () => {
  const { office, room, customers, write, wayOut } = scene()
  const id = write('It fails.', { address: 'lou@example.com' })
  const second = write('Hello?', { address: 'lou@example.com' })
  office.give({ type: 'conversation/claim', conversationId: id }, bert)
  expect(wayOut([id, second], { closed: deaf })).toMatchObject({ type: 'change' })
  expect(conversationIn(room, id)).toMatchObject({ replyTo: null, closed: deaf, claim: { holder: { id: 'bert' } } })
  expect(room.told.at(-1)?.type).toBe('message/closed')
  const fence = conversationIn(room, id).fence
  const submitted = office.submit({ conversationId: id, fence, through: 2 }, bert)
  expect(submitted).toMatchObject({ refusal: { code: 'cannot-answer', closed: deaf } })
  const known = { identity: 'mailto:max@example.com', address: 'max@example.com' }
  const mailed = customers.write('By mail.', known)
  const posted = write('And there.', known)
  expect(conversationIn(room, mailed).replyTo).toMatchObject({ messageId: posted })
  wayOut([posted], { conversationId: mailed, closed: deaf })
  expect(conversationIn(room, mailed)).toMatchObject({ replyTo: { messageId: mailed }, closed: null })
})

test('[CH28] what was settled meanwhile stays settled, and no more says that it cannot be answered', () => {
  const { office, room, write, wayOut } = scene()
  const id = write('It fails.', { closed: deaf, address: 'lou@example.com' })
  const settle = { type: 'conversation/settle', conversationId: id, through: 1, how: 'elsewhere', note: null }
  office.give(settle, ada)
  wayOut([id])
  expect(conversationIn(room, id)).toMatchObject({ closed: null, waitingSince: null, answeredThrough: 1 })
  expect(room.list('waiting')).not.toContain(`conversation/${id}`)
})

test('[CH28] where the incident is resolved, or the conversation was merged away, nothing changes', () => {
  const { office, customers, write, wayOut } = scene()
  const id = write('It fails.', { closed: deaf, address: 'lou@example.com' })
  expect(wayOut([id], { conversationId: 'nowhere' })).toMatchObject({ type: 'unchanged' })
  expect(wayOut([id], { conversationId: office.kim })).toMatchObject({ type: 'unchanged' })
  office.give({ type: 'incident/resolve' }, cora)
  expect(wayOut([id])).toMatchObject({ type: 'unchanged' })
  expect(customers.message(id).closed).toEqual(deaf)
})
