import * as Y from 'yjs'
import type { Range } from './remark.ts'
import { type Splice, spliceBetween } from './splice.ts'

/** A place in the text that stays with its words, as bytes. */
export type Place = { from: Uint8Array; to: Uint8Array }

const mine = Symbol('mine')
const theirs = Symbol('theirs')
const name = 'draft'

/** For who has nothing yet. */
export const nothing = new Uint8Array()

/**
 * One text that two people write at once, on this screen. What either does is an update; updates may come twice and in
 * any order, and copies that have the same ones are the same. Two beginnings never become one, for each has every
 * word as its own: `born` tells them apart.
 */
export class SharedText {
  readonly born: number
  readonly #doc = new Y.Doc()
  readonly #text = this.#doc.getText(name)
  readonly #undoing = new Y.UndoManager(this.#text, {
    trackedOrigins: new Set([mine]),
    captureTimeout: Number.MAX_SAFE_INTEGER,
  })
  /** Where the hand was left. */
  #hand = -1
  #splices: Splice[] = []

  /** `told` gets every update that is made here. */
  constructor(born: number, told: (update: Uint8Array) => void) {
    this.born = born
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => origin !== theirs && told(update))
    this.#text.observe(({ delta, transaction }) => {
      if (transaction.origin !== mine) this.#splices.push(...splicesOf(delta))
    })
  }

  get text(): string {
    return this.#text.toJSON()
  }

  /** Whether something is missing before what came. */
  get gaps(): boolean {
    return this.#doc.store.pendingStructs !== null || this.#doc.store.pendingDs !== null
  }

  /** What stood there before anybody shared it; nothing to undo. */
  begin(text: string): void {
    this.#text.insert(0, text)
  }

  /** What a person did. A word written in one go is undone in one go. */
  write(before: string, after: string, cursor: number): void {
    const { at, removed, inserted } = spliceBetween(before, after, cursor)
    const goesOn = at + removed === this.#hand && !/^\s/.test(inserted)
    if (!goesOn) this.#undoing.stopCapturing()
    this.#hand = at + inserted.length
    this.#doc.transact(() => {
      if (removed > 0) this.#text.delete(at, removed)
      if (inserted !== '') this.#text.insert(at, inserted)
    }, mine)
  }

  /** Takes over what another screen has; answers what became of the text. */
  take(update: Uint8Array): Splice[] {
    this.#splices = []
    Y.applyUpdate(this.#doc, update, theirs)
    if (this.#splices.length > 0) this.#hand = -1
    return this.#splices
  }

  undo(): Splice[] {
    this.#splices = []
    this.#undoing.undo()
    return this.#splices
  }

  redo(): Splice[] {
    this.#splices = []
    this.#undoing.redo()
    return this.#splices
  }

  /** All of it, as an update. */
  whole(): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc)
  }

  /** What this screen has, put in and taken out. */
  known(): Uint8Array {
    return Y.encodeSnapshot(Y.snapshot(this.#doc))
  }

  /** What somebody lacks who has this; null when they lack nothing. */
  lacking(known: Uint8Array): Uint8Array | null {
    if (known.length === 0) return this.whole()
    const theirs = Y.decodeSnapshot(known)
    if (Y.equalSnapshots(theirs, Y.snapshot(this.#doc))) return null
    return Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(theirs.sv))
  }

  place({ from, to }: Range): Place {
    return { from: this.#bytesAt(from), to: this.#bytesAt(to) }
  }

  /** Null where this screen has not heard of it yet. */
  rangeOf(place: Place): Range | null {
    const [from, to] = [this.#at(place.from), this.#at(place.to)]
    return from === null || to === null ? null : { from, to }
  }

  close(): void {
    this.#doc.destroy()
  }

  #bytesAt(at: number): Uint8Array {
    return Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(this.#text, at))
  }

  #at(bytes: Uint8Array): number | null {
    const position = Y.decodeRelativePosition(bytes)
    return Y.createAbsolutePositionFromRelativePosition(position, this.#doc)?.index ?? null
  }
}

/** Several as one. */
export function merged(updates: readonly Uint8Array[]): Uint8Array {
  return Y.mergeUpdates([...updates])
}

function splicesOf(delta: Y.YTextEvent['delta']): Splice[] {
  const splices: Splice[] = []
  let at = 0
  for (const part of delta) {
    if (part.retain !== undefined) at += part.retain
    if (part.delete !== undefined) splices.push({ at, removed: part.delete, inserted: '' })
    if (typeof part.insert === 'string') {
      splices.push({ at, removed: 0, inserted: part.insert })
      at += part.insert.length
    }
  }
  return splices
}
