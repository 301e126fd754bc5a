import { expect } from 'vitest'
import type { Kind } from '../../web/state/draft-wire.ts'
import { type Kept, SharedDraft } from '../../web/state/shared-draft.ts'
import { spliced } from '../../web/state/splice.ts'

/** Hours in which nothing happens by itself, and a network between screens that does to messages what it is told. */
export class Wires {
  now = 1_000_000
  readonly screens: Desk[] = []
  readonly #due: { at: number; act: () => void }[] = []
  /** For each message: how late each of its copies comes; none when it is lost. */
  fate: () => number[] = () => [5]
  #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  random = () => this.#random()

  later(ms: number, act: () => void): () => void {
    const entry = { at: this.now + ms, act }
    this.#due.push(entry)
    return () => {
      entry.act = () => {}
    }
  }

  pass(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)[0]
      if (next === undefined) break
      this.#due.splice(this.#due.indexOf(next), 1)
      this.now = Math.max(this.now, next.at)
      next.act()
    }
    this.now = end
  }

  carry(from: Desk, kind: Kind, payload: string): void {
    for (const to of this.screens) {
      if (to === from) continue
      for (const ms of this.fate()) {
        this.later(ms, () => to.live && from.live && to.draft.hear(kind, payload, to.person === from.person))
      }
    }
  }
}

/** A screen with an editor that shows the draft, and the storage of its browser. */
export class Desk {
  readonly wires: Wires
  readonly person: 'holder' | 'partner'
  live = true
  /** What the editor shows. */
  text: string
  offered: string[] = []
  kept: Kept | null = null
  draft: SharedDraft

  constructor(wires: Wires, person: 'holder' | 'partner', saved = '', at: 'once' | 'unanswered' = 'unanswered') {
    this.wires = wires
    this.person = person
    this.text = saved
    wires.screens.push(this)
    this.draft = this.#open(at)
  }

  get shares(): boolean {
    return this.draft.text !== null
  }

  write(after: string, cursor = after.length): void {
    if (!this.shares) return
    this.draft.write(this.text, after, cursor)
    this.text = after
    this.kept = this.draft.kept
    expect(this.draft.text).toBe(after)
  }

  type(at: number, typed: string): void {
    const whole = edge(this.text, at)
    this.write(this.text.slice(0, whole) + typed + this.text.slice(whole), whole + typed.length)
  }

  remove(from: number, length: number): string {
    const [start, end] = [edge(this.text, from), edge(this.text, from + length)]
    const gone = this.text.slice(start, end)
    this.write(this.text.slice(0, start) + this.text.slice(end), start)
    return gone
  }

  line(live: boolean): void {
    this.live = live
    if (live) this.draft.back()
  }

  /** `kept`: its browser still has what it kept. */
  reload(kept: boolean, saved = ''): void {
    this.draft.stop()
    if (!kept) this.kept = null
    this.text = saved
    this.draft = this.#open('unanswered')
  }

  #open(at: 'once' | 'unanswered'): SharedDraft {
    const { wires } = this
    // What is said while it opens comes before there is anything to say it to.
    const self: { draft: SharedDraft | null } = { draft: null }
    self.draft = new SharedDraft(
      {
        live: () => this.live,
        say: (kind, payload) => wires.carry(this, kind, payload),
        later: (ms, act) => wires.later(ms, act),
        now: () => wires.now,
        random: wires.random,
        begins: this.person === 'holder' ? { from: () => this.text, at } : null,
        turned: ({ splices, former }) => {
          if (former !== null) this.offered.push(former)
          const text = self.draft?.text ?? this.text
          if (self.draft && former === null && this.kept !== null) expect(spliced(this.text, splices)).toBe(text)
          this.text = text
          this.kept = self.draft?.kept ?? this.kept
        },
        met: () => {},
      },
      this.kept,
    )
    this.text = self.draft.text ?? this.text
    this.kept = self.draft.kept
    return self.draft
  }
}

function edge(text: string, at: number): number {
  const place = Math.min(at, text.length)
  return (text.codePointAt(place - 1) ?? 0) > 0xffff ? place - 1 : place
}

/** Characters of which none was ever written before; some take two units. */
export function strokes(): (count: number) => string {
  let next = 0
  const one = () => String.fromCodePoint(next % 3 === 0 ? 0x2_0000 + next++ : 0x4e00 + next++)
  return count => Array.from({ length: count }, one).join('')
}

export const sorted = (text: string) => Array.from(text).toSorted().join('')

/** Numbers from 0 up to 1, the same ones for the same seed. */
export function chances(seed: number): () => number {
  let state = seed || 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export function fateBy(chance: () => number): () => number[] {
  return () => {
    const what = chance()
    const late = () => Math.floor(chance() * 400)
    if (what < 0.25) return []
    return what < 0.4 ? [late(), late()] : [late()]
  }
}
