import type { Change, Indexes, Put, Stored } from '@muster/server/store/store.ts'

let counted = 0

/** An id nobody used in this run. */
export function fresh(what: string): string {
  return `${what}-${process.pid}-${++counted}`
}

export function change(given: Partial<Change> = {}): Change {
  return { commandId: fresh('command'), seen: {}, put: [], tell: [], answer: {}, ...given }
}

/** A change that puts one record over what was seen of it. */
export function putting(key: string, value: unknown, given: { over?: Stored | null; indexes?: Indexes } = {}): Change {
  const { over = null, indexes = {} } = given
  return change({ seen: { [key]: over?.version ?? null }, put: [put(key, value, { over, indexes })] })
}

export function put(key: string, value: unknown, given: { over?: Stored | null; indexes?: Indexes } = {}): Put {
  return { key, value, indexes: given.indexes ?? {}, formerly: Object.keys(given.over?.indexes ?? {}) }
}

/** A change that only tells, as many lines as numbers. */
export function telling(...numbers: number[]): Change {
  return change({ tell: numbers.map(number => ({ number })) })
}
