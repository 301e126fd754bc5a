/**
 * What two screens tell each other of a shared draft, in pieces that fit the wire: each says of which beginning of the draft
 * it is, and which piece of how many.
 */
export type Parcel = { born: number; bytes: Uint8Array }

/** 48,000 characters of base64 are 36,000 bytes. */
const largest = 36_000
const headBytes = 14
const mostPieces = 16
const mostOpen = 8

/** `id` tells the pieces of one parcel from those of another. */
export function packed({ born, bytes }: Parcel, id: number): string[] {
  const room = largest - headBytes
  const count = Math.max(1, Math.ceil(bytes.length / room))
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.subarray(index * room, (index + 1) * room)
    const piece = new Uint8Array(headBytes + part.length)
    const head = new DataView(piece.buffer)
    head.setFloat64(0, born)
    head.setUint32(8, id)
    head.setUint8(12, index)
    head.setUint8(13, count)
    piece.set(part, headBytes)
    return base64(piece)
  })
}

/** Puts parcels together; one of which a piece is lost is never whole, and is forgotten when others come. */
export class Unpacking {
  readonly #open = new Map<string, Map<number, Uint8Array>>()

  /** The parcel this piece made whole; null while it is not, and for what is none. */
  take(payload: string): Parcel | null {
    const piece = bytesOf(payload)
    if (piece === null || piece.length < headBytes) return null
    const head = new DataView(piece.buffer)
    const born = head.getFloat64(0)
    const [index, count] = [head.getUint8(12), head.getUint8(13)]
    if (!Number.isSafeInteger(born) || born < 0 || index >= count || count > mostPieces) return null
    const part = piece.subarray(headBytes)
    if (count === 1) return { born, bytes: part }
    const name = `${born}/${head.getUint32(8)}/${count}`
    const parts = (this.#open.get(name) ?? new Map<number, Uint8Array>()).set(index, part)
    this.#open.set(name, parts)
    if (parts.size < count) return this.#forget()
    this.#open.delete(name)
    return { born, bytes: joined(parts) }
  }

  #forget(): null {
    const [oldest] = this.#open.keys()
    if (this.#open.size > mostOpen && oldest !== undefined) this.#open.delete(oldest)
    return null
  }
}

function joined(parts: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const inOrder = [...parts].sort(([one], [other]) => one - other).map(([, part]) => part)
  const whole = new Uint8Array(inOrder.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of inOrder) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0))
  } catch {
    return null
  }
}
