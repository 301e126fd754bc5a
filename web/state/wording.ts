import type { Wording } from '@muster/shared/incident.ts'

/** A wording as it was when it was put into a draft. */
export type UsedWording = { id: string; title: string; text: string }

/** One that is not what it was; `now` is null when it was taken back. */
export type TurnedWording = { used: UsedWording; now: Wording | null }

/** Those of these topics first, then what fits anywhere, then the rest; each by its title. */
export function inOrder(wordings: Iterable<Wording>, topics: readonly string[]): Wording[] {
  const rank = ({ topic }: Wording) => (topic === null ? 1 : topics.includes(topic) ? 0 : 2)
  return [...wordings].sort((one, other) => rank(one) - rank(other) || one.title.localeCompare(other.title))
}

export function turned(used: readonly UsedWording[], wordings: ReadonlyMap<string, Wording>): TurnedWording[] {
  return used
    .map(each => ({ used: each, now: wordings.get(each.id) ?? null }))
    .filter(({ used: { text }, now }) => now?.text !== text)
}

/** What is to be written at `at`, so that it touches no word beside it. */
export function spaced(inserted: string, text: string, at: number): string {
  const before = at > 0 && !/\s/.test(text[at - 1] ?? '') ? ' ' : ''
  const after = at < text.length && !/[\s.,;:!?]/.test(text[at] ?? '') ? ' ' : ''
  return before + inserted + after
}
