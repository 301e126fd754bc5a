import { Desk } from '@muster/server/desk/desk.ts'
import { Safe } from '@muster/server/desk/safe.ts'
import type { Store } from '@muster/server/store/store.ts'

/** Every desk of the tests seals under one key. */
export const safe = new Safe({ current: Buffer.alloc(32, 7), former: [] })

/** A desk whose faults fail the test that caused them. */
export function deskOn(store: Store, random: () => number = () => 0.5): Desk {
  return new Desk(store, {
    random,
    length: () => null,
    sameness: () => null,
    fault: (error, about) => {
      throw new Error(`the desk failed at ${about}`, { cause: error })
    },
  })
}
