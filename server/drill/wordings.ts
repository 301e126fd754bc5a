import type { WordingText } from '@muster/shared/incident.ts'
import { firstOf, said } from './answers.ts'
import type { KnownWording } from './observation.ts'
import type { Random } from './random.ts'

/** What leads have approved, by what it is about. `N` is the number it is known by: no two published are the same. */
const subjects = {
  known: {
    title: 'We know about it',
    text: 'Thank you, [[first name]]. Sync is down since this morning, {says|as of} our note N, and {we are working on it|a whole team works on it}. Signing in and reading {on your [[device]]|what is on the [[device]]} still {work|go on}.',
  },
  safe: {
    title: 'What you saved is safe',
    text: 'What you saved is safe on your device and will sync later, {dear|so} [[first name]]: {that is what note N of our engineers says|note N of our engineers is clear about it}. {Please leave the app installed|Do keep the app installed}.',
  },
  meanwhile: {
    title: 'What to do meanwhile',
    text: 'Until sync is back, [[first name]], our advice N is to {keep one device at hand|stay with one device} and to {read|look up} what you need there. {Nothing has to be installed again|There is no need to install anything}.',
  },
} as const

export type Subject = keyof typeof subjects
export const subjectNames = Object.keys(subjects) as Subject[]

/** A wording as a lead writes it. */
export function wordingOf(
  subject: Subject,
  number: number,
  random: Pick<Random, 'pick'>,
  expiresAt: number | null = null,
): WordingText {
  const { title, text } = subjects[subject]
  return {
    id: `drill-${subject}`,
    title,
    topic: null,
    text: said(text.replace(/\bN\b/g, String(number)), random),
    language: 'en',
    channelId: null,
    expiresAt,
  }
}

/** With its blanks filled in. */
export function filled(text: string, name: string, random: Pick<Random, 'pick'>): string {
  return text
    .replace(/\[\[first name\]\]/g, firstOf(name))
    .replace(/\[\[[^\]]*\]\]/g, () => random.pick(['phone', 'tablet', 'laptop']))
}

/** Which wordings can be used, and what stood in those that no longer can: as the lead's screen and the leads know it. */
export class Library {
  /** Taken back or changed, and acknowledged to the lead who did. */
  readonly retired: string[] = []
  readonly #current: () => Iterable<KnownWording>
  readonly #now: () => number

  constructor(current: () => Iterable<KnownWording>, now: () => number) {
    this.#current = current
    this.#now = now
  }

  textOf(id: string): string | null {
    return [...this.#current()].find(wording => wording.id === id)?.text ?? null
  }

  get current(): KnownWording[] {
    return [...this.#current()].filter(({ expiresAt }) => expiresAt === null || expiresAt > this.#now())
  }

  /** Yesterday's wordings, as somebody has them in a notepad. */
  get yesterdays(): string[] {
    const expired = [...this.#current()].filter(({ expiresAt }) => expiresAt !== null && expiresAt < this.#now() - 100)
    return [...this.retired, ...expired.map(({ text }) => text)]
  }
}
