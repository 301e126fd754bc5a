import { describe, expect, test } from 'vitest'
import { change, fresh, put, putting, telling } from './changes.ts'
import type { Ground } from './contract.ts'

export function describeCommits(ground: () => Ground): void {
  describe('commits', () => {
    test('[ST1] a change is committed whole: records, lists, log and answer', async () => {
      const { store, another } = ground()
      const room = fresh('room')
      const both = change({
        seen: { 'a/1': null, 'a/2': null, 'a/3': null },
        put: [put('a/1', { text: 'first' }, { indexes: { waiting: 7 } }), put('a/2', ['second'])],
        tell: [{ type: 'one' }, { type: 'two' }],
        answer: { fence: 3 },
      })
      const before = await store.top(room)
      expect(await store.commit(room, [both])).toEqual([{ type: 'committed', seq: 2 }])

      const first = { version: both.commandId, value: { text: 'first' }, indexes: { waiting: 7 } }
      const second = { version: both.commandId, value: ['second'], indexes: {} }
      const { now, records } = await another.read(room, ['a/1', 'a/2', 'a/3', 'a/1'])
      expect(records).toEqual([first, second, null, first])
      expect(Math.abs(now - Date.now())).toBeLessThan(5_000)
      expect(Math.abs((await store.now()) - Date.now())).toBeLessThan(5_000)
      const everything = { after: null, limit: 10 }
      expect(await another.list(room, 'waiting', everything)).toEqual([{ key: 'a/1', score: 7, stored: first }])
      expect(await another.since(room, before, 10)).toEqual({
        type: 'resumed',
        at: { era: before.era, seq: 2 },
        lines: [
          { seq: 1, told: { type: 'one' } },
          { seq: 2, told: { type: 'two' } },
        ],
      })
      expect(await another.recall(room, [both.commandId, 'never'])).toEqual([{ seq: 2, answer: { fence: 3 } }, null])
    })

    test('[ST1] of many at once over the same record exactly one commits', async () => {
      const { store, another } = ground()
      const room = fresh('room')
      const rivals = Array.from({ length: 40 }, (_, number) => ({ ...putting('claim', number), tell: [{ number }] }))
      const outcomes = await Promise.all(
        rivals.map((rival, number) => (number % 2 ? store : another).commit(room, [rival])),
      )
      const winners = rivals.filter((_, number) => outcomes[number]?.[0]?.type === 'committed')
      expect(winners).toHaveLength(1)
      expect(outcomes.flat().filter(({ type }) => type === 'stale')).toHaveLength(39)
      expect((await store.read(room, ['claim'])).records[0]?.version).toBe(winners[0]?.commandId)
      expect((await store.top(room)).seq).toBe(1)
    })

    test('[ST1] a change that no store could keep spoils its call before anything is written', async () => {
      const { store } = ground()
      const room = fresh('room')
      const good = { ...putting('good', 1), tell: [{}] }
      const unkept = [
        change({ put: [put('unseen', 1)] }),
        change({ seen: { twice: null }, put: [put('twice', 1), put('twice', 2)] }),
        putting('scored', 1, { indexes: { waiting: Number.NaN } }),
        putting('unsayable', undefined),
        change({ commandId: '' }),
      ]
      for (const bad of unkept) await expect(store.commit(room, [good, bad])).rejects.toThrow(TypeError)
      expect((await store.read(room, ['good'])).records).toEqual([null])
      expect((await store.top(room)).seq).toBe(0)
      expect(await store.commit(room, [])).toEqual([])
    })

    test('[ST2] a stale change leaves no trace, and may be sent again after another look', async () => {
      const { store } = ground()
      const room = fresh('room')
      const first = putting('a', 1, { indexes: { waiting: 1 } })
      await store.commit(room, [first])
      const late = change({
        seen: { a: 'somebody-else', b: null },
        put: [put('a', 2, { indexes: { waiting: 2 } }), put('b', 2, { indexes: { waiting: 3 } })],
        tell: [{ type: 'never' }],
        answer: { never: true },
      })
      expect(await store.commit(room, [late])).toEqual([{ type: 'stale' }])

      const { records } = await store.read(room, ['a', 'b'])
      expect(records).toEqual([{ version: first.commandId, value: 1, indexes: { waiting: 1 } }, null])
      expect(await store.count(room, 'waiting')).toBe(1)
      expect((await store.top(room)).seq).toBe(0)
      expect(await store.recall(room, [late.commandId])).toEqual([null])
      const again = { ...late, seen: { a: first.commandId, b: null } }
      expect(await store.commit(room, [again])).toEqual([{ type: 'committed', seq: 1 }])
    })

    test('[ST2] a record is seen when it is only looked at, and when it is missing', async () => {
      const { store } = ground()
      const room = fresh('room')
      const roster = putting('roster', 1)
      await store.commit(room, [roster])
      expect(await store.commit(room, [change({ seen: { roster: null } })])).toEqual([{ type: 'stale' }])
      expect(await store.commit(room, [change({ seen: { nobody: 'x' } })])).toEqual([{ type: 'stale' }])
      expect(await store.commit(room, [change({ seen: { roster: roster.commandId, nobody: null } })])).toEqual([
        { type: 'committed', seq: 0 },
      ])
    })

    test('[ST2] a removed record is missing, stands in no list, and can be put anew', async () => {
      const { store } = ground()
      const room = fresh('room')
      await store.commit(room, [putting('a', 1, { indexes: { waiting: 1, held: 2 } })])
      const [kept = null] = (await store.read(room, ['a'])).records
      const removing = putting('a', null, { over: kept })
      expect(await store.commit(room, [removing])).toEqual([{ type: 'committed', seq: 0 }])
      expect((await store.read(room, ['a'])).records).toEqual([null])
      expect([await store.count(room, 'waiting'), await store.count(room, 'held')]).toEqual([0, 0])
      expect(await store.commit(room, [putting('a', 2, { over: kept })])).toEqual([{ type: 'stale' }])
      expect(await store.commit(room, [putting('a', 3)])).toEqual([{ type: 'committed', seq: 0 }])
    })

    test('[ST3] a command committed before is repeated with its first answer, whatever it says now', async () => {
      const { store, another } = ground()
      const room = fresh('room')
      const first = { ...putting('a', 1), tell: [{ number: 1 }], answer: { fence: 1, name: 'Zoë 🧯' } }
      await store.commit(room, [first])
      await store.commit(room, [telling(2, 3)])
      const repeated = { type: 'repeated', seq: 1, answer: { fence: 1, name: 'Zoë 🧯' } }
      expect(await another.commit(room, [{ ...first, answer: { fence: 9 } }])).toEqual([repeated])
      expect(await another.commit(room, [{ ...telling(4), commandId: first.commandId }])).toEqual([repeated])
      expect((await store.top(room)).seq).toBe(3)
    })

    test('[ST3] the same command twice in one call happens once', async () => {
      const { store } = ground()
      const room = fresh('room')
      const twice = { ...telling(1), answer: { first: true } }
      expect(await store.commit(room, [twice, twice])).toEqual([
        { type: 'committed', seq: 1 },
        { type: 'repeated', seq: 1, answer: { first: true } },
      ])
    })

    test('[ST8] one stale change does not stop the next', async () => {
      const { store } = ground()
      const room = fresh('room')
      const stale = { ...putting('a', 1, { over: { version: 'gone', value: 0, indexes: {} } }), tell: [{}] }
      expect(await store.commit(room, [telling(1), stale, telling(2)])).toEqual([
        { type: 'committed', seq: 1 },
        { type: 'stale' },
        { type: 'committed', seq: 2 },
      ])
    })

    test('[ST8] a change sees what those before it in the call put', async () => {
      const { store } = ground()
      const room = fresh('room')
      const first = putting('a', 1, { indexes: { waiting: 1 } })
      const over = { version: first.commandId, value: 1, indexes: { waiting: 1 } }
      const second = putting('a', 2, { over, indexes: { held: 5 } })
      const outcomes = await store.commit(room, [first, second])
      expect(outcomes.map(({ type }) => type)).toEqual(['committed', 'committed'])
      const stored = { version: second.commandId, value: 2, indexes: { held: 5 } }
      expect((await store.read(room, ['a'])).records).toEqual([stored])
      expect(await store.count(room, 'waiting')).toBe(0)
      expect(await store.list(room, 'held', { after: null, limit: 5 })).toEqual([{ key: 'a', score: 5, stored }])
    })

    test('[ST8] what rested on a change that turned out stale is stale as well', async () => {
      const { store } = ground()
      const room = fresh('room')
      const doubtful = change({ seen: { a: null, b: 'gone' }, put: [put('a', 1)], tell: [{ number: 1 }] })
      const resting = putting('a', 2, { over: { version: doubtful.commandId, value: 1, indexes: {} } })
      const apart = { ...putting('c', 3), tell: [{ number: 3 }] }
      const outcomes = await store.commit(room, [doubtful, resting, apart])
      expect(outcomes.map(({ type }) => type)).toEqual(['stale', 'stale', 'committed'])
      expect((await store.read(room, ['a', 'c'])).records).toEqual([
        null,
        { version: apart.commandId, value: 3, indexes: {} },
      ])
      expect((await store.top(room)).seq).toBe(1)
    })

    test('[ST8] what rested on a repeated change is stale: decided again, that may have come out otherwise', async () => {
      const { store } = ground()
      const room = fresh('room')
      const first = putting('a', 'as it was decided first', { indexes: { waiting: 1 } })
      await store.commit(room, [first])
      const otherwise = { ...first, put: [put('a', 'as it would be now', { indexes: { held: 1 } })] }
      const over = { version: first.commandId, value: 'as it would be now', indexes: { held: 1 } }
      const resting = putting('a', 2, { over })
      const outcomes = await store.commit(room, [otherwise, resting, telling(1)])
      expect(outcomes.map(({ type }) => type)).toEqual(['repeated', 'stale', 'committed'])
      expect((await store.read(room, ['a'])).records[0]?.value).toBe('as it was decided first')
      expect(await store.commit(room, [putting('a', 2, { over: { ...over, indexes: { waiting: 1 } } })])).toMatchObject(
        [{ type: 'committed' }],
      )
      expect([await store.count(room, 'waiting'), await store.count(room, 'held')]).toEqual([0, 0])
    })

    test('[ST8] a call of a thousand changes and a change of three thousand records are judged alike', async () => {
      const { store } = ground()
      const room = fresh('room')
      const thousand = Array.from({ length: 1_000 }, (_, at) => ({ ...putting(`a/${at}`, at), tell: [{ at }] }))
      const outcomes = await store.commit(room, thousand)
      expect(outcomes).toEqual(thousand.map((_, at) => ({ type: 'committed', seq: at + 1 })))

      const keys = Array.from({ length: 3_000 }, (_, at) => `b/${at}`)
      const wide = change({
        seen: Object.fromEntries(keys.map(key => [key, null])),
        put: keys.map(key => put(key, key)),
      })
      expect(await store.commit(room, [wide])).toEqual([{ type: 'committed', seq: 1_000 }])
      const { records } = await store.read(room, keys)
      expect(records.map(record => record?.value)).toEqual(keys)
      expect(await store.commit(room, [{ ...wide, commandId: fresh('command') }])).toEqual([{ type: 'stale' }])
    })

    test('[ST12] rooms are apart: the same key, list and command never meet', async () => {
      const { store } = ground()
      const tag = fresh('room')
      const rooms = [
        tag,
        `${tag}}:list:a`,
        `${tag}:log`,
        `${tag}}`,
        `{${tag}}`,
        `${tag}:command:${tag}`,
        `${tag} ß/%7D`,
        tag.toUpperCase(),
      ]
      const indexes = { list: 1, 'a}:log': 1 }
      const same = { ...putting('key', 'x', { indexes }), tell: [{ said: 'once' }] }
      for (const room of rooms) {
        expect(await store.commit(room, [same])).toEqual([{ type: 'committed', seq: 1 }])
      }
      for (const room of rooms) {
        const other = putting('key', room, { over: { version: same.commandId, value: 'x', indexes } })
        expect(await store.commit(room, [other])).toEqual([{ type: 'committed', seq: 1 }])
        expect((await store.read(room, ['key'])).records[0]?.value).toBe(room)
        expect(await store.count(room, 'list')).toBe(0)
      }
      expect((await store.read(fresh('room'), ['key'])).records).toEqual([null])
    })

    test('[ST1] text comes back as it was, whatever it holds', async () => {
      const { store } = ground()
      const room = fresh('room')
      const value = {
        text: '\u0000\n\r\u2028 "\\ {} \ud800 𝕏 \ufeff',
        nothing: null,
        list: [],
        number: 2 ** 53 - 1,
        'a b': 1e-7,
      }
      const strange = {
        ...putting('ключ/🧯 }{:', value, { indexes: { 'liste é': -1.5 } }),
        tell: [value],
        answer: value,
      }
      await store.commit(room, [strange])
      const stored = { version: strange.commandId, value, indexes: { 'liste é': -1.5 } }
      expect((await store.read(room, ['ключ/🧯 }{:'])).records).toEqual([stored])
      expect(await store.list(room, 'liste é', { after: null, limit: 1 })).toEqual([
        { key: 'ключ/🧯 }{:', score: -1.5, stored },
      ])
      expect(await store.since(room, { ...(await store.top(room)), seq: 0 }, 1)).toMatchObject({
        lines: [{ told: value }],
      })
      expect(await store.recall(room, [strange.commandId])).toEqual([{ seq: 1, answer: value }])
    })
  })
}
