import { randomBytes } from 'node:crypto'
import type { Cursor } from '@muster/shared/position.ts'
import { type Link, loadScript } from './redis-link.ts'
import { argumentsOf, instantOf, KeyPlaces, outcomesOf, recalled } from './redis-wire.ts'
import type { Committed, Listed, LogLine, Page, Since, Stored } from './store.ts'
import type { WrittenChange } from './written-change.ts'

const scripts = {
  commit: loadScript('commit'),
  since: loadScript('since'),
  read: loadScript('read'),
  list: loadScript('list'),
}

/** One room in Redis. All its keys carry one hash tag, so that they lie in one slot of a cluster. */
export class RedisRoom {
  readonly #link: Link
  readonly #tag: string

  constructor(link: Link, prefix: string, name: string) {
    this.#link = link
    // Whatever the name holds, the tag ends where it should and no two names share one.
    this.#tag = `{${prefix}:${encodeURIComponent(name)}}`
  }

  async read(keys: readonly string[]): Promise<{ now: number; records: (Stored | null)[] }> {
    const answer = await this.#link.run(scripts.read, [this.#key('versions'), this.#key('records')], keys)
    const [seconds, microseconds, versions, records] = answer as [string, string, Texts, Texts]
    return { now: instantOf([seconds, microseconds]), records: keys.map((_, at) => stored(versions[at], records[at])) }
  }

  async list(index: string, { after, limit, upTo }: Page): Promise<Listed[]> {
    const keys = [this.#list(index), this.#key('versions'), this.#key('records')]
    const from = after ? [String(after.score), after.key] : []
    const args = [String(limit), String(upTo ?? '+inf'), ...from]
    const found = (await this.#link.run(scripts.list, keys, args)) as string[]
    return Array.from({ length: found.length / 4 }, (_, item) => {
      const [key = '', score, version, record] = found.slice(4 * item, 4 * item + 4)
      return { key, score: Number(score), stored: stored(version, record) as Stored }
    })
  }

  async count(index: string, upTo?: number): Promise<number> {
    return Number(await this.#link.send(['ZCOUNT', this.#list(index), '-inf', String(upTo ?? '+inf')]))
  }

  async commit(changes: readonly WrittenChange[]): Promise<Committed[]> {
    const lists = new KeyPlaces(4 + changes.length, index => this.#list(index))
    const args = [newEra(), ...argumentsOf(changes, index => lists.placeOf(index))]
    const keys = [
      ...['room', 'versions', 'records', 'log'].map(name => this.#key(name)),
      ...changes.map(({ commandId }) => this.#memory(commandId)),
      ...lists.keys,
    ]
    return outcomesOf(await this.#link.run(scripts.commit, keys, args))
  }

  async recall(commandIds: readonly string[]) {
    if (commandIds.length === 0) return []
    const answer = await this.#link.send(['MGET', ...commandIds.map(commandId => this.#memory(commandId))])
    return (answer as Texts).map(memory => (memory ? recalled(memory) : null))
  }

  since(cursor: Cursor, limit: number): Promise<Since> {
    return this.#since(cursor, limit, 'all')
  }

  lines(cursor: Cursor, limit: number): Promise<Since> {
    return this.#since(cursor, limit, 'first')
  }

  async #since(cursor: Cursor, limit: number, which: 'all' | 'first'): Promise<Since> {
    const keys = [this.#key('room'), this.#key('log')]
    const args = [newEra(), cursor.era, String(cursor.seq), String(limit), which]
    const [era, seq, entries] = (await this.#link.run(scripts.since, keys, args)) as [string, number, StreamEntry[]?]
    const at = { era, seq }
    return entries ? { type: 'resumed', at, lines: entries.map(entry => lineOf(entry).line) } : { type: 'reset', at }
  }

  /** Waits up to `blockMs` for lines after `seq`, at most `limit`, each with the era it was written in. */
  async wait(seq: number, blockMs: number, limit: number): Promise<{ era: string; line: LogLine }[]> {
    const options = ['BLOCK', String(blockMs), 'COUNT', String(limit)]
    const answer = await this.#link.send(['XREAD', ...options, 'STREAMS', this.#key('log'), `${seq}-0`])
    const [entries = []] = Object.values((answer ?? {}) as Record<string, StreamEntry[]>)
    return entries.map(lineOf)
  }

  #key(name: string): string {
    return `${this.#tag}:${name}`
  }

  #list(index: string): string {
    return `${this.#tag}:list:${index}`
  }

  #memory(commandId: string): string {
    return `${this.#tag}:command:${commandId}`
  }
}

type Texts = (string | null)[]
type StreamEntry = [id: string, fields: ['era', string, 'told', string]]

function stored(version: string | null | undefined, record: string | null | undefined): Stored | null {
  return typeof version === 'string' && typeof record === 'string' ? { version, ...JSON.parse(record) } : null
}

function lineOf([id, [, era, , told]]: StreamEntry): { era: string; line: LogLine } {
  return { era, line: { seq: Number.parseInt(id, 10), told: JSON.parse(told) } }
}

/** A room's own part of its era, should it have none yet. */
function newEra(): string {
  return randomBytes(9).toString('base64url')
}
