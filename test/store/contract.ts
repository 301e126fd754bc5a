import type { Store } from '@muster/server/store/store.ts'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeCommits } from './contract-commits.ts'
import { describeLists } from './contract-lists.ts'
import { describeLogs } from './contract-logs.ts'

/** A running store with what its contract needs around it. */
export type Ground = {
  store: Store
  /** The same store as another process has it open. */
  another: Store
  /** A store that was emptied, as it answers after it held this room. */
  emptied(room: string): Promise<Store>
  end(): Promise<void>
}

/** What every store must keep, whichever it is. */
export function describeStore(name: string, start: () => Promise<Ground>): void {
  describe(`${name} store`, () => {
    let ground: Ground
    beforeAll(async () => {
      ground = await start()
    })
    afterAll(() => ground.end())

    describeCommits(() => ground)
    describeLists(() => ground)
    describeLogs(() => ground)
  })
}
