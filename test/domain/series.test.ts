import { Figures } from '@muster/server/domain/series.ts'
import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actor, arrivalOf, arriving, conversationIn, cora, declaring, muster, nextId } from '../support/builders.ts'
import { histories } from '../support/histories.ts'
import { HumanStory, step } from '../support/human-story.ts'
import { Records } from '../support/records.ts'
import { recount } from '../support/recount.ts'
import { refusedWith } from '../support/setback.ts'

const people = Array.from({ length: 3 }, (_, index) => actor(`Person${index}`))
const minute = 60_000
const start = Date.UTC(2026, 10, 23, 9)

/** One step of an incident: somebody does something with one of the conversations, or the clock moves, forward or back. */
const which = fc.nat(4)
const by = fc.nat(2)
const move = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('claim' as const), which, by }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('reply' as const), which }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      which,
      how: fc.constantFrom('sent', 'sent', 'failed', 'uncertain'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), which, arrived: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const), by }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('clock' as const), ms: fc.integer({ min: -30_000, max: 4 * minute }) }),
  },
)
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never

function story() {
  const room = new Records()
  const declare = declaring({ policy: { leaseMs: 36_000_000, claimsPerPerson: 2 } })
  let now = start
  const order = (command: object, who = muster) =>
    room.give({ id: nextId(), incidentId: declare.id, ...command } as IncidentCommand, who, now)
  room.give(declare, cora, now)
  for (const who of people.slice(0, 2)) order({ type: 'incident/join' }, who)

  function act(step: Move) {
    if (step.do === 'clock') now += step.ms
    else if (step.do === 'join') order({ type: 'incident/join' }, people[step.by])
    else if (step.do === 'write') {
      const from = { address: `customer-${step.which}@example.com`, name: '' }
      room.give(arriving(arrivalOf({ from })), muster, now)
    } else {
      const ids = room.list('conversations').map(key => key.slice('conversation/'.length))
      if (ids.length > 0) handle(step, conversationIn(room, ids[step.which % ids.length] ?? ''))
    }
  }

  function handle(
    step: Exclude<Move, { do: 'clock' | 'join' | 'write' }>,
    { id, fence, messages, claim }: Conversation,
  ) {
    const holder = people.find(person => person.id === claim?.holder.id)
    const about = { conversationId: id, fence: Math.max(1, fence) }
    if (step.do === 'claim') return order({ type: 'conversation/claim', conversationId: id }, people[step.by])
    if (step.do === 'release') return order({ ...about, type: 'conversation/release' }, holder)
    if (step.do === 'reply') {
      return order({ ...about, type: 'reply/submit', epoch: 1, text: 'We are on it.', through: messages }, holder)
    }
    const replyId = claim?.replyId ?? 'none'
    if (step.do === 'settle') return order({ type: 'reply/settle', replyId, arrived: step.arrived }, cora)
    order({ type: 'delivery/take', replyId, worker: 'w', leaseMs: 1_000 })
    order({ type: `delivery/${step.how}`, replyId, worker: 'w', externalId: 'x', setback: refusedWith('x') })
  }
  const judge = () => {
    const [replyId] = room.list('samples').map(key => key.slice('reply/'.length))
    order({ type: 'sample/judge', replyId, good: true, note: '' }, cora)
  }
  return { room, act, judge, now: () => now, resolve: () => order({ type: 'incident/resolve' }, cora) }
}

test('[IN20] fed entry by entry, the figures equal a recount from the whole log, whenever they are asked for', () => {
  const ask = fc.record({
    after: fc.integer({ min: -minute, max: 10 * minute }),
    minutes: fc.integer({ min: 1, max: 90 }),
  })
  fc.assert(
    fc.property(
      fc.array(move, { minLength: 20, maxLength: 120, size: 'max' }),
      fc.array(ask),
      fc.boolean(),
      (moves, asks, resolved) => {
        const { room, act, now, resolve } = story()
        for (const step of moves) act(step)
        if (resolved) resolve()
        const figures = new Figures()
        const cuts = asks.map((asked, index) => ({
          ...asked,
          cut: Math.ceil((room.told.length * (index + 1)) / asks.length),
        }))
        let fed = 0
        for (const { cut, after, minutes } of [...cuts, { cut: room.told.length, after: 0, minutes: 1_440 }]) {
          while (fed < cut) figures.add(room.told[fed++] as (typeof room.told)[number])
          const at = (cut === room.told.length ? now() : (room.told[cut - 1]?.at ?? start)) + after
          expect(figures.series(at, minutes)).toEqual(recount(room.told.slice(0, cut), at, minutes))
        }
      },
    ),
    histories(300),
  )
})

test('[IN20] minutes in which nothing happens are there, with the backlog of before and a wait that grows', () => {
  const { room, act } = story()
  for (const step of [
    { do: 'write', which: 1 },
    { do: 'clock', ms: 3 * minute },
    { do: 'write', which: 2 },
  ] as const) {
    act(step)
  }
  const figures = new Figures()
  for (const told of room.told) figures.add(told)
  const { minutes } = figures.series(start + 4.5 * minute, 60)
  expect(minutes.map(({ at }) => (at - start) / minute)).toEqual([0, 1, 2, 3, 4])
  expect(minutes.map(({ arrivals }) => arrivals)).toEqual([1, 0, 0, 1, 0])
  expect(minutes.map(({ backlog }) => backlog)).toEqual([1, 1, 1, 2, 2])
  expect(minutes.map(({ oldestMs }) => oldestMs / minute)).toEqual([1, 2, 3, 4, 4.5])
})

test('[IN20] a day is kept and no more, and what stood before it still counts', () => {
  const { room, act } = story()
  act({ do: 'write', which: 100 })
  for (let hour = 0; hour < 30; hour++) {
    act({ do: 'clock', ms: 60 * minute })
    act({ do: 'write', which: hour })
  }
  act({ do: 'clock', ms: minute })
  act({ do: 'write', which: 99 })
  const figures = new Figures()
  for (const told of room.told) figures.add(told)
  const now = start + (30 * 60 + 1) * minute
  const series = figures.series(now, 1_440)
  expect(series).toEqual(recount(room.told, now, 1_440))
  expect(series.minutes).toHaveLength(1_440)
  expect(series.minutes.reduce((sum, { arrivals }) => sum + arrivals, 0)).toBe(25)
})

test('[IN20] nine of ten customers waited at most the 90th percentile for their first reply', () => {
  const { room, act } = story()
  for (let which = 0; which < 20; which++) act({ do: 'write', which })
  for (let which = 0; which < 20; which++) {
    act({ do: 'clock', ms: minute })
    for (const step of [
      { do: 'claim', which, by: 0 },
      { do: 'reply', which },
      { do: 'deliver', which, how: 'sent' },
    ] as const) {
      act(step)
    }
  }
  const figures = new Figures()
  for (const told of room.told) figures.add(told)
  const { minutes, firstReplies } = figures.series(start + 20 * minute, 60)
  expect(firstReplies).toEqual({ count: 20, medianMs: 10 * minute, p90Ms: 18 * minute })
  expect(minutes.at(-1)?.firstReplies).toEqual({ count: 1, medianMs: 20 * minute, p90Ms: 20 * minute })
})

test('[IN20] what is said later of a reply that was sent counts it no second time', () => {
  const { room, act, judge } = story()
  room.surroundings.chance = 0
  act({ do: 'write', which: 0 })
  act({ do: 'claim', which: 0, by: 0 })
  act({ do: 'reply', which: 0 })
  act({ do: 'deliver', which: 0, how: 'sent' })
  judge()
  expect(room.told.map(({ type }) => type)).toContain('reply/judged')
  const figures = new Figures()
  for (const told of room.told) figures.add(told)
  expect(figures.series(start, 60)).toEqual(recount(room.told, start, 60))
  expect(figures.series(start, 60).minutes[0]?.replies).toBe(1)
})

test('[IN20] [MC18] merges, partings and what was settled count as they stand, and never as replies', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }), steps => {
      const happened = new HumanStory()
      for (const each of steps) happened.act(each)
      const { room, now } = happened
      const figures = new Figures()
      for (const entry of room.told) figures.add(entry)
      expect(figures.series(now, 30)).toEqual(recount(room.told, now, 30))
    }),
    histories(60),
  )
})
