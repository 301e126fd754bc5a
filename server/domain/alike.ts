import { bandsOf, likeness, sameKeyOf, signatureOf } from './likeness.ts'

/** From this share of common pieces on two messages say nearly the same: of a bank's questions so grouped nine of ten ask for one thing. */
const nearly = 0.5
/** Groups that are compared with, of one incident: the newest. */
const mostGroups = 20_000
/** Of those that share a band the newest are looked at: whoever writes thousands that nearly do makes nobody wait. */
const mostUnderABand = 32

/**
 * Which of an incident's messages are nearly the same, by how they begin. Each goes to the group whose first is most like
 * it and is never compared with the others of it, so that a group does not drift from one thing to another.
 */
export class Alike {
  /** By what its first is looked for: the bands of its signature, and what it says once masked. */
  readonly #groups = new Map<string, { signature: string | null; keys: readonly string[] }>()
  readonly #byKey = new Map<string, Set<string>>()

  /** The group of a text; null where there is none yet, or where it says nothing. */
  groupOf(text: string): string | null {
    if (text.trim() === '') return null
    const signature = signatureOf(text)
    const [same, ...bands] = keysOf(text, signature)
    const [exactly] = this.#byKey.get(same) ?? []
    if (exactly !== undefined) return exactly
    let found: { group: string; share: number } | null = null
    for (const group of this.#sharing(bands)) {
      const share = this.#shareWith(group, signature)
      if (share >= (found?.share ?? nearly)) found = { group, share }
    }
    return found?.group ?? null
  }

  /** How many groups a text would be compared with. */
  comparedWith(text: string): number {
    const signature = signatureOf(text)
    return signature === null ? 0 : this.#sharing(bandsOf(signature)).size
  }

  /** From now on this is the first of a group, if nothing else was. */
  begin(group: string, text: string): void {
    if (text.trim() === '' || this.#groups.has(group)) return
    const signature = signatureOf(text)
    const keys = keysOf(text, signature)
    this.#groups.set(group, { signature, keys })
    for (const key of keys) this.#keep(key, group)
    const [oldest] = this.#groups.keys()
    if (this.#groups.size > mostGroups && oldest !== undefined) this.#forget(oldest)
  }

  #sharing(bands: readonly string[]): Set<string> {
    return new Set(bands.flatMap(band => [...(this.#byKey.get(band) ?? [])]))
  }

  #keep(key: string, group: string): void {
    const groups = (this.#byKey.get(key) ?? new Set<string>()).add(group)
    const [oldest] = groups
    if (groups.size > mostUnderABand && oldest !== undefined) groups.delete(oldest)
    this.#byKey.set(key, groups)
  }

  #shareWith(group: string, signature: string | null): number {
    const other = this.#groups.get(group)?.signature ?? null
    return signature === null || other === null ? 0 : likeness(signature, other)
  }

  #forget(group: string): void {
    for (const key of this.#groups.get(group)?.keys ?? []) {
      const groups = this.#byKey.get(key)
      groups?.delete(group)
      if (groups?.size === 0) this.#byKey.delete(key)
    }
    this.#groups.delete(group)
  }
}

function keysOf(text: string, signature: string | null): [same: string, ...bands: string[]] {
  return [`same-${sameKeyOf(text)}`, ...(signature === null ? [] : bandsOf(signature))]
}
