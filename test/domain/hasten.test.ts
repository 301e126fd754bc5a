import { expect, test } from 'vitest'
import { muster } from '../support/builders.ts'
import { Office, start } from '../support/office.ts'
import { refusedWith } from '../support/setback.ts'

const away = refusedWith('It is away.')
const tenMinutes = 600_000

/** A reply that its channel put off for ten minutes, at `start`. */
function scene(more: object = {}) {
  const office = new Office()
  office.submit()
  office.take()
  const again = { type: 'delivery/again', replyId: 'reply', worker: 'one', setback: away, mayHaveArrived: false }
  office.give({ ...again, afterMs: tenMinutes, ...more }, muster)
  const hasten = (recoveredAt: number) =>
    office.give({ type: 'delivery/hasten', replyId: 'reply', recoveredAt }, muster)
  return { office, hasten }
}

test('[DL32] [DL29] what was put off before its lane recovered waits no longer, is told so, and still says why it waited', () => {
  const { office, hasten } = scene()
  expect(office.reply).toMatchObject({ state: 'queued', notBefore: start + tenMinutes })
  office.now = start + 60_000
  expect(hasten(office.now)).toMatchObject({ type: 'change' })
  expect(office.reply).toMatchObject({ state: 'queued', notBefore: office.now, setback: away, attempts: 1 })
  expect(office.room.told.at(-1)).toMatchObject({
    type: 'reply/queued',
    reply: { notBefore: office.now, setbacks: [away] },
  })
  expect(hasten(office.now)).toMatchObject({ type: 'unchanged' })
  office.deliver()
  expect(office.reply).toMatchObject({ state: 'sent', attempts: 2 })
  expect(hasten(office.now)).toMatchObject({ type: 'unchanged' })
})

test('[DL32] what was tried since its lane recovered keeps its pause', () => {
  const { office, hasten } = scene()
  office.now = start + 60_000
  expect(hasten(start)).toMatchObject({ type: 'unchanged' })
  expect(office.reply).toMatchObject({ notBefore: start + tenMinutes })
  // It was under way when another was taken.
  expect(hasten(start + 1)).toMatchObject({ type: 'change' })
})

test('[DL32] what its network asked to wait for is waited for, and no longer', () => {
  const { office, hasten } = scene({ askedMs: 120_000 })
  office.now = start + 60_000
  expect(hasten(office.now)).toMatchObject({ type: 'change' })
  expect(office.reply).toMatchObject({ notBefore: start + 120_000 })
  const asked = scene({ askedMs: tenMinutes })
  asked.office.now = start + 60_000
  expect(asked.hasten(asked.office.now)).toMatchObject({ type: 'unchanged' })
})

test('[DL32] [DL5] the hours for which it is tried run on', () => {
  const { office, hasten } = scene()
  office.now = start + 300_000
  hasten(office.now)
  office.take()
  expect(office.reply).toMatchObject({ state: 'sending', triedSince: start })
})

test('[DL32] what waits for its writer alone, or is under way, is not brought forward', () => {
  const office = new Office()
  const hasten = (recoveredAt: number) =>
    office.give({ type: 'delivery/hasten', replyId: 'reply', recoveredAt }, muster)
  expect(hasten(start)).toMatchObject({ type: 'unchanged' })
  office.submit()
  expect(hasten(start + 1)).toMatchObject({ type: 'unchanged' })
  office.take()
  expect(hasten(start + 1)).toMatchObject({ type: 'unchanged' })
})
