import { closedFor } from '@muster/shared/closed.ts'
import { expect, test } from 'vitest'
import { conversationIn, muster } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'
import { Office, start } from '../support/office.ts'
import { refusedWith } from '../support/setback.ts'

const closed = closedFor('replies-off', { network: 'Bluesky' })

function scene() {
  const office = new Office()
  const customers = new Customers(office.room, start + 10)
  const bounce = (replyId: string) =>
    office.give({ type: 'reply/bounce', replyId, setback: refusedWith('No such mailbox.'), at: start }, muster)
  return { office, customers, bounce }
}

test('[DL23] [MC13] of what a reply answered that bounced, what was taken away meanwhile does not wait again', () => {
  const { office, customers, bounce } = scene()
  const second = customers.write('And?', { at: start + 11 })
  office.submit({ through: 2 })
  office.deliver()
  customers.delete(office.kim)
  bounce('reply')
  expect(office.conversation).toMatchObject({
    messages: 2,
    answeredThrough: 1,
    waitingSince: start + 11,
    replyTo: { messageId: second, number: 2 },
  })
})

test('[DL23] [MC20] what others answered stays answered, though both were merged since', () => {
  const { office, customers, bounce } = scene()
  office.submit()
  const max = office.customer('Max')
  office.submit({ id: 'to-max', conversationId: max })
  office.deliver('to-max')
  office.now += 1
  office.deliver()
  office.give({ type: 'conversation/claim' })
  office.give({ type: 'conversation/merge', otherId: max })
  bounce('reply')
  expect(office.conversation).toMatchObject({ messages: 2, answeredThrough: 1, waitingSince: start })
  expect([customers.message(max).number, customers.message(office.kim).number]).toEqual([1, 2])
  expect(office.find('to-max')?.answers).toEqual({ after: 0, through: 1 })
  expect(office.reply).toMatchObject({
    answers: { after: 1, through: 2 },
    bounced: { setback: { said: 'No such mailbox.' } },
  })
})

test('[DL22] [MC16] where a network closes a message, the reply aims at another that waits; where none does, it says why', () => {
  const { office, customers } = scene()
  const second = customers.write('And?')
  office.submit({ through: 2 })
  office.take()
  const failed = { type: 'delivery/failed', replyId: 'reply', worker: 'one', setback: refusedWith('Refused.'), closed }
  office.give(failed, muster)
  expect(customers.message(second).closed).toEqual(closed)
  expect(conversationIn(office.room, office.kim)).toMatchObject({
    replyTo: { messageId: office.kim },
    closed: null,
    claim: { replyId: null },
  })
  office.submit({ id: 'again', through: 2 })
  office.take('again')
  office.give({ ...failed, replyId: 'again' }, muster)
  expect(office.conversation).toMatchObject({ replyTo: null, closed })
})
