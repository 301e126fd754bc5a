import { decide, type RoomCommand } from '@muster/server/domain/decide.ts'
import { type Actor, type Decision, NotRead, View } from '@muster/server/domain/decision.ts'
import { indexesOf } from '@muster/server/domain/indexes.ts'
import type { Stored } from '@muster/server/store/store.ts'
import type { Told } from '@muster/shared/entry.ts'

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
        const unseen = decision.type === 'change' ? decision.put.filter(({ key }) => !view.seen.has(key)) : []
        // A store takes no such change: what is put must have been seen.
        if (unseen.length > 0) throw new Error(`${command.type} puts what it has not seen: ${unseen[0]?.key}`)
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
