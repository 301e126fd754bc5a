import type { Received } from '../channels/channel.ts'

type Waiting = { bytes: number; enter: (leave: () => void) => void }

type Take<Origin> = (origin: Origin, received: Received) => Promise<void>

/** As `take`, but waits for room first: who receives gets no answer until then, and need not read on. */
export function withRoom<Origin>(bounds: Bounds, take: Take<Origin>): Take<Origin> {
  return async (origin, received) => {
    const leave = await bounds.enter(bytesOf(received))
    try {
      await take(origin, received)
    } finally {
      leave()
    }
  }
}

/** About as much as it takes in memory. */
function bytesOf(received: Received): number {
  if (received.type === 'unreadable') return received.unreadable.raw.byteLength
  return 'arrival' in received ? 2_000 + 2 * received.arrival.text.length : 500
}

/** How much intake holds at once, over all channels. */
export const mostHeld = { count: 2_000, bytes: 32 * 1024 * 1024 }

/**
 * Room for what came and is not stored yet. Who must wait waits in the order of coming; who cannot wait is told to come
 * again. One thing larger than all the room is let in when there is nothing else.
 */
export class Bounds {
  readonly #most: { count: number; bytes: number }
  readonly #waiting: Waiting[] = []
  #count = 0
  #bytes = 0

  constructor(most: { count: number; bytes: number } = mostHeld) {
    this.#most = most
  }

  get held(): { count: number; bytes: number; waiting: number } {
    return { count: this.#count, bytes: this.#bytes, waiting: this.#waiting.length }
  }

  /** Resolves when there is room, with what gives it back. */
  enter(bytes: number): Promise<() => void> {
    const leave = this.tryEnter(bytes)
    if (leave !== null) return Promise.resolve(leave)
    return new Promise(enter => void this.#waiting.push({ bytes, enter }))
  }

  /** What gives the room back; null where there is none, or others wait for it. */
  tryEnter(bytes: number): (() => void) | null {
    return this.#waiting.length === 0 && this.#fits(bytes) ? this.#take(bytes) : null
  }

  #fits(bytes: number): boolean {
    if (this.#count === 0) return true
    return this.#count < this.#most.count && this.#bytes + bytes <= this.#most.bytes
  }

  #take(bytes: number): () => void {
    this.#count++
    this.#bytes += bytes
    let left = false
    return () => {
      if (left) return
      left = true
      this.#count--
      this.#bytes -= bytes
      this.#letIn()
    }
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      next.enter(this.#take(next.bytes))
    }
  }
}
