import { closedFor } from '@muster/shared/closed.ts'
import { expect, test } from 'vitest'
import { ada, bert, conversationIn, cora, lena, nextId, responderIn } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'
import { Office, start } from '../support/office.ts'

const notSummoned = closedFor('not-summoned', { network: 'X', how: 'by-hand', account: '@acme' })

function scene(given: ConstructorParameters<typeof Office>[0] = {}) {
  const office = new Office(given)
  return { office, room: office.room, customers: new Customers(office.room, start + 10) }
}

test('[MC16] a reply goes to the newest message its writer saw that can be answered, visible as that was', () => {
  const { office, customers } = scene()
  const second = customers.write('In public.', { visibility: 'public' })
  customers.write('Not for you.', { closed: notSummoned })
  customers.write('Later.', { visibility: 'unlisted' })
  expect(office.conversation.replyTo).toMatchObject({ messageId: office.kim, visibility: 'direct' })
  customers.delete(office.kim)
  expect(office.conversation.replyTo).toMatchObject({ number: 4, visibility: 'unlisted' })
  office.submit({ through: 3 })
  expect(office.reply.target).toEqual({ messageId: second, visibility: 'public' })
  expect(office.reply.answers).toEqual({ after: 1, through: 3 })
})

test('[MC16] what was written to us alone is not passed over for what was said in public', () => {
  const { office, customers } = scene()
  customers.write('And now everybody knows.', { visibility: 'public' })
  office.submit({ through: 2 })
  expect(office.reply.target).toEqual({ messageId: office.kim, visibility: 'direct' })
})

test('[MC16] the customer is not passed over for a stranger in their thread, who is answered where nobody else waits', () => {
  const { office, customers } = scene()
  office.submit()
  office.deliver()
  const stranger = { address: 'eve@example.com', answersReply: 'reply' }
  const first = customers.write('Me too.', stranger)
  expect(office.conversation).toMatchObject({ replyTo: { messageId: first }, human: { address: 'kim@example.com' } })
  const own = customers.write('Thank you, but when?')
  customers.write('Me three.', stranger)
  expect(office.conversation).toMatchObject({ replyTo: { messageId: own }, messages: 4 })
})

test('[MC16] its writer chooses the message; what is answered, gone, closed or not this customer’s is none', () => {
  const { office, customers } = scene()
  const second = customers.write('In public.', { visibility: 'public', reach: 7 } as object)
  const closed = customers.write('No.', { closed: notSummoned })
  const foreign = customers.write('I am Lou.', { address: 'lou@example.com' })
  const submit = (messageId: string, through = 3) => office.submit({ messageId, through })
  expect(submit(closed)).toMatchObject({ refusal: { code: 'cannot-answer', closed: notSummoned } })
  expect(submit(foreign)).toMatchObject({ refusal: { code: 'nothing-to-answer' } })
  expect(submit(second, 1)).toMatchObject({ refusal: { code: 'nothing-to-answer' } })
  submit(second)
  expect(office.reply.target).toEqual({ messageId: second, visibility: 'public' })
  office.deliver()
  office.give({ type: 'conversation/claim' })
  expect(office.submit({ id: 'two', fence: 2, messageId: second, through: 3 })).toMatchObject({ type: 'refused' })
})

test('[MC16] once a part is answered the rest is aimed at anew', () => {
  const { office, room, customers } = scene()
  office.submit()
  customers.write('Closed.', { closed: notSummoned })
  office.deliver()
  expect(office.conversation).toMatchObject({ replyTo: null, closed: notSummoned, waitingSince: start + 10 })
  expect(room.list('unanswerable')).toEqual([`conversation/${office.kim}`])
})

test('[MC17] however many cannot be answered wait first, the next is one that can', () => {
  const { office, room, customers } = scene()
  for (let index = 0; index < 300; index++) {
    customers.write('Closed.', { address: `${index}@example.com`, closed: notSummoned, at: start - 5_000 + index })
  }
  const open = customers.write('Open.', { address: 'open@example.com', at: start + 9_000 })
  expect(room.list('waiting')).toEqual([`conversation/${open}`])
  expect(room.list('unanswerable')).toHaveLength(300)
  expect(office.give({ type: 'conversation/take-next', topics: [] }, bert)).toMatchObject({
    answer: { conversation: { id: open } },
  })
  expect(office.give({ type: 'conversation/take-next', topics: [] }, lena)).toMatchObject({
    refusal: { code: 'nothing-waiting' },
  })
})

test('[MC17] it is in the queue again as soon as something can be answered, by a message or a change', () => {
  const { room, customers } = scene()
  const id = customers.write('Closed.', { address: 'lou@example.com', closed: notSummoned })
  expect(conversationIn(room, id)).toMatchObject({ replyTo: null, closed: notSummoned })
  const open = customers.write('@you Open.', { address: 'lou@example.com' })
  expect(conversationIn(room, id)).toMatchObject({ replyTo: { messageId: open }, closed: null })
  customers.delete(open)
  expect(conversationIn(room, id)).toMatchObject({ replyTo: null, closed: notSummoned })
  customers.edit(id, '@you Closed no more.', 50)
  expect(conversationIn(room, id)).toMatchObject({ replyTo: { messageId: id, number: 2 }, closed: null })
  expect(room.list('waiting')).toContain(`conversation/${id}`)
})

test('[CH87] what its channel says can no more be answered is closed as it stands, until it is changed', () => {
  const { office, room, customers } = scene()
  const blocked = closedFor('blocked', { network: 'Bluesky' })
  const later = customers.write('And in public?', { visibility: 'public' })
  customers.close(office.kim, blocked)
  expect(customers.message(office.kim)).toMatchObject({ closed: blocked, editedAt: null, deletedAt: null })
  expect(office.conversation).toMatchObject({ replyTo: { messageId: later }, closed: null, messages: 2 })
  customers.close(later, blocked)
  expect(room.told.at(-1)).toMatchObject({
    type: 'message/edited',
    messageId: later,
    conversation: { closed: blocked },
  })
  expect(office.conversation.replyTo).toBeNull()
  expect(customers.texts(office.kim)).toContain('And in public?')
  customers.edit(later, 'And in public?', start + 20)
  expect(office.conversation).toMatchObject({ replyTo: { messageId: later }, closed: null })
  expect(customers.close(later, blocked, start + 15)).toMatchObject({ type: 'unchanged' })
  customers.delete(later)
  expect(customers.close(later, blocked, start + 30)).toMatchObject({ type: 'unchanged' })
  expect(customers.close('never-seen', blocked)).toMatchObject({ type: 'unchanged' })
})

test('[MC17] it is claimed by choice alone, passes nobody over, and a reply in it is refused with the other way', () => {
  const { office, room, customers } = scene()
  customers.write('Open.', { address: 'open@example.com', at: 1_000 })
  const id = customers.write('Closed.', { address: 'lou@example.com', closed: notSummoned })
  office.now = start + 24 * 3_600_000
  for (let round = 0; round < 4; round++) {
    const claimed = office.give({ type: 'conversation/claim', conversationId: id }, bert)
    expect(claimed).toMatchObject({ answer: { conversation: { id } } })
    const { fence } = conversationIn(room, id)
    if (round < 3) office.give({ type: 'conversation/release', conversationId: id, fence }, bert)
  }
  expect(responderIn(room, 'bert').choices).toBe(0)
  const { fence } = conversationIn(room, id)
  expect(office.submit({ conversationId: id, fence }, bert)).toMatchObject({
    refusal: { code: 'cannot-answer', closed: notSummoned, sentence: expect.stringContaining('signed in as @acme') },
  })
})

test('[MC18] its holder settles what was answered elsewhere: nobody waits, nothing counts as a reply', () => {
  const { office, room } = scene()
  const settle = { type: 'conversation/settle', through: 1, how: 'elsewhere', note: 'Called them.' }
  expect(office.give(settle, lena)).toMatchObject({ refusal: { code: 'already-claimed' } })
  office.give(settle)
  expect(office.conversation).toMatchObject({ waitingSince: null, answeredThrough: 1, replies: 0, claim: null })
  expect(room.told.at(-1)).toMatchObject({
    type: 'conversation/settled',
    by: { id: 'ada' },
    how: 'elsewhere',
    note: 'Called them.',
  })
  expect(responderIn(room, 'ada')).toMatchObject({ holding: 0, answered: 0 })
  expect(office.give(settle)).toMatchObject({ type: 'unchanged' })
})

test('[MC18] anybody who answers settles what nobody holds, up to what they saw; the next message opens it again', () => {
  const { office, room, customers } = scene()
  const id = customers.write('Closed.', { address: 'lou@example.com', closed: notSummoned })
  customers.write('Still there?', { address: 'lou@example.com', at: start + 20 })
  const settle = { type: 'conversation/settle', conversationId: id, how: 'needless', note: null }
  office.give({ ...settle, through: 1 }, bert)
  expect(conversationIn(room, id)).toMatchObject({ answeredThrough: 1, waitingSince: start + 20, lookedThrough: 1 })
  office.give({ ...settle, through: 9 }, bert)
  expect(conversationIn(room, id)).toMatchObject({ answeredThrough: 2, waitingSince: null })
  customers.write('Hello?', { address: 'lou@example.com', at: start + 30 })
  expect(conversationIn(room, id)).toMatchObject({ messages: 3, waitingSince: start + 30 })
  expect(room.list('waiting')).toContain(`conversation/${id}`)
})

test('[MC18] while a reply is on its way nothing is settled; a lease that ended holds nobody up', () => {
  const { office, customers } = scene()
  office.submit()
  const settle = { type: 'conversation/settle', through: 1, how: 'needless', note: null }
  expect(office.give(settle)).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
  office.give({ type: 'reply/recall', replyId: 'reply' })
  office.now += 3_600_000
  customers.now = office.now
  office.give(settle, bert)
  expect(office.conversation).toMatchObject({ waitingSince: null, claim: null })
  expect(office.responder(ada.id).holding).toBe(0)
  office.give({ type: 'incident/resolve' }, cora)
  customers.write('Again.')
  expect(office.give({ ...settle, id: nextId(), through: 2 }, bert)).toMatchObject({
    refusal: { code: 'incident-resolved' },
  })
})
