import type { Cursor } from '@muster/shared/position.ts'
import { checkFitness } from './redis-fitness.ts'
import { RedisFollower } from './redis-follow.ts'
import { Link } from './redis-link.ts'
import { RedisRoom } from './redis-room.ts'
import { instantOf } from './redis-wire.ts'
import type { Change, Committed, Following, LogLine, Page, Store } from './store.ts'
import { written } from './written-change.ts'

export type RedisOptions = {
  /** `redis://` or `rediss://`, of a single Redis 7.0 or newer, or Valkey. */
  url: string
  /** What all keys begin with, so that several installations can share one Redis. */
  prefix?: string
  /** Hears of outages, and of settings that may lose something. */
  onFault?: (error: Error) => void
}

/**
 * Opens the store in a Redis. Throws a sentence when it does not answer or cannot be trusted with rooms.
 *
 * What an acknowledgement promises is Redis's to keep: with `appendfsync always` it survives a failing machine, with
 * `everysec` it survives the process and may lose the last second of a failing machine, without an append-only file it
 * survives neither. A failover may lose what the replica had not yet heard of. After each of them rooms begin a new era.
 */
export async function openRedisStore(options: RedisOptions): Promise<Store> {
  const { url, prefix = 'muster', onFault = () => {} } = options
  refuseMisnamed(url, prefix)
  const link = new Link(url, onFault)
  try {
    await link.ready()
    await checkFitness(link, onFault)
  } catch (error) {
    link.cut()
    throw error
  }
  return new RedisStore({ url, prefix, onFault }, link)
}

function refuseMisnamed(url: string, prefix: string): void {
  if (!URL.canParse(url) || !['redis:', 'rediss:'].includes(new URL(url).protocol)) {
    throw new Error('The address of Redis must look like redis://host:6379 or rediss://user:password@host:6379.')
  }
  // Braces would move the end of the hash tag that keeps a room's keys together.
  if (/[{}]/.test(prefix)) throw new Error('The prefix of keys in Redis must not contain braces.')
}

class RedisStore implements Store {
  readonly kind = 'redis'
  readonly #options: Required<RedisOptions>
  readonly #link: Link
  readonly #followers = new Set<RedisFollower>()

  constructor(options: Required<RedisOptions>, link: Link) {
    this.#options = options
    this.#link = link
  }

  async now(): Promise<number> {
    return instantOf((await this.#link.send(['TIME'])) as [string, string])
  }

  async read(room: string, keys: readonly string[]) {
    return this.#room(room).read(keys)
  }

  async list(room: string, index: string, page: Page) {
    return this.#room(room).list(index, page)
  }

  async count(room: string, index: string, upTo?: number): Promise<number> {
    return this.#room(room).count(index, upTo)
  }

  async commit(room: string, changes: readonly Change[]): Promise<Committed[]> {
    if (changes.length === 0) return []
    return this.#room(room).commit(changes.map(written))
  }

  async recall(room: string, commandIds: readonly string[]) {
    return this.#room(room).recall(commandIds)
  }

  async top(room: string): Promise<Cursor> {
    return (await this.#room(room).since({ era: '', seq: 0 }, 0)).at
  }

  async since(room: string, cursor: Cursor, limit: number) {
    return this.#room(room).since(cursor, limit)
  }

  async lines(room: string, cursor: Cursor, limit: number) {
    return this.#room(room).lines(cursor, limit)
  }

  async follow(room: string, from: Cursor, listener: (lines: LogLine[]) => void, lost: () => void): Promise<Following> {
    const link = new Link(this.#options.url, this.#options.onFault)
    const follower = new RedisFollower(link, this.#room(room, link), from, listener, lost)
    this.#followers.add(follower)
    void follower.ended.then(() => this.#followers.delete(follower))
    return { stop: () => follower.stop() }
  }

  async backup(): Promise<void> {
    throw new Error('Redis makes its own copies: keep its append-only file, or copy the file that BGSAVE writes.')
  }

  /** Where it is busy with that already, the first rinse of this process comes to it. */
  async scrub(): Promise<void> {
    await this.rinse().catch(this.#options.onFault)
  }

  /** Its append-only file holds every value there ever was, until it is written anew, beside what it does. */
  async rinse(): Promise<boolean> {
    try {
      await this.#link.send(['BGREWRITEAOF'])
      return true
    } catch (cause) {
      const refusal = String((cause as Error).cause)
      if (refusal.includes('already in progress')) return false
      const sentence =
        'Redis did not write its append-only file anew, and it may hold what was removed: run BGREWRITEAOF.'
      const fault = new Error(sentence, { cause })
      if (!/NOPERM|unknown command/.test(refusal)) throw fault
      // Whoever runs it must do it: asking again changes nothing.
      this.#options.onFault(fault)
      return true
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers].map(follower => follower.stop()))
    await this.#link.close()
  }

  #room(name: string, link = this.#link): RedisRoom {
    return new RedisRoom(link, this.#options.prefix, name)
  }
}
