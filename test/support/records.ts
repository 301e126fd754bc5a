import { decide, type RoomCommand } from '@muster/server/domain/decide.ts'
import { type Actor, type Decision, NotRead, type PutRecord, View } from '@muster/server/domain/decision.ts'
import { indexesOf } from '@muster/server/domain/indexes.ts'
import type { Stored } from '@muster/server/store/store.ts'
import type { Told } from '@muster/shared/entry.ts'

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

  /** Decides and, when it is a change, puts it. `candidates` defaults to what waits, the longest first. */
  give(command: RoomCommand, actor: Actor, now: number): Decision {
    const decision = this.ask(command, actor, now)
    if (decision.type !== 'change') return decision
    for (const { key, value } of decision.put) {
      if (value === null) this.records.delete(key)
      else this.records.set(key, { version: command.id, value, indexes: indexesOf(key, value) })
    }
    this.told.push(...(decision.tell as Told[]))
    return decision
  }

  ask(command: RoomCommand, actor: Actor, now: number): Decision {
    const read = new Map<string, Stored | null>()
    const candidates = this.list('waiting').map(key => key.slice('conversation/'.length))
    for (;;) {
      try {
        const length = () => null
        const view = new View(read)
        const decision = decide(command, view, { room: 'room', commandId: command.id, actor, now, candidates, length })
        if (decision.type === 'change') check(command, decision.put, view)
        return decision
      } catch (error) {
        if (!(error instanceof NotRead)) throw error
        for (const key of error.keys) read.set(key, this.records.get(key) ?? null)
      }
    }
  }

  get<T>(key: string): T | null {
    return (this.records.get(key)?.value as T | undefined) ?? null
  }

  list(index: string): string[] {
    return [...this.records]
      .filter(([, { indexes }]) => index in indexes)
      .sort(
        ([one, { indexes: a }], [other, { indexes: b }]) => (a[index] ?? 0) - (b[index] ?? 0) || (one < other ? -1 : 1),
      )
      .map(([key]) => key)
  }
}
