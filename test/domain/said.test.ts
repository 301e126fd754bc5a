import { expect, test } from 'vitest'
import { ada, bert, muster } from '../support/builders.ts'
import { Office, rulesOf } from '../support/office.ts'
import { refusedWith } from '../support/setback.ts'

const public_ = () => ({ likeness: 0.8, allowed: 0 })
const words =
  'Card payments have failed since this morning. Nothing is charged twice, and orders that show an error were not placed. The next news comes here.'

function square(sameness: Office['room']['surroundings']['sameness'] = public_) {
  const office = new Office()
  office.room.surroundings.sameness = sameness
  return office
}

test.each([
  ['the same', words],
  ['another name and signature', `Hello Max,\n${words}\n\nBest regards\nBert`],
  ['a link', `${words} https://status.example.com/7`],
  ['one word changed', words.replace('this morning', 'the morning')],
])('[GT5] in public, almost what another customer got is stopped: %s', (_, text) => {
  const office = square()
  office.submit({ text: `Hello Kim,\n${words}\n\nBest regards\nAda` })
  office.take()
  const max = office.customer('Max', bert)
  const refused = office.submit({ id: 'second', conversationId: max, text }, bert)
  expect(refused).toMatchObject({ refusal: { code: 'gate', reasons: [{ rule: 'alike', values: { count: 1 } }] } })
})

test('[GT5] own words leave, and the same customer may be told the same again', () => {
  const office = square()
  office.submit({ text: words })
  office.take()
  const max = office.customer('Max', bert)
  office.submit(
    { id: 'own', conversationId: max, text: 'Hi Max, sorry that your order is stuck: we look into cards.' },
    bert,
  )
  office.take('own')
  expect(office.find('own')?.state).toBe('sending')
  office.give(
    {
      type: 'delivery/again',
      replyId: 'reply',
      worker: 'one',
      setback: refusedWith('Busy.'),
      afterMs: 0,
      mayHaveArrived: false,
    },
    muster,
  )
  office.take()
  expect(office.reply.state).toBe('sending')
})

test('[GT5] [MC20] who was merged, twice too, is the same customer, and may be told the same again', () => {
  const office = square()
  office.submit({ text: words })
  office.deliver()
  const [max, lou] = [office.customer('Max'), office.customer('Lou')]
  office.give({ type: 'conversation/merge', conversationId: max, otherId: office.kim })
  office.give({ type: 'conversation/merge', conversationId: lou, otherId: max })
  const told = office.submit({ id: 'second', conversationId: lou, through: 3, text: words })
  expect(told).toMatchObject({ answer: { state: 'queued' } })
})

test('[GT5] of two that leave at once one is stopped, and goes back to its writer', () => {
  const office = square()
  const max = office.customer('Max', bert)
  office.submit({ text: words })
  office.submit({ id: 'second', conversationId: max, text: words }, bert)
  office.take('second')
  office.take()
  expect([office.find('second')?.state, office.reply.state]).toEqual(['sending', 'held'])
  expect(office.reply).toMatchObject({ reason: expect.stringContaining('almost the same words') })
})

test('[GT5] how many may be alike is the channel’s setting, and where nobody reads along any number', () => {
  for (const [allowed, last] of [
    [0, ['alike']],
    [1, ['alike']],
    [2, []],
  ] as const) {
    const office = square(() => ({ likeness: 0.8, allowed }))
    const others = ['Max', 'Moe'].map(name => office.customer(name, bert))
    office.room.surroundings.sameness = () => ({ likeness: 0.8, allowed: 20 })
    others.forEach((conversationId, index) => {
      office.submit({ id: `r${index}`, conversationId, text: words }, bert)
      office.take(`r${index}`)
    })
    office.room.surroundings.sameness = () => ({ likeness: 0.8, allowed })
    expect(rulesOf(office.submit({ text: words }, ada))).toEqual(last)
    office.room.surroundings.sameness = () => null
    expect(office.submit({ text: words }, ada)).not.toMatchObject({ refusal: { code: 'gate' } })
  }
})

test('[GT5] what never left a channel stands in nobody’s way', () => {
  const office = square()
  office.submit({ text: words })
  const max = office.customer('Max', bert)
  expect(office.submit({ id: 'second', conversationId: max, text: words }, bert)).toMatchObject({ type: 'change' })
  office.give({ type: 'reply/recall', replyId: 'second' }, bert)
  office.take()
  office.give(
    { type: 'delivery/failed', replyId: 'reply', worker: 'one', setback: refusedWith('No such address.') },
    muster,
  )
  expect(office.submit({ id: 'third', conversationId: max, text: words }, bert)).toMatchObject({ type: 'change' })
})
