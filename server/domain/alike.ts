import { bandsOf, bytesOf, sameKeyOf, shareOf, signatureOf } from './likeness.ts'

/** From this share of common pieces on two messages say nearly the same: of a bank's questions so grouped nine of ten ask for one thing. */
const nearly = 0.5
/** Groups that are compared with, of one incident: those that somebody joined last. */
const mostGroups = 10_000
/** Of those that share a band the last are looked at: whoever writes thousands that nearly do makes nobody wait. */
const mostUnderAKey = 32

/** What a text is found and compared by; `keys`: what it says once masked, and the bands of its signature. */
type Shape = { signature: Uint8Array | null; keys: readonly string[] }

/**
 * Which of an incident's messages are nearly the same, by how they begin. Each goes to the group whose first is most like
 * it and is never compared with the others of it, so that a group does not drift from one thing to another.
 */
export class Alike {
  /** The one that was joined last stands last, here and under each key. */
  readonly #groups = new Map<string, Shape>()
  readonly #byKey = new Map<string, string | Set<string>>()

  /** The group of a text, which it begins as `own` where none is like it; null where it says nothing. */
  join(text: string, own: string): string | null {
    if (text.trim() === '') return null
    const shape = shapeOf(text)
    const found = this.#nearest(shape)
    const joined = found === null ? shape : (this.#groups.get(found) ?? shape)
    const group = found ?? own
    this.#forget(group)
    this.#keep(group, joined)
    return group
  }

  /** From now on this is the first of a group, if nothing else was. */
  begin(group: string, text: string): void {
    if (!this.#groups.has(group) && text.trim() !== '') this.#keep(group, shapeOf(text))
  }

  /** How many groups a text would be compared with. */
  comparedWith(text: string): number {
    return this.#sharing(shapeOf(text)).size
  }

  /** Two that are as like it were begun at once, on two nodes: both go on with the same one. */
  #nearest(shape: Shape): string | null {
    let found: { group: string; share: number } | null = null
    for (const group of this.#sharing(shape)) {
      const share = this.#shareWith(group, shape)
      const isNearer = found === null ? share >= nearly : share > found.share
      const isTwin = found !== null && share === found.share && group < found.group
      if (isNearer || isTwin) found = { group, share }
    }
    return found?.group ?? null
  }

  /** From 0 to 1, and 2 where both are the same once masked. */
  #shareWith(group: string, { signature, keys }: Shape): number {
    const other = this.#groups.get(group)
    if (other === undefined) return 0
    if (other.keys[0] === keys[0]) return 2
    return signature === null || other.signature === null ? 0 : shareOf(signature, other.signature)
  }

  #sharing({ keys }: Shape): Set<string> {
    return new Set(keys.flatMap(key => listed(this.#byKey.get(key))))
  }

  #keep(group: string, shape: Shape): void {
    this.#groups.set(group, shape)
    for (const key of shape.keys) this.#put(key, [...listed(this.#byKey.get(key)), group])
    const [oldest] = this.#groups.keys()
    if (this.#groups.size > mostGroups && oldest !== undefined) this.#forget(oldest)
  }

  #forget(group: string): void {
    for (const key of this.#groups.get(group)?.keys ?? []) {
      this.#put(
        key,
        listed(this.#byKey.get(key)).filter(each => each !== group),
      )
    }
    this.#groups.delete(group)
  }

  /** Most keys have one group alone. */
  #put(key: string, groups: readonly string[]): void {
    const [only] = groups
    if (only === undefined) this.#byKey.delete(key)
    else this.#byKey.set(key, groups.length === 1 ? only : new Set(groups.slice(-mostUnderAKey)))
  }
}

function shapeOf(text: string): Shape {
  const signature = signatureOf(text)
  const same = `same-${sameKeyOf(text)}`
  if (signature === null) return { signature, keys: [same] }
  return { signature: bytesOf(signature), keys: [same, ...bandsOf(signature)] }
}

function listed(groups: string | ReadonlySet<string> | undefined): string[] {
  if (groups === undefined) return []
  return typeof groups === 'string' ? [groups] : [...groups]
}
