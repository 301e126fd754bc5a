import type { Store } from '@muster/server/store/store.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { histories } from '../support/histories.ts'
import { type Shelf, shelves } from '../support/stores.ts'
import { Referee } from './gate-referee.ts'
import { step } from './gate-steps.ts'
import { Story } from './gate-story.ts'

/** So many histories one after another, and so many of these rows at once: their commits share the store's turns. */
const inARow = 20
const atOnce = 200

const history = fc.record({ chance: fc.nat(), steps: fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }) })

describe.each(shelves)('on %s', (kind, prepare) => {
  let shelf: Shelf
  let stores: [Store, Store]
  const figures: Record<string, number> = {}

  beforeAll(async () => {
    shelf = await prepare()
    stores = [await shelf.open(), await shelf.open()]
  })
  afterAll(async () => {
    console.log(kind, JSON.stringify(figures))
    await shelf.stop()
  })

  async function judge({ chance, steps }: { chance: number; steps: Parameters<Story['live']>[0] }): Promise<void> {
    const story = new Story(stores, chance)
    await story.begin()
    await story.live(steps)
    const referee = new Referee(story.asked)
    for (const done of story.ledger.inOrder) referee.see(done)
    expect(referee.wrong).toEqual([])
    expect(story.faults).toEqual([])
    await sameAsStored(story, referee)
    answeredAlike(story)
    count(referee.figures)
    count({ histories: 1, commands: story.given.length })
  }

  function count(more: Record<string, number>): void {
    for (const [name, number] of Object.entries(more)) figures[name] = (figures[name] ?? 0) + number
  }

  /** What was judged is what the store holds. */
  async function sameAsStored({ room, ledger }: Story, referee: Referee): Promise<void> {
    const keys = ledger.keys.filter(key => /^(reply|conversation|responder|facts|incident)/.test(key))
    const { records } = await stores[0].read(room, keys)
    expect(keys.map((_, index) => records[index]?.value ?? null)).toEqual(keys.map(key => referee.now.get(key)))
  }

  /** Where one history fails, the rows beside it rest while the shortest one like it is found. */
  let failing: number | null = null

  async function row(numRuns: number, seed: number): Promise<void> {
    const property = fc.asyncProperty(history, async life => {
      if (failing !== null && failing !== seed) return
      await judge(life).catch(error => {
        failing ??= seed
        throw error
      })
    })
    await fc.assert(property, { numRuns, seed })
  }

  test('[GT6] [GV5] [GV10] [RV1] [RV2] [RV3] [LV5] through every history nothing leaves that the gate would refuse', async () => {
    const { numRuns, seed = Math.floor(Math.random() * 2 ** 31) } = histories(300)
    const lives = Math.max(inARow, kind === 'sqlite' ? numRuns : numRuns / 10)
    const rows = Array.from({ length: Math.ceil(lives / inARow) }, (_, index) => seed + index)
    const next = async () => {
      for (let from = rows.shift(); from !== undefined; from = rows.shift()) await row(inARow, from)
    }
    await Promise.all(Array.from({ length: atOnce }, next))
    expect(figures['reply/sending']).toBeGreaterThan(0)
  }, 3_600_000)
})

/** A command that did its work answers the same, however often and to whichever node it is given. */
function answeredAlike({ given }: Story): void {
  const first = new Map<string, object>()
  for (const { id, outcome } of given) {
    if (outcome.type !== 'done' || outcome.seq === 0) continue
    const known = first.get(id)
    if (known === undefined) first.set(id, outcome)
    else expect(outcome).toEqual(known)
  }
}
