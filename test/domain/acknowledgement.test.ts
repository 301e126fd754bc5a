import { type Acknowledgement, acknowledgementsPerHour } from '@muster/server/domain/acknowledgement.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { MailSettings } from '@muster/shared/channel.ts'
import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, cora, nextId, roomWithCustomer } from '../support/builders.ts'

const start = 3_600_000 * 1_000
const minute = 60_000

function scene() {
  const { room, incidentId } = roomWithCustomer(start)
  const write = (address: string, { now = start, perHour = 200, more = {} } = {}) => {
    const from = { address, name: 'Zoe', reach: null, identity: `mailto:${address}` }
    const arrival = arrivalOf({ from, acknowledgeable: true, ...more })
    room.give({ ...arriving(arrival, 'support'), acknowledgements: perHour }, muster, now)
  }
  const first = () => due()[0] ?? { id: '', conversationId: '' }
  const due = () => room.list('acknowledgements').map(key => room.get<Acknowledgement>(key) as Acknowledgement)
  const give = (command: object, by = muster, now = start) =>
    room.give({ id: nextId(), incidentId, ...command } as Parameters<typeof room.give>[0], by, now)
  const take = (acknowledgementId: string, now = start) => {
    const decision = give({ type: 'acknowledgement/take', acknowledgementId }, muster, now)
    return decision.type === 'refused' ? null : ((decision.answer.taken ?? null) as Acknowledgement | null)
  }
  const end = (acknowledgementId: string, againAfterMs: number | null, now = start) =>
    give({ type: 'acknowledgement/end', acknowledgementId, againAfterMs }, muster, now)
  return { room, write, due, first, give, take, end }
}

test('[CH18] whoever provably wrote is acknowledged once in an incident, however often and to whichever mailbox they write', () => {
  const { write, due, take, end } = scene()
  for (let times = 0; times < 3; times++) write('zoe@example.com', { now: start + times })
  write('yan@example.com')
  expect(
    due()
      .map(({ to }) => to.address)
      .toSorted(),
  ).toEqual(['yan@example.com', 'zoe@example.com'])
  for (const { id } of due()) {
    expect(take(id)).toMatchObject({ state: 'taken' })
    expect(take(id)).toBeNull()
    end(id, null)
    expect(take(id)).toBeNull()
  }
  write('zoe@example.com', { now: start + 3_600_000 })
  expect(due()).toEqual([])
})

test('[CH18] nobody is acknowledged whose channel does not, who is not proved, or whom a machine may not answer', () => {
  const { write, due } = scene()
  write('a@example.com', { perHour: 0 })
  write('b@example.com', { more: { acknowledgeable: false } })
  write('c@example.com', { more: { from: { address: 'c@example.com', name: '', reach: null, identity: null } } })
  write('d@example.com', { more: { automatic: 'It is bulk mail.' } })
  expect(due()).toEqual([])
})

test('[CH18] what surely did not leave is tried again, three times at most; what may have left is over', () => {
  const { write, due, first, take, end } = scene()
  write('zoe@example.com')
  const { id } = first()
  for (let tries = 0, now = start; tries < 3; tries++, now += minute) {
    expect(take(id, now - 1)).toBeNull()
    expect(take(id, now)).toMatchObject({ tries: tries + 1 })
    end(id, minute, now)
  }
  expect(due()).toEqual([])
  write('yan@example.com')
  const { id: other } = first()
  take(other)
  end(other, null)
  expect(due()).toEqual([])
})

test('[CH18] an acknowledgement does not leave once a person has answered, or the incident is over', () => {
  const { room, write, due, first, give, take } = scene()
  write('zoe@example.com')
  const { id, conversationId } = first()
  give({ type: 'conversation/claim', conversationId }, ada)
  give({ type: 'reply/submit', id: 'r1', conversationId, fence: 1, epoch: 1, text: 'We are on it.', through: 1 }, ada)
  expect(due()).toHaveLength(1)
  room.give({ id: nextId(), type: 'delivery/take', replyId: 'r1', worker: 'w', leaseMs: 1 }, muster, start + 60_000)
  room.give(
    { id: nextId(), type: 'delivery/sent', replyId: 'r1', worker: 'w', externalId: 'x' },
    muster,
    start + 60_000,
  )
  expect(take(id, start + 60_000)).toBeNull()
  write('yan@example.com')
  const { id: other } = first()
  give({ type: 'incident/resolve' }, cora)
  expect(take(other)).toBeNull()
  expect(due()).toEqual([])
})

test('[CH18] an acknowledgement does not leave beside an answer that is on its way, nor where nobody is to answer any more', () => {
  const { write, due, first, give, take } = scene()
  write('zoe@example.com')
  const { id, conversationId } = first()
  give({ type: 'conversation/claim', conversationId }, ada)
  give({ type: 'reply/submit', id: 'r1', conversationId, fence: 1, epoch: 1, text: 'We are on it.', through: 1 }, ada)
  expect(take(id)).toBeNull()
  expect(due()).toEqual([])
  write('yan@example.com')
  const { id: other, conversationId: settled } = first()
  give({ type: 'conversation/claim', conversationId: settled }, ada)
  const settle = { type: 'conversation/settle', conversationId: settled, through: 1, how: 'elsewhere', note: null }
  expect(give(settle, ada)).toMatchObject({ type: 'change' })
  expect(take(other)).toBeNull()
})

test('[CH19] an hour has no more acknowledgements than its cap, and who was passed over may have one in the next', () => {
  const { write, due } = scene()
  for (let count = 0; count < 5; count++) write(`machine${count}@example.com`, { perHour: 3 })
  expect(due()).toHaveLength(3)
  write('machine4@example.com', { perHour: 3, now: start + 3_600_000 })
  expect(due()).toHaveLength(4)
})

test('[CH19] acknowledgements take a small part of what a mailbox may send', () => {
  const smtp = { host: 'mail.test', port: 25, security: 'none', user: '' }
  const acknowledgement = { subject: 'Got it', text: 'We have it.' }
  const settings = (more: object) =>
    MailSettings.parse({ kind: 'mail', address: 'a@b.test', imap: null, smtp, ...more })
  expect(acknowledgementsPerHour(settings({}))).toBe(0)
  expect(acknowledgementsPerHour(settings({ acknowledgement }))).toBe(200)
  expect(acknowledgementsPerHour(settings({ acknowledgement, dailyLimit: 2_000 }))).toBe(20)
  expect(acknowledgementsPerHour(settings({ acknowledgement, dailyLimit: 5 }))).toBe(1)
  expect(acknowledgementsPerHour(undefined)).toBe(0)
})
