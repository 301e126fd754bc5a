import type { Store } from '@muster/server/store/store.ts'

/** The same store, by another clock. */
export function withClock(store: Store, now: () => Promise<number>): Store {
  const read: Store['read'] = async (room, keys) => ({ ...(await store.read(room, keys)), now: await now() })
  return new Proxy(store, {
    get: (target, name: keyof Store) => {
      const own = { now, read }[name as 'now' | 'read'] ?? target[name]
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
}
