import { messageIdOf } from '@muster/server/domain/message.ts'
import { closedFor, wordsOfClosed } from '@muster/shared/closed.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { expect, test } from 'vitest'
import { arriving, conversationIn, lena, muster, nextId } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'
import { Office, start } from '../support/office.ts'

function scene(given: ConstructorParameters<typeof Office>[0] = {}) {
  const office = new Office(given)
  return { office, room: office.room, customers: new Customers(office.room, start + 10) }
}

test('[MC11] the newest change of a message stands, in whatever order and however often they are heard', () => {
  const { office, customers } = scene()
  const id = customers.write('Frist.')
  customers.edit(id, 'Third.', 300)
  expect(customers.edit(id, 'Second.', 200)).toMatchObject({ type: 'unchanged' })
  expect(customers.edit(id, 'Third.', 300)).toMatchObject({ type: 'unchanged' })
  expect(customers.message(id)).toMatchObject({ text: 'Third.', editedAt: 300, number: 2 })
  expect(office.conversation).toMatchObject({ preview: 'Third.', messages: 2, claim: { holder: { id: 'ada' } } })
  expect(office.told(1)).toEqual(['message/edited'])
})

test('[MC11] a change that is heard before its message is the message', () => {
  const { room, customers } = scene()
  const arrival = customers.arrival('As it was.', { address: 'lou@example.com' })
  const changed = { ...arrival, text: 'As it is.' }
  const edit = {
    id: nextId(),
    type: 'message/edit',
    channelId: 'mail',
    arrival: changed,
    at: 5,
    arrivedAt: null,
  } as const
  room.give(edit, muster, start)
  expect(room.give(arriving(arrival), muster, start + 1)).toMatchObject({ type: 'unchanged' })
  const [key = ''] = room.list('conversations').slice(-1)
  expect(conversationIn(room, key.slice('conversation/'.length))).toMatchObject({ preview: 'As it is.', messages: 1 })
})

test('[MC11] what was taken away before it came, or before it was changed, stays away', () => {
  const { room, customers } = scene()
  const seen = customers.write('Oh no.')
  customers.delete(seen)
  expect(customers.edit(seen, 'Oh yes.', start + 99)).toMatchObject({ type: 'unchanged' })
  expect(customers.delete(seen)).toMatchObject({ type: 'unchanged' })
  const coming = customers.arrival('Never mind.', { address: 'lou@example.com' })
  const id = messageIdOf('mail', coming.externalId)
  customers.delete(id, 7)
  expect(room.get(`message/${id}`)).toEqual({ id, deletedAt: 7 })
  expect(customers.delete(id, 7)).toMatchObject({ type: 'unchanged' })
  expect(room.give(arriving(coming), muster, start)).toMatchObject({ type: 'unchanged' })
})

test('[MC12] nothing of what a deleted message said is kept, in no record and in no later line', () => {
  const topics = [{ id: 'cards', name: 'Cards', words: ['card'] }]
  const { office, room, customers } = scene({ declare: { topics } })
  const secret = 'My card number is 4242, urgent!!'
  const anchor = { root: secret }
  const id = customers.write(secret, { subject: secret, anchor, trimmed: secret, address: 'lou@example.com' })
  const kept = customers.write('Please help.', { address: 'lou@example.com' })
  expect(conversationIn(room, id)).toMatchObject({
    subject: secret,
    topics: ['cards'],
    distress: 2,
    signs: ['haste', 'exclaiming'],
  })
  const told = room.told.length
  customers.delete(id)
  office.give({ type: 'conversation/claim', conversationId: id }, lena)
  expect(JSON.stringify([...room.records.values()])).not.toContain('4242')
  expect(JSON.stringify(room.told.slice(told))).not.toContain('4242')
  expect(conversationIn(room, id)).toMatchObject({ preview: 'Please help.', subject: null, topics: [] })
  expect(conversationIn(room, id)).toMatchObject({ distress: 1, signs: ['haste'] })
  expect(customers.message(kept).text).toBe('Please help.')
})

test('[MC12] of an automatic mail too nothing is kept once it is deleted', () => {
  const { room, customers } = scene()
  const id = customers.write('I am away.', { automatic: 'It says it is an auto-reply.' })
  expect(room.get(`automatic/${id}`)).not.toBeNull()
  customers.delete(id)
  expect([room.get(`automatic/${id}`), room.get(`message/${id}`)]).toMatchObject([null, { id }])
})

test('[MC13] whoever took everything back waits no more, and whoever took back a part waits for the rest', () => {
  const { room, customers } = scene()
  const first = customers.write('One.', { address: 'lou@example.com', at: start + 1 })
  const second = customers.write('Two.', { address: 'lou@example.com', at: start + 2 })
  const third = customers.write('Three.', { address: 'lou@example.com', at: start + 3 })
  customers.delete(second)
  const counts = { messages: 3, answeredThrough: 1, waitingSince: start + 1 }
  expect(conversationIn(room, first)).toMatchObject(counts)
  customers.delete(first)
  expect(conversationIn(room, first)).toMatchObject({ answeredThrough: 2, waitingSince: start + 3 })
  expect(customers.texts(first)).toEqual(['', '', 'Three.'])
  expect(room.list('waiting')).toContain(`conversation/${first}`)
  customers.delete(third)
  expect(conversationIn(room, first)).toMatchObject({ answeredThrough: 3, waitingSince: null, preview: '' })
  expect(room.list('waiting')).not.toContain(`conversation/${first}`)
})

test('[MC13] who holds the conversation keeps it, and what they then send is refused with the reason', () => {
  const { office, customers } = scene()
  customers.delete(office.kim)
  expect(office.conversation).toMatchObject({ waitingSince: null, closed: { why: 'gone' }, claim: { fence: 1 } })
  expect(office.submit()).toMatchObject({ refusal: { code: 'cannot-answer', closed: { why: 'gone' } } })
  expect(office.told(1)).toEqual(['message/deleted'])
})

test('[MC14] a queued reply to what was taken away goes back to its writer with the reason and the text', () => {
  const { office, customers } = scene()
  office.submit()
  customers.delete(office.kim)
  expect(office.reply).toMatchObject({ state: 'held', reason: expect.stringContaining('deleted') })
  expect(office.conversation).toMatchObject({
    closed: { why: 'gone' },
    claim: { replyId: null, holder: { id: 'ada' } },
  })
  expect(office.draft).toMatchObject({ text: 'We are on it.' })
  expect(office.take()).toMatchObject({ answer: { taken: false } })
  expect(office.told(2)).toEqual(['message/deleted', 'reply/held'])
})

test('[MC14] it goes to another message that it answers, where one remains, and is read again where it was approved', () => {
  const { office, customers } = scene({ level: 'gated' })
  const second = customers.write('And my card?')
  office.submit({ through: 2 })
  expect(office.reply.target).toMatchObject({ messageId: second })
  office.review()
  office.approve()
  customers.delete(second)
  expect(office.reply).toMatchObject({ state: 'queued', target: { messageId: office.kim } })
  expect(office.reply.answers).toEqual({ after: 1, through: 2 })
  expect(customers.message(office.kim).number).toBe(2)
  office.take()
  expect(office.reply).toMatchObject({ state: 'submitted', approval: null })
})

test('[MC14] where what remains may be read by more, it goes back instead', () => {
  const { office, room, customers } = scene()
  const post = customers.write('In public.', { visibility: 'public', address: 'lou@example.com' })
  const direct = customers.write('To you alone.', { address: 'lou@example.com' })
  office.give({ type: 'conversation/claim', conversationId: post })
  office.submit({ conversationId: post, through: 2 })
  expect(office.reply.target).toMatchObject({ messageId: direct, visibility: 'direct' })
  customers.delete(direct)
  expect(office.reply.state).toBe('held')
  expect(conversationIn(room, post)).toMatchObject({ replyTo: { messageId: post, visibility: 'public' } })
})

test('[MC14] what is being sent is not stopped any more', () => {
  const { office, customers } = scene()
  office.submit()
  office.take()
  customers.delete(office.kim)
  expect(office.reply.state).toBe('sending')
  office.give({ type: 'delivery/sent', replyId: 'reply', worker: 'one', externalId: 'x' }, muster)
  expect(office.conversation).toMatchObject({ replies: 1, waitingSince: null, answeredThrough: 1, claim: null })
})

test('[GT8] what can no more be answered does not leave, says so at the approval, and cannot be set aside', () => {
  const { office, room, customers } = scene({ level: 'gated' })
  office.submit()
  office.review()
  const message = customers.message(office.kim)
  const closed = closedFor('protected', { network: 'X', how: 'by-hand' })
  const arrival = { ...customers.arrival(message.text, { externalId: message.externalId }), closed }
  const edit = { id: nextId(), type: 'message/edit', channelId: 'mail', arrival, at: 9, arrivedAt: null } as const
  room.give(edit, muster, office.now)
  const reasons = [{ rule: 'closed', weight: 'stop', sentence: wordsOfClosed(closed), closed }]
  expect(office.approve()).toMatchObject({ refusal: { code: 'gate', reasons } })
  expect(office.approve({ override: { reason: 'All the same.' } }, lena)).toMatchObject({ type: 'refused' })
})

test('[GT8] in the moment of leaving it is held, with the other way to reach them', () => {
  const { office, room, customers } = scene()
  office.submit()
  const { externalId, text } = customers.message(office.kim)
  const closed = closedFor('blocked', { network: 'X' })
  const arrival = { ...customers.arrival(text, { externalId }), closed }
  room.give({ id: nextId(), type: 'message/edit', channelId: 'mail', arrival, at: 9, arrivedAt: null }, muster, start)
  office.take()
  expect(office.reply).toMatchObject({ state: 'held', reason: closed.sentence, reasons: [{ closed }] })
})

test('[MC15] of a gone account nothing is kept of what it wrote until then, wherever it wrote', () => {
  const { office, room, customers } = scene()
  office.submit()
  office.deliver()
  const own = customers.write('Mine.', { address: 'troll@example.com', sentAt: 50, at: start + 1 })
  const beside = customers.write('Among yours.', { address: 'TROLL@example.com', answersReply: 'reply', sentAt: 60 })
  const back = customers.write('I am back.', { address: 'troll@example.com', sentAt: 500 })
  let left: unknown = true
  for (let round = 0; left === true && round < 9; round++) {
    const gone = customers.goes('troll@example.com', 100)
    left = gone.type !== 'refused' && gone.answer.left
  }
  expect([own, beside, back].map(id => customers.message(id).text)).toEqual(['', '', 'I am back.'])
  expect(conversationIn(room, own)).toMatchObject({ messages: 2, waitingSince: start + 10, preview: 'I am back.' })
  expect(office.conversation).toMatchObject({ messages: 2, waitingSince: null })
  expect(customers.goes('troll@example.com', 100)).toMatchObject({ type: 'unchanged' })
})

test('[MC15] what a gone account wrote and comes late is not taken; what it wrote later, having come back, is', () => {
  const { room, customers } = scene()
  customers.goes('troll@example.com', 100)
  const before = room.list('conversations').length
  customers.write('Late.', { address: 'troll@example.com', sentAt: 90 })
  expect(room.list('conversations')).toHaveLength(before)
  const id = customers.write('Later.', { address: 'troll@example.com', sentAt: 110 })
  expect(conversationIn(room, id)).toMatchObject({ preview: 'Later.' })
})

test('[MC15] hundreds of messages of one account go some at a time', () => {
  const { room, customers } = scene()
  const ids = Array.from({ length: 260 }, (_, index) =>
    customers.write(`spam ${index}`, { address: 'troll@example.com', sentAt: index, at: start + index }),
  )
  const first = ids[0] ?? ''
  let rounds = 0
  for (let left: unknown = true; left === true; rounds++) {
    const gone = customers.goes('troll@example.com', 1_000)
    left = gone.type !== 'refused' && gone.answer.left
  }
  expect(rounds).toBeGreaterThan(5)
  expect(conversationIn(room, first)).toMatchObject({ messages: 260, answeredThrough: 260, waitingSince: null })
  expect(ids.every(id => customers.message(id).text === '')).toBe(true)
  expect(new Set(ids.map(id => customers.message(id).number)).size).toBe(260)
})

test('[RV1] what was drawn for a review stays drawn though a message before it was taken away', () => {
  const { office, room, customers } = scene({ level: 'spot-checked' })
  customers.write('And?')
  room.surroundings.chance = 0
  office.submit({ through: 2 })
  expect(office.reply.review).toBe('spot')
  office.give({ type: 'reply/recall', replyId: 'reply' })
  room.surroundings.chance = 0.99
  customers.delete(office.kim)
  office.submit({ id: 'again', through: 2 })
  expect(room.get<Reply>('reply/again')).toMatchObject({ review: 'spot', answers: { after: 1, through: 2 } })
})
