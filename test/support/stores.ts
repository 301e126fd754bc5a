import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Store } from '@muster/server/store/store.ts'
import { startRedis } from './redis-server.ts'

export type Shelf = {
  kind: Store['kind']
  /** Another connection to the same records, as another node would have. One process has but one of SQLite. */
  open: () => Promise<Store>
  stop: () => Promise<void>
}

/** Both stores, each new and empty. */
export const shelves: [kind: Store['kind'], prepare: () => Promise<Shelf>][] = [
  ['sqlite', sqliteShelf],
  ['redis', redisShelf],
]

async function sqliteShelf(): Promise<Shelf> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-'))
  const store = await openSqliteStore({ file: join(folder, 'muster.db') })
  const stop = async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { kind: 'sqlite', open: () => Promise.resolve(store), stop }
}

async function redisShelf(): Promise<Shelf> {
  const redis = await startRedis()
  const opened: Store[] = []
  const open = async () => {
    const store = await openRedisStore({ url: redis.url })
    opened.push(store)
    return store
  }
  const stop = async () => {
    await Promise.all(opened.map(store => store.close()))
    await redis.stop()
  }
  return { kind: 'redis', open, stop }
}
