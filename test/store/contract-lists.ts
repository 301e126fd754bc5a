import type { Listed, Page, Store } from '@muster/server/store/store.ts'
import { describe, expect, test } from 'vitest'
import { change, fresh, put, putting } from './changes.ts'
import type { Ground } from './contract.ts'

const first: Page = { after: null, limit: 1_000 }

export function describeLists(ground: () => Ground): void {
  describe('lists', () => {
    test('[ST9] a list is ordered by score, then by the bytes of the key', async () => {
      const { store } = ground()
      const room = fresh('room')
      await standAll(store, room, { b: 1, a: 1, B: 1, 'a-': 1, é: 1, '￿': 1, 𝕏: 1, z: -2.5, y: 1e15, x: 0.1 })
      const keys = (await store.list(room, 'waiting', first)).map(({ key }) => key)
      expect(keys).toEqual(['z', 'x', 'B', 'a', 'a-', 'b', 'é', '￿', '𝕏', 'y'])
      expect(await store.count(room, 'waiting')).toBe(10)
      expect(await store.count(room, 'nobody')).toBe(0)
      expect(await store.list(room, 'nobody', first)).toEqual([])
    })

    test('[ST9] pages have no gap and no repeat, however many share a score', async () => {
      const { store } = ground()
      const room = fresh('room')
      const scores = Object.fromEntries(
        Array.from({ length: 97 }, (_, at) => [`k${(at * 31) % 97}`, Math.floor(at / 40)]),
      )
      await standAll(store, room, scores)
      const whole = (await store.list(room, 'waiting', first)).map(({ key }) => key)
      expect(whole).toHaveLength(97)
      for (const limit of [1, 7, 40, 96, 97]) {
        expect((await allPages(store, room, limit)).map(({ key }) => key)).toEqual(whole)
      }
    })

    test('[ST9] a page goes on after an item that has moved or left meanwhile', async () => {
      const { store } = ground()
      const room = fresh('room')
      await standAll(store, room, { a: 1, b: 1, c: 1, d: 1, e: 2 })
      const { records } = await store.read(room, ['b', 'c'])
      const [b = null, c = null] = records
      await store.commit(room, [putting('b', null, { over: b }), putting('c', 1, { over: c, indexes: { waiting: 9 } })])
      const keysAfter = async (score: number, key: string) =>
        (await store.list(room, 'waiting', { after: { score, key }, limit: 9 })).map(listed => listed.key)
      expect(await keysAfter(1, 'b')).toEqual(['d', 'e', 'c'])
      expect(await keysAfter(1, 'c')).toEqual(['d', 'e', 'c'])
      expect(await keysAfter(1, '')).toEqual(['a', 'd', 'e', 'c'])
      expect(await keysAfter(1, 'é')).toEqual(['e', 'c'])
      expect(await keysAfter(1.5, 'a')).toEqual(['e', 'c'])
      expect(await keysAfter(9, 'c')).toEqual([])
    })

    test('[ST9] a bound leaves out higher scores, on every page', async () => {
      const { store } = ground()
      const room = fresh('room')
      await standAll(store, room, { a: 1, b: 2, c: 2, d: 2.5, e: 3 })
      const upTo = async (bound: number, after: Page['after'] = null) =>
        (await store.list(room, 'waiting', { after, limit: 9, upTo: bound })).map(({ key }) => key)
      expect(await upTo(2)).toEqual(['a', 'b', 'c'])
      expect(await upTo(2, { score: 2, key: 'b' })).toEqual(['c'])
      expect(await upTo(0)).toEqual([])
      expect(await upTo(99)).toEqual(['a', 'b', 'c', 'd', 'e'])
      const counted = await Promise.all([0, 2, 2.5, 99].map(bound => store.count(room, 'waiting', bound)))
      expect(counted).toEqual([0, 3, 4, 5])
    })

    test('[ST9] a record stands where its last put says, and nowhere else', async () => {
      const { store } = ground()
      const room = fresh('room')
      const standings = [{ waiting: 1, topic: 2 }, { waiting: 5 }, { waiting: 5 }, { held: 1, topic: 3 }, {}]
      for (const indexes of standings) {
        const [over = null] = (await store.read(room, ['a'])).records
        const changed = putting('a', indexes, { over, indexes })
        await store.commit(room, [changed])
        const stored = { version: changed.commandId, value: indexes, indexes }
        for (const list of ['waiting', 'topic', 'held'] as const) {
          const score: number | undefined = (indexes as Record<string, number>)[list]
          const expected = score === undefined ? [] : [{ key: 'a', score, stored }]
          expect(await store.list(room, list, first)).toEqual(expected)
          expect(await store.count(room, list)).toBe(expected.length)
        }
      }
    })
  })
}

async function standAll(store: Store, room: string, scores: Record<string, number>): Promise<void> {
  const seen = Object.fromEntries(Object.keys(scores).map(key => [key, null]))
  const puts = Object.entries(scores).map(([key, score]) => put(key, score, { indexes: { waiting: score } }))
  await store.commit(room, [change({ seen, put: puts })])
}

async function allPages(store: Store, room: string, limit: number): Promise<Listed[]> {
  const found: Listed[] = []
  for (;;) {
    const last = found.at(-1)
    const page = await store.list(room, 'waiting', { after: last ? { score: last.score, key: last.key } : null, limit })
    if (page.length === 0) return found
    found.push(...page)
  }
}
