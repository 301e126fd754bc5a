import type { Change, Indexes, Put } from './store.ts'

/** A change in the text both stores keep, checked for what no store could undo halfway. */
export type WrittenChange = {
  commandId: string
  answer: string
  seen: readonly (readonly [key: string, version: string | null])[]
  put: readonly WrittenPut[]
  tell: readonly string[]
}

export type WrittenPut = {
  key: string
  /** null removes the record. */
  value: string | null
  indexes: Indexes
  formerly: readonly string[]
}

/** Throws a `TypeError` where the change breaks the port's contract: a fault of whoever decided it. */
export function written(change: Change): WrittenChange {
  if (change.commandId === '') throw new TypeError('A change needs the id of its command.')
  const keys = new Set(change.put.map(put => put.key))
  if (keys.size < change.put.length) throw new TypeError(`Change ${change.commandId} puts a record twice.`)
  return {
    commandId: change.commandId,
    answer: text(change.answer),
    seen: Object.entries(change.seen),
    put: change.put.map(put => writtenPut(put, change)),
    tell: change.tell.map(text),
  }
}

function writtenPut(put: Put, change: Change): WrittenPut {
  if (!Object.hasOwn(change.seen, put.key)) {
    throw new TypeError(`Change ${change.commandId} puts ${put.key} without having seen it.`)
  }
  if (!Object.values(put.indexes).every(Number.isFinite)) {
    throw new TypeError(`Change ${change.commandId} gives ${put.key} a score that is no number.`)
  }
  const { key, formerly } = put
  if (put.value === null) return { key, value: null, indexes: {}, formerly }
  return { key, value: text(put.value), indexes: put.indexes, formerly }
}

function text(value: unknown): string {
  const json = JSON.stringify(value)
  if (json === undefined) throw new TypeError('Only what JSON can say is stored.')
  return json
}
