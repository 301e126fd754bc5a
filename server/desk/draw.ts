import type { Outcome } from '@muster/shared/refusal.ts'
import { decide, type RoomCommand } from '../domain/decide.ts'
import {
  type Actor,
  type Context,
  type Decision,
  type Listed,
  mostListed,
  NotRead,
  nameOf,
  type Stretch,
  View,
} from '../domain/decision.ts'
import { indexesOf } from '../domain/indexes.ts'
import type { Change, Indexes, Put, Store, Stored } from '../store/store.ts'
import type { Line } from './line.ts'
import type { Surroundings } from './room.ts'
import { silenced } from './voice.ts'

export type Asked = { command: RoomCommand; actor: Actor }

type Missing = { keys: Set<string>; stretches: Map<string, Stretch> }

/** `answer`: what the first sender is told; the change keeps it without what customers said. */
export type Decided = { change: Change; answer: Change['answer'] } | { change: null; outcome: Outcome }

/**
 * Decides a batch, one command after another, each seeing what those before it put. Which records are needed shows while
 * deciding: what a rule asks for and nobody has read is read, and the batch is decided again from the start.
 */
export class Draw {
  readonly #room: string
  readonly #store: Store
  readonly #surroundings: Surroundings
  readonly #read = new Map<string, Stored | null>()
  readonly #lists = new Map<string, Listed>()
  #now = 0

  constructor(room: string, store: Store, surroundings: Surroundings) {
    this.#room = room
    this.#store = store
    this.#surroundings = surroundings
  }

  async decide(batch: readonly Asked[], line: Line): Promise<Decided[]> {
    this.#now = await this.#readAlso(line.keys)
    for (;;) {
      const missing: Missing = { keys: new Set(), stretches: new Map() }
      const decided = this.#attempt(batch, line, missing)
      if (missing.keys.size === 0 && missing.stretches.size === 0) return decided
      await Promise.all([...missing.stretches.values()].map(stretch => this.#readList(stretch)))
      this.#now = await this.#readAlso([...missing.keys])
    }
  }

  async #readList(stretch: Stretch): Promise<void> {
    const after = stretch.from === null ? null : { score: stretch.from, key: '' }
    const page = await this.#store.list(this.#room, stretch.list, { after, limit: mostListed })
    this.#lists.set(nameOf(stretch), { stretch, keys: page.map(({ key }) => key) })
    // What was read later stays: a commit is judged by the versions either way.
    for (const { key, stored } of page) if (!this.#read.has(key)) this.#read.set(key, stored)
  }

  async #readAlso(keys: string[]): Promise<number> {
    const { now, records } = await this.#store.read(this.#room, keys)
    for (const [index, key] of keys.entries()) this.#read.set(key, records[index] ?? null)
    return now
  }

  #attempt(batch: readonly Asked[], line: Line, missing: Missing): Decided[] {
    const records = new Map(this.#read)
    const lists = new Map(this.#lists)
    return batch.map(asked => {
      const view = new View(records, lists)
      try {
        const decision = decide(asked.command, view, this.#contextOf(asked, line))
        const decided = settle(asked, decision, view)
        if (decided.change !== null) putInto(records, lists, decided.change)
        return decided
      } catch (error) {
        if (!(error instanceof NotRead)) return this.#fault(asked, error)
        for (const key of error.keys) missing.keys.add(key)
        if (error.stretch !== null) missing.stretches.set(nameOf(error.stretch), error.stretch)
        return { change: null, outcome: { type: 'done', seq: 0, answer: {} } }
      }
    })
  }

  /** A rule that throws is a fault of ours: it spoils its own command, not those beside it. */
  #fault({ command }: Asked, error: unknown): Decided {
    const reference = this.#surroundings.fault(error, command.type)
    const sentence = `Muster failed at this, and nothing was changed. Your text is safe. Tell whoever runs it: ${reference}.`
    return { change: null, outcome: { type: 'unavailable', sentence, reference, faulty: true } }
  }

  #contextOf({ command, actor }: Asked, line: Line): Context {
    const { length, sameness, random } = this.#surroundings
    const queue = line.of(command)
    return { room: this.#room, commandId: command.id, actor, now: this.#now, queue, length, sameness, chance: random() }
  }
}

function settle({ command }: Asked, decision: Decision, view: View): Decided {
  switch (decision.type) {
    case 'refused':
      return { change: null, outcome: { type: 'refused', refusal: decision.refusal } }
    case 'unchanged':
      return { change: null, outcome: { type: 'done', seq: 0, answer: decision.answer } }
    case 'change': {
      const put = decision.put.map(({ key, value }) => asPut(key, value, view))
      const seen = Object.fromEntries([...view.seen].map(([key, stored]) => [key, stored?.version ?? null]))
      const { tell, answer } = decision
      return {
        change: { commandId: command.id, seen, put, tell: tell.map(silenced), answer: silenced(answer) },
        answer,
      }
    }
  }
}

function asPut(key: string, value: unknown, view: View): Put {
  const former = view.seen.get(key)
  if (former === undefined) throw new Error(`a rule put ${key} without having seen it`)
  const indexes = value === null ? {} : indexesOf(key, value)
  const unsound = Object.entries(indexes).find(([, score]) => !Number.isFinite(score))
  if (unsound !== undefined) throw new Error(`${key} would stand in ${unsound[0]} without a score`)
  return { key, value, indexes, formerly: Object.keys(former?.indexes ?? {}) }
}

/** The later commands of a batch see what the earlier ones put, in the lists too: what is new stands at their end. */
function putInto(records: Map<string, Stored | null>, lists: Map<string, Listed>, { commandId, put }: Change): void {
  for (const { key, value, indexes } of put) {
    const formerly = records.get(key)?.indexes ?? {}
    records.set(key, value === null ? null : { version: commandId, value, indexes })
    for (const [name, { stretch, keys }] of lists) {
      const [stood, stands] = [formerly, indexes].map(each => standsIn(stretch, each))
      if (stood === stands) continue
      lists.set(name, { stretch, keys: stands ? [...keys, key] : keys.filter(each => each !== key) })
    }
  }
}

function standsIn({ list, from }: Stretch, indexes: Indexes): boolean {
  return list in indexes && (from === null || (indexes[list] ?? 0) >= from)
}
