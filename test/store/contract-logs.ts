import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogLine, Store } from '@muster/server/store/store.ts'
import type { Cursor } from '@muster/shared/position.ts'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { fresh, telling } from './changes.ts'
import type { Ground } from './contract.ts'

export function describeLogs(ground: () => Ground): void {
  describe('logs', () => {
    test('[ST4] numbers are contiguous from 1, and nobody sees one without all before it', async () => {
      const { store, another } = ground()
      const room = fresh('room')
      const begin = await store.top(room)
      expect(begin.seq).toBe(0)
      let writing = true
      const looks = (async () => {
        while (writing) {
          expectContiguous(await another.since(room, begin, 10_000), 0)
          await nextTurn()
        }
      })()
      const writers = [store, another].map(async writer => {
        for (let at = 0; at < 60; at++) await writer.commit(room, [telling(at), telling(), telling(at, at)])
      })
      await Promise.all(writers)
      writing = false
      await looks
      expect(expectContiguous(await store.since(room, begin, 10_000), 0)).toBe(360)
    })

    test('[ST5] since a cursor there is every line after it, or a reset', async () => {
      const { store } = ground()
      const room = fresh('room')
      await store.commit(room, [telling(1, 2, 3), telling(4, 5)])
      const at = await store.top(room)
      expect(at.seq).toBe(5)
      const lines = [1, 2, 3, 4, 5].map(number => ({ seq: number, told: { number } }))
      const cases: [about: string, cursor: Cursor, limit: number, expected: LogLine[] | 'reset'][] = [
        ['from the start', { ...at, seq: 0 }, 5, lines],
        ['from within', { ...at, seq: 2 }, 5, lines.slice(2)],
        ['the gap as long as asked', { ...at, seq: 2 }, 3, lines.slice(2)],
        ['the gap longer than asked', { ...at, seq: 2 }, 2, 'reset'],
        ['up to date', at, 0, []],
        ['ahead of the log', { ...at, seq: 6 }, 100, 'reset'],
        ['another era', { era: 'another', seq: 3 }, 100, 'reset'],
        ['another era, from the start', { era: 'another', seq: 0 }, 100, 'reset'],
      ]
      for (const [about, cursor, limit, expected] of cases) {
        const answer = await store.since(room, cursor, limit)
        expect(answer, about).toEqual(
          expected === 'reset' ? { type: 'reset', at } : { type: 'resumed', at, lines: expected },
        )
      }
    })

    test('[ST5] a log is read page by page, without gap or repeat, however long it is', async () => {
      const { store } = ground()
      const room = fresh('room')
      const numbers = Array.from({ length: 23 }, (_, at) => at)
      await store.commit(room, [telling(...numbers)])
      const at = await store.top(room)
      const read: LogLine[] = []
      for (const expected of [10, 10, 3, 0]) {
        const page = await store.lines(room, { ...at, seq: read.length }, 10)
        expect(page).toMatchObject({ type: 'resumed', at })
        if (page.type === 'resumed') read.push(...page.lines)
        expect(page).toHaveProperty('lines.length', expected)
      }
      expect(read).toEqual(numbers.map(number => ({ seq: number + 1, told: { number } })))
      for (const foreign of [
        { ...at, seq: 24 },
        { era: 'another', seq: 0 },
      ]) {
        expect(await store.lines(room, foreign, 10)).toEqual({ type: 'reset', at })
      }
    })

    test('[ST5] a room nobody wrote to has an era and no lines', async () => {
      const { store } = ground()
      const room = fresh('room')
      const at = await store.top(room)
      expect(await store.since(room, at, 10)).toEqual({ type: 'resumed', at, lines: [] })
      expect(await store.lines(room, at, 10)).toEqual({ type: 'resumed', at, lines: [] })
      expect(at.era).toMatch(/^[\w-]{8,64}$/)
    })

    test('[ST6] an emptied store answers with another era', async () => {
      const room = fresh('room')
      const { store } = ground()
      await store.commit(room, [telling(1, 2)])
      const before = await store.top(room)
      const emptied = await ground().emptied(room)
      const after = await emptied.top(room)
      expect(after.seq).toBe(0)
      expect(after.era).not.toBe(before.era)
      await emptied.commit(room, [telling(1, 2, 3)])
      expect(await emptied.since(room, before, 100)).toEqual({ type: 'reset', at: { era: after.era, seq: 3 } })
    })

    test('[ST7] a follower hears every later line once, in order, whoever committed it', async () => {
      const { store, another } = ground()
      const room = fresh('room')
      await store.commit(room, [telling(1, 2, 3)])
      const heard = await following(store, room, { ...(await store.top(room)), seq: 1 })
      for (let at = 0; at < 30; at++) {
        await Promise.all([store.commit(room, [telling(at), telling(at)]), another.commit(room, [telling(at)])])
      }
      await until('all lines are heard', () => heard.lines.length >= 92)
      expect(heard.lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 92 }, (_, at) => at + 2))
      const all = await store.since(room, { ...(await store.top(room)), seq: 1 }, 1_000)
      expect(all).toMatchObject({ type: 'resumed', lines: heard.lines })
      expect(heard.lost).toBe(0)
      await heard.stop()
    })

    test('[ST7] a line that another process committed is heard within a second or so', async () => {
      const { store, another } = ground()
      const room = fresh('room')
      const heard = await following(store, room, await store.top(room))
      const start = performance.now()
      await another.commit(room, [telling(1)])
      await until('the line', () => heard.lines.length === 1)
      expect(performance.now() - start).toBeLessThan(2_000)
      await heard.stop()
    })

    test('[ST7] a long gap is caught up while more is committed', async () => {
      const { store } = ground()
      const room = fresh('room')
      const begin = await store.top(room)
      const many = Array.from({ length: 700 }, (_, at) => at)
      await store.commit(room, [telling(...many), telling(...many)])
      const heard = await following(store, room, begin)
      await store.commit(room, [telling(...many)])
      await until('all lines are heard', () => heard.lines.length >= 2_100)
      expect(heard.lines.every(({ seq }, at) => seq === at + 1)).toBe(true)
      await heard.stop()
    })

    test('[ST7] a follower hears its own room only, and nothing once stopped', async () => {
      const { store } = ground()
      const [room, other] = [fresh('room'), fresh('room')]
      const heard = await following(store, room, await store.top(room))
      const witness = await following(store, other, await store.top(other))
      await store.commit(other, [telling(1)])
      await store.commit(room, [telling(2)])
      await until('both lines', () => heard.lines.length === 1 && witness.lines.length === 1)
      expect(heard.lines).toEqual([{ seq: 1, told: { number: 2 } }])
      await heard.stop()
      await Promise.all([store.commit(room, [telling(3)]), store.commit(other, [telling(4)])])
      await until('the second line of the other room', () => witness.lines.length === 2)
      expect(heard.lines).toHaveLength(1)
      await witness.stop()
    })

    test('[ST7] following a position this log does not have is lost, once', async () => {
      const { store } = ground()
      const room = fresh('room')
      await store.commit(room, [telling(1)])
      const at = await store.top(room)
      for (const from of [
        { era: 'another', seq: 1 },
        { ...at, seq: 9 },
      ]) {
        const heard = await following(store, room, from)
        await until('it is lost', () => heard.lost === 1)
        await store.commit(room, [telling(2)])
        await heard.stop()
        expect(heard).toMatchObject({ lost: 1, lines: [] })
      }
    })

    test('[ST7] a listener that fails is lost, and harms neither the commit nor its neighbours', async () => {
      const { store } = ground()
      const room = fresh('room')
      const from = await store.top(room)
      let lost = 0
      const fail = () => {
        throw new Error('the listener fails')
      }
      const failing = await store.follow(room, from, fail, () => lost++)
      const heard = await following(store, room, from)
      expect(await store.commit(room, [telling(1)])).toEqual([{ type: 'committed', seq: 1 }])
      await until('one is lost and the other hears', () => lost === 1 && heard.lines.length === 1)
      await store.commit(room, [telling(2)])
      await until('the other hears on', () => heard.lines.length === 2)
      expect(lost).toBe(1)
      await Promise.all([failing.stop(), heard.stop()])
    })
  })
}

function expectContiguous(since: Awaited<ReturnType<Store['since']>>, after: number): number {
  if (since.type !== 'resumed') throw new Error('expected lines')
  expect(since.lines.every(({ seq }, at) => seq === after + at + 1)).toBe(true)
  expect(since.at.seq).toBe(after + since.lines.length)
  return since.lines.length
}

/** Follows a room and keeps what it hears. */
export async function following(store: Store, room: string, from: Cursor) {
  const heard = { lines: [] as LogLine[], lost: 0, stop: async () => {} }
  const followed = await store.follow(
    room,
    from,
    lines => heard.lines.push(...lines),
    () => heard.lost++,
  )
  heard.stop = () => followed.stop()
  return heard
}
