import type { Moved } from '@muster/server/domain/human.ts'
import type { Draft, Message } from '@muster/shared/conversation.ts'
import { drafted } from '@muster/shared/drafted.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { expect, test } from 'vitest'
import { ada, bert, conversationIn, lena, nextId, responderIn, roomWithCustomer } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'
import { refusedWith } from '../support/setback.ts'

const start = 1_000_000
const did = 'did:plc:kim'
const facts = { know: '', maySay: 'We are on it.', mustNotSay: [], example: '', nextUpdateAt: null }

/** Kim waits by mail since `start`; Ada, Bert and Lena may answer. */
function scene() {
  const { room, incidentId, conversationId: mail } = roomWithCustomer(start)
  const customers = new Customers(room, start + 10)
  const give = (command: object, by = ada, now = start + 20) =>
    room.give({ id: nextId(), incidentId, ...command } as Parameters<typeof room.give>[0], by, now)
  const claim = (conversationId: string, by = ada) => give({ type: 'conversation/claim', conversationId }, by)
  const merge = (conversationId: string, otherId: string, by = ada) =>
    give({ type: 'conversation/merge', conversationId, otherId }, by)
  const part = (conversationId: string, channelId: string, address: string, by = ada) =>
    give({ type: 'conversation/part', conversationId, channelId, address }, by)
  const post = (text: string, more: object = {}) =>
    customers.write(text, { channelId: 'posts', address: '@kim', visibility: 'public', ...more })
  const answer = (conversationId: string, through: number, replyId: string, now = start + 20) => {
    const { fence } = conversationIn(room, conversationId)
    const reply = { id: replyId, conversationId, fence, epoch: 1, text: `We answer ${replyId}.`, through }
    give({ type: 'reply/submit', ...reply }, ada, now)
    give({ type: 'delivery/take', replyId, worker: 'w', leaseMs: 1 }, ada, now)
    return give({ type: 'delivery/sent', replyId, worker: 'w', externalId: replyId }, ada, now)
  }
  const of = (id: string) => conversationIn(room, id)
  return { room, customers, mail, give, claim, merge, part, post, answer, of }
}

test('[MC19] who is provably one human is one conversation over all channels, answered where they wrote last', () => {
  const { room, customers, of, mail } = scene()
  customers.write('By mail.', { identity: did })
  const post = customers.write('By post.', { channelId: 'posts', address: '@kim', identity: did, visibility: 'public' })
  expect(room.list('conversations')).toEqual([`conversation/${mail}`])
  expect(customers.message(post)).toMatchObject({ conversationId: mail, number: 3 })
  expect(of(mail)).toMatchObject({
    humans: [{ channelId: 'mail' }, { channelId: 'posts', address: '@kim' }],
    replyTo: { number: 2, visibility: 'direct' },
    human: { channelId: 'mail' },
  })
  customers.write('Later, without proof.', { channelId: 'posts', address: '@KIM' })
  expect(of(mail).messages).toBe(4)
})

test('[MC16] [MC19] a reply leaves by the channel of its message, to the human of that', () => {
  const { customers, of, mail, claim, give, answer, room } = scene()
  customers.write('By mail.', { identity: did })
  claim(mail)
  answer(mail, 2, 'first')
  const post = customers.write('By post.', { channelId: 'posts', address: '@kim', identity: did, visibility: 'public' })
  claim(mail)
  give({ id: 'second', type: 'reply/submit', conversationId: mail, fence: 2, epoch: 1, text: 'Hi', through: 3 })
  expect(room.get<Reply>('reply/second')).toMatchObject({
    to: { channelId: 'posts', address: '@kim' },
    target: { messageId: post, visibility: 'public' },
  })
  expect(of(mail).replyTo?.number).toBe(3)
})

test('[MC6] [MC16] a stranger in a thread is answered by the channel of that thread, though the customer wrote by another', () => {
  const { customers, of, mail, claim, answer, post, room } = scene()
  customers.write('By mail.', { identity: did })
  claim(mail)
  answer(mail, 2, 'by-mail')
  post('By post.', { identity: did })
  claim(mail)
  answer(mail, 3, 'by-post')
  customers.write('By mail again.', { at: start + 50 })
  claim(mail)
  answer(mail, 4, 'mailed', start + 60)
  const stranger = post('Me too!', { address: '@eve', answersReply: 'by-post' })
  expect(of(mail)).toMatchObject({
    replyTo: { messageId: stranger, visibility: 'public' },
    human: { channelId: 'posts', address: '@kim' },
  })
  expect(room.list('conversations')).toHaveLength(1)
})

test('[MC19] where the proof comes after both were known they become one, into the one somebody holds', () => {
  const { room, customers, of, mail, claim, post } = scene()
  customers.write('By mail.', { identity: did })
  const posted = post('Who am I?')
  claim(posted, bert)
  const proving = post('It is me.', { identity: did })
  expect(room.list('conversations')).toEqual([`conversation/${posted}`])
  expect(of(posted)).toMatchObject({ messages: 4, waitingSince: start, claim: { holder: { id: 'bert' }, fence: 1 } })
  expect(customers.texts(posted)).toEqual([expect.stringContaining('declined'), 'By mail.', 'Who am I?', 'It is me.'])
  expect(customers.message(proving)).toMatchObject({ conversationId: posted, number: 4 })
  expect(room.told.slice(-2)).toMatchObject([
    { type: 'conversation/merged', by: null, goneId: mail },
    { type: 'message/arrived', messageId: proving },
  ])
  customers.write('By mail again.')
  expect(of(posted).messages).toBe(5)
})

test('[MC19] two whom two people hold, or with a reply on its way, become one later', () => {
  const { room, customers, mail, claim, give, of, post } = scene()
  customers.write('By mail.', { identity: did })
  const posted = post('Who am I?')
  claim(mail)
  claim(posted, bert)
  post('It is me.', { identity: did })
  expect(of(posted).messages).toBe(2)
  give({ type: 'conversation/release', conversationId: posted, fence: 1 }, bert)
  give({ id: 'r', type: 'reply/submit', conversationId: mail, fence: 1, epoch: 1, text: 'Hi', through: 1 })
  post('Hello?', { identity: did })
  expect(of(posted).messages).toBe(3)
  give({ type: 'reply/recall', replyId: 'r' })
  post('Anybody?', { identity: did })
  expect(room.list('conversations')).toEqual([`conversation/${mail}`])
  expect(of(mail)).toMatchObject({ messages: 6, claim: { holder: { id: 'ada' } } })
  expect(customers.message(posted).conversationId).toBe(mail)
})

test('[MC20] merged by hand, both are one: every message once, what was answered still is, each reply with its messages', () => {
  const { room, customers, mail, claim, merge, answer, of, post } = scene()
  const posted = post('Post one.', { at: start + 1 })
  post('Post two.', { at: start + 2 })
  claim(posted)
  answer(posted, 1, 'to-post')
  customers.write('Mail two.', { at: start + 30 })
  claim(mail)
  answer(mail, 1, 'to-mail', start + 31)
  claim(mail)
  expect(merge(mail, posted)).toMatchObject({ type: 'change' })
  expect(customers.texts(mail)).toEqual([expect.stringContaining('declined'), 'Post one.', 'Post two.', 'Mail two.'])
  expect(of(mail)).toMatchObject({
    messages: 4,
    answeredThrough: 2,
    replies: 2,
    waitingSince: start + 2,
    lastReplyId: 'to-mail',
    claim: { fence: 2 },
    preview: 'Mail two.',
  })
  const answers = (id: string) => room.get<Reply>(`reply/${id}`)
  expect(answers('to-mail')).toMatchObject({ conversationId: mail, answers: { after: 0, through: 1 } })
  expect(answers('to-post')).toMatchObject({ conversationId: mail, answers: { after: 1, through: 2 } })
  expect(room.list(`messages/${posted}`)).toEqual([])
  expect(room.list(`replies/${mail}`)).toHaveLength(2)
  expect(room.get<Moved>(`moved/${posted}`)).toEqual({ to: mail, fence: 1 })
})

test.each([
  ['the one that stays', true],
  ['the one that goes', false],
])('[MC20] [CL2] whoever holds %s holds both, and one claim counts', (_, first) => {
  const { mail, claim, merge, of, room, post } = scene()
  const posted = post('Post.')
  const held = first ? mail : posted
  claim(held)
  expect(merge(mail, posted, bert)).toMatchObject({ refusal: { code: 'conflict' } })
  merge(mail, posted)
  expect(of(mail)).toMatchObject({ fence: 1, claim: { fence: 1, holder: { id: 'ada' } } })
  expect(responderIn(room, 'ada').holding).toBe(1)
  expect(room.list('held/ada')).toEqual([`conversation/${mail}`])
})

test('[MC20] who holds both holds one in the end; where nobody does anybody may; a lapsed claim holds nobody up', () => {
  const { mail, claim, merge, of, room, post } = scene()
  const posted = post('Post.')
  claim(mail)
  claim(posted)
  merge(posted, mail)
  expect(of(posted).claim?.holder.id).toBe('ada')
  expect(responderIn(room, 'ada').holding).toBe(1)
  const third = scene()
  const other = third.post('Post.')
  third.claim(other, bert)
  third.give({ type: 'conversation/merge', conversationId: third.mail, otherId: other }, lena, start + 24 * 3_600_000)
  expect(third.of(third.mail)).toMatchObject({ messages: 2, claim: null })
  expect(responderIn(third.room, 'bert').holding).toBe(0)
})

test('[MC20] both drafts and both questions are kept', () => {
  const { mail, claim, merge, give, of, room, post } = scene()
  const posted = post('Post.')
  for (const [conversationId, text] of [
    [mail, 'Dear Kim,'],
    [posted, 'Hi Kim!'],
  ] as const) {
    claim(conversationId)
    give({ type: 'draft/save', conversationId, fence: 1, epoch: 1, text })
    give({ type: 'question/ask', conversationId, fence: 1, text: `May we? (${text})` })
  }
  merge(mail, posted)
  expect(room.get<Draft>(`draft/${mail}`)).toMatchObject({
    text: 'Dear Kim,',
    brought: { text: 'Hi Kim!', epoch: 1 },
    fence: 1,
    conversationId: mail,
  })
  expect(room.get(`draft/${posted}`)).toBeNull()
  expect(of(mail).question?.text).toBe('May we? (Dear Kim,)\n\nMay we? (Hi Kim!)')
})

test('[MC20] what is saved under a claim leaves the draft that was brought, until it has it', () => {
  const { mail, claim, merge, give, room, post } = scene()
  const draft = () => room.get<Draft>(`draft/${mail}`)
  const save = (conversationId: string, text: string, fence = 1) =>
    give({ type: 'draft/save', conversationId, fence, epoch: 1, text })
  const posts = [post('Post.'), post('Another.', { address: '@kim2' })]
  for (const [index, conversationId] of posts.entries()) {
    claim(conversationId)
    save(conversationId, `Hi Kim ${index}!`)
    give({ type: 'conversation/release', conversationId, fence: 1 })
  }
  claim(mail)
  for (const other of posts) merge(mail, other)
  const brought = { text: 'Hi Kim 0!\n\nHi Kim 1!', epoch: 1 }
  expect(draft()).toMatchObject({ text: '', brought })
  save(mail, 'Dear Kim, we')
  expect(draft()).toMatchObject({ text: 'Dear Kim, we', brought })
  save(mail, 'Dear Kim, we\r\n\r\nhi Kim 0!\n\nHi Kim 1!')
  expect(draft()).not.toHaveProperty('brought')
  save(mail, 'Dear Kim.')
  expect(draft()).toMatchObject({ text: 'Dear Kim.' })
  expect(draft()).not.toHaveProperty('brought')
})

test('[MC20] what was brought outlives a reply that does not say it, also one that comes back', () => {
  const { mail, claim, merge, give, room, post, of } = scene()
  const draft = () => room.get<Draft>(`draft/${mail}`)
  const posted = post('Post.')
  claim(posted, bert)
  give({ type: 'draft/save', conversationId: posted, fence: 1, epoch: 1, text: 'Hi Kim!' }, bert)
  give({ type: 'conversation/release', conversationId: posted, fence: 1 }, bert)
  claim(mail)
  merge(mail, posted)
  const brought = { text: 'Hi Kim!', epoch: 1 }
  const reply = { type: 'reply/submit', conversationId: mail, epoch: 1, text: 'Dear Kim.', through: 1 }
  give({ ...reply, id: 'first', fence: of(mail).fence })
  expect(draft()).toMatchObject({ text: '', brought })
  give({ type: 'delivery/take', replyId: 'first', worker: 'w', leaseMs: 1 })
  give({ type: 'delivery/failed', replyId: 'first', worker: 'w', setback: refusedWith('No.') })
  expect(draft()).toMatchObject({ text: 'Dear Kim.', brought })
  give({ type: 'draft/save', conversationId: mail, fence: of(mail).fence, epoch: 1, text: 'Hi Kim!' })
  give({ ...reply, id: 'second', fence: of(mail).fence, text: 'Hi Kim!' })
  expect(draft()).toBeNull()
})

test('[MC20] what was brought and nobody changed is still whose it was, and as old as it was', () => {
  const { mail, claim, merge, give, room, post } = scene()
  const draft = () => room.get<Draft>(`draft/${mail}`)
  const posted = post('Post.')
  claim(posted, bert)
  give({ type: 'draft/save', conversationId: posted, fence: 1, epoch: 1, text: 'Hi Kim!' }, bert)
  give({ type: 'conversation/release', conversationId: posted, fence: 1 }, bert)
  give({ type: 'facts/publish', epoch: 1, ...facts }, lena)
  claim(mail)
  merge(mail, posted)
  expect(draft()).toMatchObject({ text: '', epoch: 1, writer: { id: bert.id } })
  give({ type: 'draft/save', conversationId: mail, fence: 1, epoch: 2, text: 'Hi  Kim!' })
  expect(draft()).toMatchObject({ writer: { id: bert.id } })
  expect(drafted({ text: 'Dear Kim,', epoch: 2, brought: { text: 'Hi Kim!', epoch: 1 } })).toEqual({
    text: 'Dear Kim,\n\nHi Kim!',
    epoch: 1,
  })
})

test('[MC20] where nobody holds both, their drafts are one', () => {
  const { mail, claim, merge, give, room, post } = scene()
  const posted = post('Post.')
  const leave = (conversationId: string, text: string) => {
    claim(conversationId)
    give({ type: 'draft/save', conversationId, fence: 1, epoch: 1, text })
    give({ type: 'conversation/release', conversationId, fence: 1 })
  }
  leave(mail, 'Dear Kim,')
  leave(posted, 'Hi Kim!')
  merge(mail, posted)
  expect(room.get<Draft>(`draft/${mail}`)).toMatchObject({ text: 'Dear Kim,\n\nHi Kim!' })
  expect(room.get(`draft/${mail}`)).not.toHaveProperty('brought')
})

test('[MC20] nothing is merged that is on its way, too much, the same, or not there', () => {
  const { mail, claim, merge, give, customers, post } = scene()
  const posted = post('Post.')
  claim(mail)
  give({ id: 'r', type: 'reply/submit', conversationId: mail, fence: 1, epoch: 1, text: 'Hi', through: 1 })
  expect(merge(mail, posted)).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
  expect(merge(posted, mail)).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
  give({ type: 'reply/recall', replyId: 'r' })
  expect(merge(mail, mail)).toMatchObject({ refusal: { code: 'conflict', field: 'otherId' } })
  expect(merge(mail, 'none')).toMatchObject({ refusal: { code: 'not-found' } })
  for (let index = 0; index < 199; index++) customers.write(`${index}`, { address: 'lou@example.com' })
  const many = customers.write('200', { address: 'lou@example.com' })
  const { conversationId } = customers.message(many)
  expect(merge(mail, conversationId)).toMatchObject({
    refusal: { code: 'conflict', sentence: expect.stringContaining('more than 200 messages') },
  })
})

test('[MC21] what one address wrote is parted again, with its own waiting, its replies and its old id', () => {
  const { room, customers, mail, claim, merge, part, answer, of, post } = scene()
  const posted = post('Post one.', { at: start + 1 })
  claim(posted)
  answer(posted, 1, 'to-post')
  post('Post two.', { at: start + 40 })
  claim(posted)
  claim(mail)
  merge(mail, posted)
  part(mail, 'posts', '@KIM')
  expect(of(mail)).toMatchObject({
    messages: 1,
    answeredThrough: 0,
    replies: 0,
    waitingSince: start,
    claim: { fence: 1 },
  })
  expect(of(mail).humans).toHaveLength(1)
  expect(of(posted)).toMatchObject({
    messages: 2,
    answeredThrough: 1,
    replies: 1,
    lastReplyId: 'to-post',
    waitingSince: start + 40,
    claim: null,
    fence: 2,
    human: { channelId: 'posts' },
    replyTo: { number: 2, visibility: 'public' },
  })
  expect(room.get<Reply>('reply/to-post')).toMatchObject({ conversationId: posted, answers: { after: 0, through: 1 } })
  expect(room.get(`moved/${posted}`)).toBeNull()
  expect(room.told.at(-1)).toMatchObject({ type: 'conversation/parted', replyIds: ['to-post'] })
  expect(customers.texts(posted)).toEqual(['Post one.', 'Post two.'])
  expect(responderIn(room, 'ada').holding).toBe(1)
})

test('[MC21] what was parted stays apart, though the proof says otherwise, until somebody merges it again', () => {
  const { room, customers, mail, merge, part, of, post } = scene()
  customers.write('By mail.', { identity: did })
  post('By post.', { identity: did })
  part(mail, 'posts', '@kim')
  const [, key = ''] = room.list('conversations')
  const posted = key.slice('conversation/'.length)
  post('Still me.', { identity: did })
  customers.write('Mail.', { identity: did })
  customers.write('Third address.', { channelId: 'more', address: 'kim3', identity: did })
  expect([of(mail).messages, of(posted).messages]).toEqual([4, 2])
  merge(mail, posted)
  post('One again.', { identity: did })
  expect(room.list('conversations')).toHaveLength(1)
  expect(of(mail).messages).toBe(7)
})

test('[MC21] the proof goes with whoever alone has it', () => {
  const { customers, mail, merge, part, post, of } = scene()
  const posted = post('By post.', { identity: did })
  merge(mail, posted)
  part(mail, 'posts', '@kim')
  const third = customers.write('Third.', { channelId: 'more', address: 'kim3', identity: did })
  expect(customers.message(third).conversationId).toBe(posted)
  expect(of(mail).messages).toBe(1)
})

test('[MC21] parting the first address of all leaves the rest in its place', () => {
  const { room, customers, mail, merge, part, post, of } = scene()
  const posted = post('By post.', { at: start + 1 })
  merge(mail, posted)
  part(mail, 'mail', 'kim@example.com')
  expect(customers.texts(mail)).toEqual(['By post.'])
  expect(of(mail)).toMatchObject({ human: { channelId: 'posts' }, waitingSince: start + 1 })
  const other = room.list('conversations').find(key => key !== `conversation/${mail}`) ?? ''
  expect(room.get(other)).toMatchObject({ messages: 1, human: { channelId: 'mail' }, waitingSince: start })
  customers.write('By mail.')
  expect(room.get(other)).toMatchObject({ messages: 2 })
})

test('[MC21] nothing is parted that others hold, that is on its way, or that wrote all of it', () => {
  const { mail, claim, merge, part, give, post } = scene()
  const posted = post('By post.')
  expect(part(mail, 'mail', 'kim@example.com')).toMatchObject({ refusal: { code: 'conflict' } })
  expect(part(mail, 'posts', 'nobody')).toMatchObject({ refusal: { code: 'not-found' } })
  merge(mail, posted)
  claim(mail)
  expect(part(mail, 'posts', '@kim', bert)).toMatchObject({ refusal: { code: 'conflict' } })
  give({ id: 'r', type: 'reply/submit', conversationId: mail, fence: 1, epoch: 1, text: 'Hi', through: 2 })
  expect(part(mail, 'posts', '@kim')).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
})

test('[MC20] [MC21] what was looked at, alarmed and drawn for a review is so afterwards too', () => {
  const { mail, merge, part, give, of, room, post } = scene()
  const posted = post('By post.', { at: start + 1 })
  give({ type: 'conversation/look', conversationId: mail, through: 1 })
  merge(mail, posted)
  expect(of(mail)).toMatchObject({ lookedThrough: 1, messages: 2, unseenAlarmAt: null })
  part(mail, 'posts', '@kim')
  expect(of(posted)).toMatchObject({ lookedThrough: 1, messages: 1 })
  const numbers = (id: string) => room.list(`messages/${id}`).map(key => room.get<Message>(key)?.number)
  expect([numbers(mail), numbers(posted)]).toEqual([[1], [1]])
})
