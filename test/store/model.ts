import type { Change, Committed, Listed, LogLine, Stored } from '@muster/server/store/store.ts'

/** What a store must do, said as simply as it can be: one room in memory. */
export class Model {
  readonly records = new Map<string, Stored>()
  readonly lines: LogLine[] = []
  readonly answers = new Map<string, { seq: number; answer: Record<string, unknown> }>()

  commit(changes: readonly Change[]): Committed[] {
    const repeated = new Set<string>()
    return changes.map(change => this.#judge(change, repeated))
  }

  read(keys: readonly string[]): (Stored | null)[] {
    return keys.map(key => this.records.get(key) ?? null)
  }

  list(index: string): Listed[] {
    return [...this.records]
      .flatMap(([key, stored]) => Object.entries(stored.indexes).map(([list, score]) => ({ list, score, key, stored })))
      .filter(({ list }) => list === index)
      .map(({ key, score, stored }) => ({ key, score, stored }))
      .sort((a, b) => a.score - b.score || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
  }

  #judge({ commandId, seen, put, tell, answer }: Change, repeated: Set<string>): Committed {
    const before = this.answers.get(commandId)
    if (before) {
      repeated.add(commandId)
      return { type: 'repeated', ...before }
    }
    const today = (key: string) => this.records.get(key)?.version ?? null
    if (Object.entries(seen).some(([key, version]) => today(key) !== version)) return { type: 'stale' }
    if (Object.values(seen).some(version => version !== null && repeated.has(version))) return { type: 'stale' }
    for (const { key, value, indexes } of put) {
      if (value === null) this.records.delete(key)
      else this.records.set(key, { version: commandId, value, indexes })
    }
    for (const told of tell) this.lines.push({ seq: this.lines.length + 1, told: { ...told } })
    this.answers.set(commandId, { seq: this.lines.length, answer })
    return { type: 'committed', seq: this.lines.length }
  }
}
