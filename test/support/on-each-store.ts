import { afterAll, beforeAll, describe } from 'vitest'
import { type Shelf, shelves } from './stores.ts'

/** The same tests on both stores; each gets one that is new and empty, and goes with the last of its tests. */
export function onEachStore(tests: (shelf: Pick<Shelf, 'kind' | 'open'>) => void): void {
  describe.each(shelves)('on %s', (kind, prepare) => {
    const prepared: Shelf[] = []
    beforeAll(async () => {
      prepared.push(await prepare())
    })
    afterAll(() => Promise.all(prepared.map(shelf => shelf.stop())))
    const open = async () => {
      const [shelf] = prepared
      if (shelf === undefined) throw new Error('a store is opened in a test or a hook, not beside them')
      return shelf.open()
    }
    tests({ kind, open })
  })
}
