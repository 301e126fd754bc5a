import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import { refuseUnsound } from '@muster/server/store/sqlite-schema.ts'
import { type Store, StoreUnavailable } from '@muster/server/store/store.ts'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { change, fresh, put, putting, telling } from './changes.ts'
import { describeStore } from './contract.ts'
import { expectAllKept, startWitness, type Witness } from './witness.ts'

const folder = mkdtempSync(join(tmpdir(), 'muster-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))
const newFile = () => join(folder, `${fresh('muster')}.db`)

describeStore('SQLite', async () => {
  const file = newFile()
  const store = await openSqliteStore({ file })
  const another = await openSqliteStore({ file, shared: true })
  const emptied = await openSqliteStore({ file: newFile() })
  return {
    store,
    another,
    emptied: async () => emptied,
    end: async () => {
      await Promise.all([store, another, emptied].map(opened => opened.close()))
    },
  }
})

describe('SQLite alone', () => {
  const opened: Store[] = []
  const witnesses: Witness[] = []
  afterEach(async () => {
    await Promise.all([
      ...opened.splice(0).map(store => store.close()),
      ...witnesses.splice(0).map(({ kill }) => kill()),
    ])
  })

  async function open(options: Parameters<typeof openSqliteStore>[0]): Promise<Store> {
    const store = await openSqliteStore(options)
    opened.push(store)
    return store
  }

  async function witness(file: string, room: string, blocks?: number): Promise<Witness> {
    const started = await startWitness('sqlite', file, room, blocks)
    witnesses.push(started)
    return started
  }

  test('[ST10] everything acknowledged is there after the process was killed while writing', async () => {
    const file = newFile()
    for (let round = 0; round < 3; round++) {
      const writer = await witness(file, `room-${round}`)
      await until('three hundred acknowledgements', () => writer.acknowledged.length > 300)
      await writer.kill()
      const store = await openSqliteStore({ file })
      await expectAllKept(store, `room-${round}`, writer.acknowledged)
      await store.close()
    }
  })

  test('[ST10] one process serves from a file; the next is refused until that one is gone, however it went', async () => {
    const file = newFile()
    const serving = await witness(file, 'room')
    await expect(openSqliteStore({ file })).rejects.toThrow(
      /^Another Muster serves from .*muster.*\.db\. Stop it first/,
    )
    const beside = await open({ file, shared: true })
    expect(await beside.commit('room', [telling(1)])).toMatchObject([{ type: 'committed' }])
    await beside.close()
    await serving.kill()
    await open({ file })
  })

  test('[ST10] a full disk makes the store unavailable, and takes nothing that was acknowledged', async () => {
    const file = newFile()
    const writer = await witness(file, 'room', 2_000)
    await until('the disk is full', () => writer.faults.length > 3)
    expect(writer.faults[0]).toMatch(/^unavailable: The disk of the database/)
    await writer.kill()
    expect(writer.acknowledged.length).toBeGreaterThan(100)
    await expectAllKept(await open({ file }), 'room', writer.acknowledged)
  })

  test('[ST11] a backup taken while others write is whole, and has an era of its own', async () => {
    const store = await open({ file: newFile() })
    await store.commit('room', [
      change({ tell: Array.from({ length: 2_000 }, () => ({ filling: 'x'.repeat(1_000) })) }),
    ])
    let writing = true
    const acknowledged: string[] = []
    const writer = (async () => {
      while (writing) {
        const added = putting(fresh('record'), 'x', { indexes: { all: acknowledged.length } })
        await store.commit('room', [{ ...added, tell: [{ put: added.commandId }] }])
        acknowledged.push(added.commandId)
      }
    })()
    await until('some writing', () => acknowledged.length > 20)
    const before = [...acknowledged]
    const backup = newFile()
    await store.backup(backup)
    await until('more writing', () => acknowledged.length > before.length + 20)
    writing = false
    await writer

    const copy = await open({ file: backup })
    const [there, here] = [await store.top('room'), await copy.top('room')]
    expect(here.era).not.toBe(there.era)
    expect(await copy.since('room', { ...there, seq: 1 }, 1e6)).toEqual({ type: 'reset', at: here })
    expect(await copy.count('room', 'all')).toBe(here.seq - 2_000)
    expect((await copy.recall('room', before)).every(kept => kept !== null)).toBe(true)
    const since = await copy.since('room', { ...here, seq: 2_000 }, 1e6)
    const told = since.type === 'resumed' ? since.lines.map(line => String(line.told.put)) : []
    expect(told).toEqual(acknowledged.slice(0, told.length))
    expect((await copy.commit('room', [telling(1)]))[0]).toEqual({ type: 'committed', seq: here.seq + 1 })
  })

  test('[MC25] what was removed is rinsed out, though not while somebody reads', async () => {
    const file = newFile()
    const store = await open({ file })
    const secret = 'nobody may know this '.repeat(1_000)
    const added = putting('letter', secret)
    await store.commit('room', [added])
    const reader = new DatabaseSync(file)
    reader.exec('begin; select * from record')
    const gone = change({ seen: { letter: added.commandId }, put: [put('letter', null)] })
    expect(await store.commit('room', [gone])).toMatchObject([{ type: 'committed' }])
    await expect(store.rinse()).rejects.toThrow('is being read')
    reader.exec('commit')
    reader.close()
    await store.rinse()
    const left = [file, `${file}-wal`].map(each => readFileSync(each, 'latin1')).join('')
    expect(left.includes('nobody may know this')).toBe(false)
  })

  test('[ST11] a backup replaces nothing, and says so', async () => {
    const file = newFile()
    const store = await open({ file })
    await expect(store.backup(file)).rejects.toThrow('exists already, and a backup replaces nothing')
    await expect(store.backup(join(folder, 'nowhere', 'copy.db'))).rejects.toThrow(StoreUnavailable)
  })

  test('[ST3] a command is remembered for 48 hours', async () => {
    let now = 1_000_000_000
    const store = await open({ file: newFile(), clock: () => now })
    expect(await store.now()).toBe(now)
    const old = telling(1)
    await store.commit('room', [old])
    now += 48 * 3_600_000
    await store.commit('room', [telling(2)])
    expect(await store.commit('room', [old])).toEqual([{ type: 'repeated', seq: 1, answer: {} }])
    now += 1
    await store.commit('room', [telling(3)])
    expect(await store.recall('room', [old.commandId])).toEqual([null])
    expect(await store.commit('room', [old])).toEqual([{ type: 'committed', seq: 4 }])
  })

  test('[ST3] forgetting old commands keeps pace with new ones and never takes long', async () => {
    let now = 1_000_000_000
    const store = await open({ file: newFile(), clock: () => now })
    const old = Array.from({ length: 500 }, () => telling(1))
    await store.commit('room', old)
    now += 49 * 3_600_000
    const left = async () =>
      (
        await store.recall(
          'room',
          old.map(({ commandId }) => commandId),
        )
      ).filter(Boolean).length
    await store.commit('room', [telling(2)])
    expect(await left()).toBe(498)
    await store.commit(
      'room',
      Array.from({ length: 300 }, () => telling(3)),
    )
    expect(await left()).toBe(0)
  })

  test('[ST1] what another process keeps locked is unavailable, and available again after', async () => {
    const file = newFile()
    const store = await open({ file })
    const rival = new DatabaseSync(file)
    rival.exec('begin immediate')
    const waiting = putting('a', 1)
    await expect(store.commit('room', [waiting])).rejects.toThrow('Another process keeps the database locked')
    expect((await store.read('room', ['a'])).records).toEqual([null])
    rival.exec('rollback')
    rival.close()
    expect(await store.commit('room', [waiting])).toEqual([{ type: 'committed', seq: 0 }])
  })

  test('[ST1] a fault in the middle of a turn undoes all of it, and the next turn goes on', async () => {
    const file = newFile()
    const store = await open({ file })
    const rival = new DatabaseSync(file)
    rival.exec(`create trigger failing before insert on line when new.told like '%"number":13%'
      begin select raise(abort, 'the disk creaks'); end`)
    const whole = [putting('a', 1), telling(13)]
    const [first, other] = await Promise.allSettled([store.commit('room', whole), store.commit('other', [telling(1)])])
    expect(first).toMatchObject({
      status: 'rejected',
      reason: new StoreUnavailable('The database answered: the disk creaks.'),
    })
    expect(other).toMatchObject({ status: 'rejected' })
    expect((await store.read('room', ['a'])).records).toEqual([null])
    rival.exec('drop trigger failing')
    rival.close()
    expect(await store.commit('room', whole)).toEqual([
      { type: 'committed', seq: 0 },
      { type: 'committed', seq: 1 },
    ])
  })

  test('[ST1] a closed store has finished what it took, and takes nothing more', async () => {
    const file = newFile()
    const store = await openSqliteStore({ file })
    const taken = store.commit('room', [putting('a', 1)])
    await store.close()
    await store.close()
    expect(await taken).toEqual([{ type: 'committed', seq: 0 }])
    for (const asked of [store.commit('room', [telling(1)]), store.read('room', ['a']), store.top('room')]) {
      await expect(asked).rejects.toThrow(StoreUnavailable)
    }
    expect((await (await open({ file })).read('room', ['a'])).records[0]?.value).toBe(1)
  })

  test('[OP1] a file that cannot be served from is a sentence', async () => {
    const noDatabase = newFile()
    writeFileSync(noDatabase, 'Dear diary, '.repeat(1_000))
    await expect(openSqliteStore({ file: noDatabase })).rejects.toThrow('The file is not a Muster database')

    const cutOff = newFile()
    const store = await openSqliteStore({ file: cutOff })
    const keys = Array.from({ length: 200 }, (_, at) => `record/${at}`)
    const seen = Object.fromEntries(keys.map(key => [key, null]))
    await store.commit('room', [change({ seen, put: keys.map(key => put(key, 'x'.repeat(1_000))) })])
    await store.close()
    truncateSync(cutOff, 20_480)
    await expect(openSqliteStore({ file: cutOff })).rejects.toThrow('The database is damaged.')

    const newer = newFile()
    new DatabaseSync(newer).exec('pragma user_version = 99')
    await expect(openSqliteStore({ file: newer })).rejects.toThrow('written by a newer Muster')
    await expect(openSqliteStore({ file: join(folder, 'nowhere', 'muster.db') })).rejects.toThrow('cannot be opened')
    await expect(openSqliteStore({ file: folder })).rejects.toThrow('cannot be opened')
  })

  test('[OP1] a SQLite that can damage its database is refused', () => {
    for (const unsound of ['3.51.2', '3.50.9', '3.7.0', '2.99.99']) {
      expect(() => refuseUnsound(unsound)).toThrow(`SQLite ${unsound} can damage its database`)
    }
    for (const sound of ['3.51.3', '3.51.10', '3.53.4', '4.0.0']) expect(() => refuseUnsound(sound)).not.toThrow()
  })
})
