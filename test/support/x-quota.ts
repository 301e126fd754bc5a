/** One limit: `most` in any `perMs` in a row, as X counts it by a window that begins with the first. */
export type Quota = { header: string; most: number; perMs: number }

const minute = 60_000

/** What X documents for posts: in 15 minutes, in three hours, for the app in a day. */
export const postQuotas: readonly Quota[] = [
  { header: 'x-rate-limit', most: 100, perMs: 15 * minute },
  { header: '', most: 300, perMs: 180 * minute },
  { header: 'x-app-limit-24hour', most: 10_000, perMs: 1_440 * minute },
]
export const directQuotas: readonly Quota[] = [
  { header: 'x-rate-limit', most: 15, perMs: 15 * minute },
  { header: 'x-user-limit-24hour', most: 1_440, perMs: 1_440 * minute },
]

/** Counts what was taken, and says no when a limit is reached. */
export class Quotas {
  readonly #quotas: readonly Quota[]
  readonly #clock: () => number
  #takenAt: number[] = []
  /** How often it said no. */
  refusals = 0

  constructor(quotas: readonly Quota[], clock: () => number) {
    this.#quotas = quotas
    this.#clock = clock
  }

  /** Takes one more; false where there is no room. */
  take(): boolean {
    const now = this.#clock()
    const longest = Math.max(...this.#quotas.map(({ perMs }) => perMs), 0)
    this.#takenAt = this.#takenAt.filter(at => now - at < longest)
    const isFull = this.#quotas.some(quota => this.#left(quota) <= 0)
    if (isFull) this.refusals++
    else this.#takenAt.push(now)
    return !isFull
  }

  headers(): Record<string, string> {
    const told = this.#quotas.filter(({ header }) => header !== '')
    return Object.fromEntries(
      told.flatMap(quota => [
        [`${quota.header}-limit`, String(quota.most)],
        [`${quota.header}-remaining`, String(Math.max(0, this.#left(quota)))],
        [`${quota.header}-reset`, String(Math.ceil(this.#resetsAt(quota) / 1_000))],
      ]),
    )
  }

  #within({ perMs }: Quota): number[] {
    const now = this.#clock()
    return this.#takenAt.filter(at => now - at < perMs)
  }

  #left(quota: Quota): number {
    return quota.most - this.#within(quota).length
  }

  #resetsAt(quota: Quota): number {
    const [first] = this.#within(quota)
    return (first ?? this.#clock()) + quota.perMs
  }
}
