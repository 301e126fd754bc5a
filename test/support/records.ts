import { decide, type RoomCommand } from '@muster/server/domain/decide.ts'
import {
  type Actor,
  type Context,
  type Decision,
  type Listed,
  mostListed,
  NotRead,
  nameOf,
  type PutRecord,
  type Queue,
  type Stretch,
  View,
} from '@muster/server/domain/decision.ts'
import { indexesOf, keyOf, laneFor, lists } from '@muster/server/domain/indexes.ts'
import type { Stored } from '@muster/server/store/store.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Pipes } from '@muster/shared/weather.ts'

function checkScores({ key, value }: PutRecord): void {
  const scores = value === null ? {} : indexesOf(key, value)
  for (const [index, score] of Object.entries(scores)) {
    if (!Number.isFinite(score)) throw new Error(`${key} would stand in ${index} without a score`)
  }
}

/** What no store takes: a put of what was not seen, a score that is no number. */
function check({ type }: RoomCommand, put: readonly PutRecord[], { seen }: View): void {
  const unseen = put.find(({ key }) => !seen.has(key))
  if (unseen !== undefined) throw new Error(`${type} puts what it has not seen: ${unseen.key}`)
  put.forEach(checkScores)
}

/** A room's records in a map, so that rules can be asked one after another without a store. */
export class Records {
  readonly records = new Map<string, Stored>()
  readonly told: Told[] = []
  /** What a rule may rest on besides the records. */
  readonly surroundings: Pick<Context, 'length' | 'sameness' | 'chance'> = {
    length: () => null,
    sameness: () => null,
    chance: 0.99,
  }

  readonly #lists = new Map<string, Map<string, number>>()

  /** Decides and, when it is a change, puts it. */
  give(command: RoomCommand, actor: Actor, now: number): Decision {
    const decision = this.ask(command, actor, now)
    if (decision.type !== 'change') return decision
    for (const { key, value } of decision.put) this.#put(key, value, command.id)
    this.told.push(...(decision.tell as Told[]))
    return decision
  }

  ask(command: RoomCommand, actor: Actor, now: number): Decision {
    const read = new Map<string, Stored | null>()
    const listed = new Map<string, Listed>()
    const queue = this.#queueFor(command)
    for (;;) {
      try {
        const view = new View(read, listed)
        const context = { room: 'room', commandId: command.id, actor, now, queue, ...this.surroundings }
        const decision = decide(command, view, context)
        if (decision.type === 'change') check(command, decision.put, view)
        return decision
      } catch (error) {
        if (!(error instanceof NotRead)) throw error
        if (error.stretch !== null) listed.set(nameOf(error.stretch), this.#stretch(error.stretch))
        for (const key of error.keys) read.set(key, this.records.get(key) ?? null)
      }
    }
  }

  get<T>(key: string): T | null {
    return (this.records.get(key)?.value as T | undefined) ?? null
  }

  list(index: string): string[] {
    const scores = this.#lists.get(index) ?? new Map<string, number>()
    return [...scores].sort(([one, a], [other, b]) => a - b || (one < other ? -1 : 1)).map(([key]) => key)
  }

  #stretch(stretch: Stretch): Listed {
    const scores = this.#lists.get(stretch.list)
    const from = stretch.from ?? -Infinity
    const keys = this.list(stretch.list).filter(key => (scores?.get(key) ?? 0) >= from)
    return { stretch, keys: keys.slice(0, mostListed) }
  }

  #put(key: string, value: unknown, version: string): void {
    for (const index of Object.keys(this.records.get(key)?.indexes ?? {})) this.#lists.get(index)?.delete(key)
    this.records.delete(key)
    if (value === null) return
    const indexes = indexesOf(key, value)
    this.records.set(key, { version, value, indexes })
    for (const [index, score] of Object.entries(indexes)) {
      this.#lists.set(index, (this.#lists.get(index) ?? new Map<string, number>()).set(key, score))
    }
  }

  #queueFor(command: RoomCommand): Queue {
    const topics = command.type === 'conversation/take-next' ? command.topics : []
    const waiting = this.#waiting(lists.waiting)
    const jammed = this.get<Pipes>(keyOf.pipes)?.jammed.map(({ lane }) => lane) ?? []
    const behindPipes = waiting.filter(id =>
      jammed.includes(laneFor(this.get(`conversation/${id}`) as Conversation) ?? ''),
    )
    const oldest = waiting.filter(id => !behindPipes.includes(id))
    const inTopics = new Set(topics.flatMap(topic => this.#waiting(lists.waitingIn(topic))))
    return { oldest, inTopics: oldest.filter(id => inTopics.has(id)), behindPipes, turn: 0 }
  }

  #waiting(index: string): string[] {
    return this.list(index).map(key => key.slice('conversation/'.length))
  }
}
