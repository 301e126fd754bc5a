import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ring } from '@muster/server/realtime/ring.ts'
import { openTail, type Tail, type Told, tickMs } from '@muster/server/realtime/tail.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { Cursor } from '@muster/shared/position.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { until } from '../support/until.ts'

describe('what a screen gets that comes back', () => {
  const era = 'today'

  /** Lines 1 to 12, of which six are kept; the screens of the room stand at 10. */
  function ring(): Ring {
    const kept = new Ring({ era, seq: 0 }, 5)
    for (let seq = 1; seq <= 12; seq++) kept.add(seq, String(seq))
    return kept
  }
  const told = 10

  const cases: [name: string, cursor: Cursor | null, lines: string[] | null][] = [
    ['from the oldest that is kept', { era, seq: 6 }, ['7', '8', '9', '10']],
    ['from the middle', { era, seq: 9 }, ['10']],
    ['at the top', { era, seq: 10 }, []],
    ['ahead of the screens, though heard', { era, seq: 11 }, null],
    ['from the future', { era, seq: 13 }, null],
    ['from another era', { era: 'yesterday', seq: 9 }, null],
    ['from before the ring', { era, seq: 5 }, null],
    ['from the start, long ago', { era, seq: 0 }, null],
    ['from nowhere', null, null],
  ]
  test.each(cases)('[RT1] %s', (_, cursor, lines) => {
    const kept = ring()
    expect(kept.start).toBe(6)
    expect(kept.recover(cursor, told)).toEqual(lines)
  })

  test('[RT1] from the start of a short log', () => {
    const kept = new Ring({ era, seq: 0 }, 5)
    expect(kept.recover({ era, seq: 0 }, 0)).toEqual([])
    for (let seq = 1; seq <= 3; seq++) kept.add(seq, String(seq))
    expect(kept.recover({ era, seq: 0 }, 3)).toEqual(['1', '2', '3'])
  })

  test('[RT1] a ring takes no line out of turn and gives no part', () => {
    const kept = ring()
    expect(() => kept.add(14, 'a gap')).toThrow('after line 12')
    expect(() => kept.add(12, 'again')).toThrow('after line 12')
    expect(() => kept.between(3, 10)).toThrow('not kept')
  })
})

describe('a tail', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-tail-'))
  let store: Store
  const tails: Tail[] = []

  beforeAll(async () => {
    store = await openSqliteStore({ file: join(folder, 'muster.db') })
  })
  afterAll(async () => {
    await Promise.all(tails.map(tail => tail.stop()))
    await store.close()
    rmSync(folder, { recursive: true })
  })

  async function tell(room: string, count: number): Promise<void> {
    const change = () => ({ commandId: nextId(), seen: {}, put: [], tell: [{ type: 'told' }], answer: {} })
    await store.commit(room, Array.from({ length: count }, change))
  }

  async function follow(room: string, given: { watchers?: number; lost?: () => void } = {}) {
    const told: Told[] = []
    const tail = await openTail(room, {
      store,
      limits: { ring: 100, readBack: 50 },
      clock: () => performance.now(),
      watchers: () => given.watchers ?? 1,
      tell: what => told.push(what),
      lost: given.lost ?? (() => {}),
    })
    tails.push(tail)
    const seqs = () =>
      told.flatMap(({ batch }) => (JSON.parse(batch) as { entries: { seq: number }[] }).entries.map(({ seq }) => seq))
    return { tail, told, seqs }
  }

  test('[RT1] during a flush: a screen ahead of this node brings the others up to it, and gets nothing twice', async () => {
    const { tail, seqs } = await follow('during', { watchers: 3_000 })
    await tell('during', 1)
    await until('the first line to be told', () => seqs().length === 1)
    await tell('during', 4)
    expect(await tail.reach(5, 1_000)).toBe(true)
    expect({ told: tail.at.seq, heard: tail.heard.seq }).toEqual({ told: 1, heard: 5 })
    expect(tail.recover({ era: tail.at.era, seq: 3 })).toHaveLength(2)
    expect(seqs()).toEqual([1, 2, 3, 4, 5])
  })

  test('[RT1] a room followed anew knows its recent past, for screens that come from another node', async () => {
    await tell('past', 70)
    const { tail } = await follow('past')
    expect(tail.recover({ era: tail.at.era, seq: 20 })).toHaveLength(50)
    expect(tail.recover({ era: tail.at.era, seq: 19 })).toBe(null)
  })

  test('[RT2] a backlog longer than the ring is told whole', async () => {
    const { seqs } = await follow('backlog', { watchers: 3_000 })
    await tell('backlog', 450)
    await until('all of it to be told', () => seqs().length === 450)
    expect(seqs()).toEqual(Array.from({ length: 450 }, (_, index) => index + 1))
  })

  test('[RT2] the tick widens with the screens and in a storm', () => {
    const table: [watchers: number, lastBatch: number, ms: number][] = [
      [1, 1, 25],
      [500, 1, 33],
      [2_000, 1, 133],
      [10_000, 1, 200],
      [1, 60, 100],
      [2_000, 500, 133],
    ]
    for (const [watchers, lastBatch, ms] of table) expect(Math.round(tickMs(watchers, lastBatch))).toBe(ms)
  })

  test('[RT1] a tail that ends lets nobody wait for what will not come', async () => {
    let lost = 0
    const { tail } = await follow('ending', { lost: () => lost++ })
    const reaching = tail.reach(1_000, 5_000)
    tail.giveUp()
    expect({ reached: await reaching, ended: tail.ended, lost }).toEqual({ reached: false, ended: true, lost: 1 })
  })
})
