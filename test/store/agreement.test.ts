import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Change, Listed, Page, Put, Store, Stored } from '@muster/server/store/store.ts'
import { array, assert, asyncProperty, constantFrom, dictionary, integer, nat, record, uniqueArray } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { histories } from '../support/histories.ts'
import { type RedisServer, redisInstalled, startRedis } from '../support/redis-server.ts'
import { fresh } from './changes.ts'
import { Model } from './model.ts'

const keys = ['a', 'a/b', 'é', '￿', '𝕏']
const lists = ['waiting', 'held']

/** What one change does with one record. `wrongly`: it saw what is not there. */
const touch = record({
  key: constantFrom(...keys),
  how: constantFrom('put', 'put', 'put', 'remove', 'look'),
  wrongly: integer({ min: 0, max: 9 }).map(draw => draw === 0),
  indexes: dictionary(constantFrom(...lists), constantFrom(0, 1, 2, -1, 0.5), { maxKeys: 2 }),
})
type Touch = Parameters<Parameters<typeof touch.map>[0]>[0]
const intent = record({
  touches: uniqueArray(touch, { maxLength: 3, selector: ({ key }) => key }),
  lines: nat(2),
  /** Whose command it repeats, counted back; 0 for nobody's. */
  repeats: integer({ min: -8, max: 3 }).map(draw => Math.max(draw, 0)),
})
type Intent = Parameters<Parameters<typeof intent.map>[0]>[0]
const history = array(array(intent, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 })

/** Makes changes of intents as a desk would: each sees what those before it in the call would put. */
class Desk {
  readonly commandIds: string[] = []
  readonly #model: Model

  constructor(model: Model) {
    this.#model = model
  }

  changes(intents: readonly Intent[]): Change[] {
    const working = new Map(this.#model.records)
    return intents.map(given => this.#change(given, working))
  }

  #change({ touches, lines, repeats }: Intent, working: Map<string, Stored>): Change {
    const earlier = repeats > 0 ? this.commandIds.at(-repeats) : undefined
    const commandId = earlier ?? `command-${this.commandIds.length}`
    this.commandIds.push(commandId)
    const seen = Object.fromEntries(touches.map(given => [given.key, versionSeen(given, working)]))
    const put = touches.filter(({ how }) => how !== 'look').map(given => putOf(given, commandId, working))
    for (const { key, value, indexes } of put) {
      if (value === null) working.delete(key)
      else working.set(key, { version: commandId, value, indexes })
    }
    const tell = Array.from({ length: lines }, (_, line) => ({ commandId, line }))
    return { commandId, seen, put, tell, answer: { commandId, of: this.commandIds.length } }
  }
}

function versionSeen({ key, wrongly }: Touch, working: ReadonlyMap<string, Stored>): string | null {
  const version = working.get(key)?.version ?? null
  if (wrongly) return version === null ? 'nobody' : null
  return version
}

function putOf({ key, how, indexes }: Touch, commandId: string, working: ReadonlyMap<string, Stored>): Put {
  const formerly = Object.keys(working.get(key)?.indexes ?? {})
  return how === 'remove' ? { key, value: null, indexes: {}, formerly } : { key, value: commandId, indexes, formerly }
}

describe.skipIf(!redisInstalled)('both stores', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-agreement-'))
  let server: RedisServer
  let stores: Store[]
  beforeAll(async () => {
    server = await startRedis()
    stores = [await openSqliteStore({ file: join(folder, 'muster.db') }), await openRedisStore(server)]
  })
  afterAll(async () => {
    await Promise.all(stores.map(store => store.close()))
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  test('[ST1] [ST2] [ST3] [ST4] [ST8] [ST9] answer and keep what the model does, whatever is committed', async () => {
    await assert(
      asyncProperty(history, async batches => {
        const model = new Model()
        const desk = new Desk(model)
        const room = fresh('room')
        for (const intents of batches) {
          const changes = desk.changes(intents)
          const expected = model.commit(changes)
          for (const store of stores) expect(await store.commit(room, changes), store.kind).toEqual(expected)
        }
        for (const store of stores) await expectSame(store, room, model, desk.commandIds)
      }),
      histories(40),
    )
  })
})

async function expectSame(store: Store, room: string, model: Model, commandIds: string[]): Promise<void> {
  expect((await store.read(room, keys)).records, store.kind).toEqual(model.read(keys))
  expect(await store.recall(room, commandIds)).toEqual(commandIds.map(id => model.answers.get(id) ?? null))
  const at = await store.top(room)
  const all = await store.since(room, { ...at, seq: 0 }, model.lines.length)
  expect(all).toEqual({ type: 'resumed', at: { ...at, seq: model.lines.length }, lines: model.lines })
  for (const list of lists) {
    const expected = model.list(list)
    expect(await store.count(room, list)).toBe(expected.length)
    for (const limit of [1, 2, 10]) expect(await pages(store, room, list, { after: null, limit })).toEqual(expected)
    const upTo = (await pages(store, room, list, { after: null, limit: 1, upTo: 0.5 })).map(({ key }) => key)
    expect(upTo).toEqual(expected.filter(({ score }) => score <= 0.5).map(({ key }) => key))
  }
}

async function pages(store: Store, room: string, list: string, page: Page): Promise<Listed[]> {
  const found = await store.list(room, list, page)
  const last = found.at(-1)
  if (!last) return []
  return [...found, ...(await pages(store, room, list, { ...page, after: { score: last.score, key: last.key } }))]
}
