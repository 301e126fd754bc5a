import type { Change, Committed, Store } from '@muster/server/store/store.ts'
import { StoreUnavailable } from '@muster/server/store/store.ts'
import type { Told } from '@muster/shared/entry.ts'

/** A change that the store took: what it put, what it told, and its place in the room's order. */
export type Done = Pick<Change, 'commandId' | 'put'> & { seq: number; tell: readonly Told[] }

/** Records by their key, and those of one kind in the order in which they came. */
export class Table {
  readonly #kinds = new Map<string, Map<string, unknown>>()

  put(key: string, value: unknown): void {
    const kind = key.slice(0, key.indexOf('/') + 1)
    const records = this.#kinds.get(kind) ?? new Map<string, unknown>()
    this.#kinds.set(kind, records.set(key, value))
  }

  get<T>(key: string): T | null {
    return (this.#kinds.get(key.slice(0, key.indexOf('/') + 1))?.get(key) ?? null) as T | null
  }

  all<T>(kind: string): T[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])].filter(value => value !== null) as T[]
  }
}

/** Everything that became true in one room, by whichever node. */
export class Ledger {
  readonly #done: Done[] = []
  /** As it is known to be by now. */
  readonly now = new Table()
  readonly #putAt = new Map<string, number>()

  write(changes: readonly Change[], committed: readonly Committed[]): void {
    for (const [index, { commandId, put, tell }] of changes.entries()) {
      const result = committed[index]
      if (result?.type !== 'committed') continue
      const { seq } = result
      this.#done.push({ commandId, seq, put, tell: tell as readonly Told[] })
      for (const { key, value } of put) {
        if (seq < (this.#putAt.get(key) ?? 0)) continue
        this.#putAt.set(key, seq)
        this.now.put(key, value)
      }
    }
  }

  /** In the order in which the store took them; what tells nothing stands behind what told last. */
  get inOrder(): Done[] {
    const silent = ({ tell }: Done) => (tell.length === 0 ? 1 : 0)
    return this.#done.toSorted((one, other) => one.seq - other.seq || silent(one) - silent(other))
  }

  get keys(): string[] {
    return [...this.#putAt.keys()]
  }
}

export type Way = {
  store: Store
  /** The node stops at its next commit: before the store heard of it, or before it heard of the store. */
  crash: (when: 'before' | 'after') => void
  dead: () => boolean
}

/** A node's own way to a store, which writes down what the store takes, under a clock of the history's own. */
export function wayTo(store: Store, ledger: Ledger, clock: () => number): Way {
  let crash: 'before' | 'after' | null = null
  let dead = false
  const alive = () => {
    if (dead) throw new StoreUnavailable('the node has crashed')
  }
  const way: Store = {
    kind: store.kind,
    now: async () => clock(),
    async read(room, keys) {
      alive()
      return { ...(await store.read(room, keys)), now: clock() }
    },
    async list(room, index, page) {
      alive()
      return store.list(room, index, page)
    },
    async commit(room, changes) {
      if (crash === 'before') dead = true
      alive()
      const committed = await store.commit(room, changes)
      ledger.write(changes, committed)
      if (crash === 'after') dead = true
      alive()
      return committed
    },
    async recall(room, ids) {
      alive()
      return store.recall(room, ids)
    },
    count: store.count.bind(store),
    top: store.top.bind(store),
    since: store.since.bind(store),
    lines: store.lines.bind(store),
    follow: store.follow.bind(store),
    backup: store.backup.bind(store),
    scrub: store.scrub.bind(store),
    rinse: store.rinse.bind(store),
    close: () => Promise.resolve(),
  }
  return {
    store: way,
    crash: when => {
      crash = when
    },
    dead: () => dead,
  }
}
