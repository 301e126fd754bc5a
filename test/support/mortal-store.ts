import { DatabaseSync } from 'node:sqlite'
import { Desk } from '@muster/server/desk/desk.ts'
import { type RedisOptions, openRedisStore as redis } from '@muster/server/store/redis.ts'
import { type SqliteOptions, openSqliteStore as sqlite } from '@muster/server/store/sqlite.ts'
import type { Change, Store } from '@muster/server/store/store.ts'
import { instead, reach } from './mortal-life.ts'
import { type Commit, commits } from './mortal-steps.ts'
import { withClock } from './turned-clock.ts'

/** What was commanded under each id: a change bears no more than that. */
const given = new Map<string, Commit>()
instead(
  Desk.prototype,
  'handle',
  handle =>
    function (this: Desk, room, command, actor) {
      const commit = commits.find(each => each === command.type)
      if (commit !== undefined) given.set(command.id, commit)
      return handle.call(this, room, command, actor)
    },
)

/** What is being committed. */
const underway = new Set<readonly Commit[]>()

export async function openRedisStore(options: RedisOptions): Promise<Store> {
  const store = mortal(await redis(options), () => setImmediate(reachMidst))
  return withClock(store, async () => Date.now())
}

export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  instead(
    DatabaseSync.prototype,
    'exec',
    exec =>
      function (this: DatabaseSync, sql) {
        if (sql === 'commit') reachMidst()
        return exec.call(this, sql)
      },
  )
  return mortal(await sqlite(options), () => {})
}

function reachMidst(): void {
  for (const each of underway) for (const commit of each) reach(`${commit} during`)
}

/** The same store, where a process may die at what delivery asks of it. */
function mortal(store: Store, begun: () => void): Store {
  const own: Partial<Store> = {
    async commit(room, changes) {
      const these = ofDelivery(changes)
      for (const commit of these) reach(`${commit} before`)
      underway.add(these)
      const committing = store.commit(room, changes)
      if (these.length > 0) begun()
      const committed = await committing.finally(() => underway.delete(these))
      for (const commit of these) reach(`${commit} after`)
      return committed
    },
    read: (room, keys) => around('read', isOfReply(keys), () => store.read(room, keys)),
    list: (room, index, page) => around('look', isOfDelivery(index), () => store.list(room, index, page)),
  }
  return new Proxy(store, {
    get: (target, name: keyof Store) => {
      const found = own[name] ?? target[name]
      return typeof found === 'function' && own[name] === undefined ? found.bind(target) : found
    },
  })
}

async function around<T>(what: 'look' | 'read', isFatal: boolean, act: () => Promise<T>): Promise<T> {
  if (isFatal) reach(`${what} before`)
  const answer = await act()
  if (isFatal) reach(`${what} after`)
  return answer
}

/** What these changes were commanded as, where it is of delivery. */
function ofDelivery(changes: readonly Change[]): Commit[] {
  return changes.flatMap(({ commandId }) => given.get(commandId) ?? [])
}

function isOfReply(keys: readonly string[]): boolean {
  return keys.some(key => key.startsWith('reply/'))
}

function isOfDelivery(index: string): boolean {
  return /^(outbox|urgent|sending|sought)\b/.test(index)
}
