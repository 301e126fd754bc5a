import { overridable } from '@muster/shared/overridable.ts'
import type { GateReason, GateRule } from '@muster/shared/refusal.ts'
import { gateSentence } from './gate-words.ts'
import type { Ground } from './look-over.ts'
import { placeOf, type Range } from './remark.ts'

const pause = 500
/** What this screen finds by itself while somebody mends the text. */
const seenHere: readonly GateRule[] = ['must-not-say', 'commitment', 'style']

type Judged = { text: string; reasons: readonly GateReason[] }

/** One thing about a text, and where in it; null where it is about the whole, or its words are gone. */
export type Finding = { weight: GateReason['weight']; sentence: string; place: Range | null; arguable: boolean }

/**
 * What is to be said of a text before it leaves: what this screen finds while it is written, and, once the gate refused it,
 * what the gate said, for as long as it is still true of what is being mended.
 */
export class Inspection {
  readonly #text: () => string
  #found = $state.raw<Judged | null>(null)
  #refused = $state.raw<Judged | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `text` is what stands in the editor. */
  constructor(text: () => string) {
    this.#text = text
  }

  /** Whether the gate refused it, and something still keeps it from leaving. */
  get refused(): boolean {
    return this.#refused !== null && this.findings.some(({ weight }) => weight === 'stop')
  }

  /** Whether all that keeps it from leaving can be argued about. */
  get arguable(): boolean {
    return this.refused && this.findings.every(({ weight, arguable }) => weight === 'warn' || arguable)
  }

  get findings(): Finding[] {
    const text = this.#text()
    if (text.trim() === '') return []
    const [refused, found] = [this.#refused, this.#found]
    if (refused === null) return found === null ? [] : placed(found, text)
    if (refused.text === text || found === null) return placed(refused, text)
    const others = refused.reasons.filter(({ rule }) => !seenHere.includes(rule))
    return [...placed({ ...refused, reasons: others }, text), ...placed(found, text)]
  }

  /** Looks the text over soon, once it stays for a moment. */
  look(ground: () => Ground): void {
    const text = this.#text()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#lookOver(text, ground()), pause)
  }

  refuse(reasons: readonly GateReason[]): void {
    this.#refused = { text: this.#text(), reasons }
  }

  settle(): void {
    this.#refused = null
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** How it is done is more code than writing needs: it comes with the first text. Without it the gate says so in the end. */
  async #lookOver(text: string, ground: Ground): Promise<void> {
    const looking = await import('./look-over.ts').catch(() => null)
    if (looking !== null) this.#found = { text, reasons: looking.lookOver(text, ground) }
  }
}

/** Of what was said about an older text, what still stands in this one. */
function placed({ text: before, reasons }: Judged, text: string): Finding[] {
  return reasons.flatMap(reason => {
    const { weight, rule, from = 0, to = 0 } = reason
    const partly = to > from
    const place = partly ? placeOf(before.slice(from, to), text, from) : null
    if (partly && place === null) return []
    return [{ weight, place, sentence: gateSentence(reason), arguable: overridable.includes(rule) }]
  })
}
