import type { Presence } from '@muster/shared/protocol.ts'

export type Change = { here: Presence[]; gone: string[] }

/** At most so many people are listed. */
const mostListed = 2_000

/**
 * Who is in one room, as several sources report it: a person with two screens is one person, shown with what says most.
 * What was reported since is told by `change`, all at once.
 */
export class Here {
  readonly #sources = new Map<string, Map<string, Presence>>()
  readonly #touched = new Set<string>()
  readonly #told = new Map<string, Presence>()
  #listed: string | null = '[]'

  /** Nobody is here and nobody waits to be told so. */
  get empty(): boolean {
    return this.#sources.size === 0 && this.#told.size === 0
  }

  has(source: string, personId: string): boolean {
    return this.#sources.get(personId)?.has(source) ?? false
  }

  put(source: string, presence: Presence): void {
    const sources = this.#sources.get(presence.id) ?? new Map<string, Presence>()
    this.#sources.set(presence.id, sources)
    // Taken out first, so that what was reported last stands last.
    sources.delete(source)
    sources.set(source, presence)
    this.#touched.add(presence.id)
  }

  remove(source: string, personId: string): void {
    const sources = this.#sources.get(personId)
    if (!sources?.delete(source)) return
    if (sources.size === 0) this.#sources.delete(personId)
    this.#touched.add(personId)
  }

  /** Takes out everybody whom this source reported. */
  removeSource(source: string): void {
    for (const personId of this.#sources.keys()) this.remove(source, personId)
  }

  /** What differs from what was told before; from now on it counts as told. */
  change(): Change | null {
    const change: Change = { here: [], gone: [] }
    for (const personId of this.#touched) {
      const now = this.#shown(personId)
      const before = this.#told.get(personId)
      if (now === null) {
        if (this.#told.delete(personId)) change.gone.push(personId)
      } else if (before === undefined || !same(now, before)) {
        this.#told.set(personId, now)
        change.here.push(now)
      }
    }
    this.#touched.clear()
    if (change.here.length + change.gone.length === 0) return null
    this.#listed = null
    return change
  }

  /** Everybody, as it was told. */
  get told(): Presence[] {
    return [...this.#told.values()]
  }

  /** The same as JSON, made once for all who ask between two changes. */
  get listed(): string {
    this.#listed ??= JSON.stringify(this.told.slice(0, mostListed))
    return this.#listed
  }

  #shown(personId: string): Presence | null {
    let shown: Presence | null = null
    for (const presence of this.#sources.get(personId)?.values() ?? []) {
      if (shown === null || weight(presence) >= weight(shown)) shown = presence
    }
    return shown
  }
}

function weight({ viewing, typing }: Presence): number {
  if (typing) return 2
  return viewing === null ? 0 : 1
}

function same(one: Presence, other: Presence): boolean {
  return one.viewing === other.viewing && one.typing === other.typing && one.name === other.name
}
