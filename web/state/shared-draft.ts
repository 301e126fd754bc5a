import { DraftWire, type Kind, type Line } from './draft-wire.ts'
import { base64, bytesOf, Unpacking } from './parcel.ts'
import type { Range } from './remark.ts'
import { merged, nothing, type Place, SharedText } from './shared-text.ts'
import { type Splice, spliceBetween } from './splice.ts'

/** A text as this machine keeps it, so that a page that is loaded again goes on with the same beginning. */
export type Kept = { born: number; state: string }

/** Somebody else writes this text too: what is changed here is changed there. */
export type SharedHand = {
  pair: string
  write: (before: string, after: string, cursor: number) => void
  kept: () => Kept | null
}

/** What became of the text by somebody else, or by undoing. `former`: another text that stood here, of another beginning. */
export type Turned = { splices: readonly Splice[]; former: string | null }

type Surroundings = Line & {
  /** ms since 1970. */
  now: () => number
  /** Whether this screen begins the text where nobody has it: with what stands in the editor. */
  begins: { from: () => string; at: 'once' | 'unanswered' } | null
  turned: (turned: Turned) => void
  /** Where the other is; null where this cannot be told. */
  met: (range: Range | null) => void
}

const patience = 1_000
/** Two beginnings of one millisecond are still two. */
const perMillisecond = 4_096

/**
 * One draft of two people, on one of their screens.
 *
 *     nothing ──told what another has──────────────► shared
 *        └──the holder's: nobody answered──begins──► shared ──told of a newer beginning──► shared
 *
 * Whoever comes asks, and asks again every few seconds with what they have: so whatever was lost is told again, and what comes
 * twice or late changes nothing.
 */
export class SharedDraft {
  readonly #around: Surroundings
  readonly #wire: DraftWire
  readonly #unpacking = new Unpacking()
  #shared: SharedText | null = null
  #other: Place | null = null
  #untold: Uint8Array[] = []
  #held: (() => void)[] | null = null

  constructor(surroundings: Surroundings, kept: Kept | null) {
    this.#around = surroundings
    this.#wire = new DraftWire(
      surroundings,
      () => this.#shared,
      () => this.flush(),
    )
    if (kept !== null) this.#restore(kept)
    if (this.#shared === null && surroundings.begins?.at === 'once') this.#begin()
    this.#wire.beat()
    if (this.#shared === null && surroundings.begins !== null) this.#beginUnanswered()
  }

  /** Null until somebody told it or it was begun. */
  get text(): string | null {
    return this.#shared?.text ?? null
  }

  get kept(): Kept | null {
    return this.#shared && { born: this.#shared.born, state: base64(this.#shared.whole()) }
  }

  /** Somebody changed the text on this screen. */
  write(before: string, after: string, cursor: number): void {
    this.#shared?.write(before, after, cursor)
    this.#tellWhere()
  }

  undo(redo: boolean): void {
    const splices = (redo ? this.#shared?.redo() : this.#shared?.undo()) ?? []
    if (splices.length > 0) this.#turned({ splices, former: null })
  }

  point(range: Range): void {
    const shared = this.#shared
    if (shared === null) return
    const { from, to } = shared.place(range)
    this.#wire.say('here', shared.born, Uint8Array.of(from.length, ...from, ...to))
  }

  /** While somebody composes a character of several keys, what the other writes waits. */
  hold(held: boolean): void {
    if (held) this.#held ??= []
    else for (const act of this.#held?.splice(0) ?? []) act()
    if (!held) this.#held = null
  }

  /** Says what was written and not said yet. */
  flush(): void {
    if (this.#untold.length === 0 || this.#shared === null || !this.#around.live()) return
    this.#wire.say('tell', this.#shared.born, merged(this.#untold))
    this.#untold = []
  }

  /** The line is there again. */
  back(): void {
    this.flush()
    this.#wire.ask()
  }

  /** `own`: from another screen of the same person. What makes no sense changes nothing. */
  hear(kind: Kind, payload: string, own: boolean): void {
    const parcel = this.#unpacking.take(payload)
    if (parcel === null) return
    const hear = () => {
      try {
        if (kind === 'ask') this.#answer(parcel)
        else if (kind === 'tell') this.#learn(parcel)
        else if (!own) this.#meet(parcel)
      } catch {
        this.#wire.askSoon()
      }
    }
    if (this.#held !== null) this.#held.push(hear)
    else hear()
  }

  /** Says what was not said yet, and then nothing more. */
  stop(): void {
    this.flush()
    this.#wire.stop()
    this.#shared?.close()
  }

  #answer({ born, bytes }: { born: number; bytes: Uint8Array }): void {
    const shared = this.#shared
    if (shared === null) return
    if (born > shared.born) {
      this.#wire.ask(0)
      return
    }
    const lacking = born === shared.born ? shared.lacking(bytes) : shared.whole()
    if (lacking !== null) this.#wire.say('tell', shared.born, lacking)
  }

  #learn({ born, bytes }: { born: number; bytes: Uint8Array }): void {
    if (this.#shared === null || born > this.#shared.born) {
      this.#adopt(born, bytes)
      return
    }
    if (born < this.#shared.born) return
    const splices = this.#shared.take(bytes)
    if (this.#shared.gaps) this.#wire.askSoon()
    if (splices.length > 0) this.#turned({ splices, former: null })
  }

  /** Only whole: of what somebody else goes on with, a part is no text. */
  #adopt(born: number, bytes: Uint8Array): void {
    const adopted = this.#make(born)
    adopted.take(bytes)
    if (adopted.gaps) {
      adopted.close()
      this.#wire.askSoon(0)
      return
    }
    const former = this.#shared
    this.#shared = adopted
    this.#untold = []
    const before = former?.text ?? ''
    former?.close()
    this.#turned({ splices: [spliceBetween(before, adopted.text)], former: former && before })
  }

  #meet({ born, bytes }: { born: number; bytes: Uint8Array }): void {
    if (this.#shared?.born !== born) return
    const [length = 0] = bytes
    this.#other = { from: bytes.subarray(1, 1 + length), to: bytes.subarray(1 + length) }
    this.#tellWhere()
  }

  #restore({ born, state }: Kept): void {
    const bytes = bytesOf(state)
    const restored = this.#make(born)
    try {
      restored.take(bytes ?? nothing)
      this.#shared = restored
    } catch {
      restored.close()
    }
  }

  #begin(): void {
    const { begins, now, random } = this.#around
    const born = Math.floor(now()) * perMillisecond + Math.floor(random() * perMillisecond)
    this.#shared = this.#make(born)
    this.#shared.begin(begins?.from() ?? '')
  }

  #turned(turned: Turned): void {
    this.#around.turned(turned)
    this.#tellWhere()
  }

  /** The other's cursor stays with its words, whoever writes around it. */
  #tellWhere(): void {
    if (this.#other !== null) this.#around.met(this.#shared?.rangeOf(this.#other) ?? null)
  }

  /** Time in which nobody could have answered does not count. */
  #beginUnanswered(): void {
    const wasLive = this.#around.live()
    this.#wire.later(patience, () => {
      if (this.#shared !== null) return
      if (wasLive && this.#around.live()) {
        this.#begin()
        this.#turned({ splices: [], former: null })
      } else this.#beginUnanswered()
    })
  }

  #make(born: number): SharedText {
    return new SharedText(born, update => {
      if (this.#shared?.born === born) this.#untold.push(update)
      this.#wire.flushSoon()
    })
  }
}
