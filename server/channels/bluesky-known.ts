import { PostAnchor } from './bluesky-shape.ts'
import type { Owed } from './channel.ts'

/** What is remembered of a post that was taken in: enough to notice that it changed. */
export type KnownPost = {
  /** Null for what could not be read. */
  cid: string | null
  /** Why it could not be answered, when it was last looked at. */
  why: string | null
  /** It names nobody, and was found by its words. */
  searched: boolean
  /** How often in a row it was not there. */
  missed: number
}

const mostPosts = 10_000

/**
 * The newest posts that were taken in, as long as this process runs: so that none is taken in twice, and those that are
 * edited or vanish are noticed. They are looked at again in turn.
 */
export class BlueskyKnown {
  readonly #posts = new Map<string, KnownPost>()
  #turn: string[] = []

  has(uri: string): boolean {
    return this.#posts.has(uri)
  }

  get(uri: string): KnownPost | undefined {
    return this.#posts.get(uri)
  }

  add(uri: string, post: KnownPost): void {
    this.#posts.set(uri, post)
    for (const oldest of this.#posts.keys()) {
      if (this.#posts.size <= mostPosts) return
      this.#posts.delete(oldest)
    }
  }

  /** What was taken in before this process ran, and still waits. Direct messages are no posts. */
  remember({ externalId, anchor, closed }: Owed): void {
    const ref = PostAnchor.safeParse(anchor).data?.parent
    if (ref?.uri !== externalId || this.#posts.has(externalId)) return
    const why = closed?.why ?? null
    this.add(externalId, { cid: ref.cid, why, searched: why === 'not-summoned', missed: 0 })
  }

  forget(uri: string): void {
    this.#posts.delete(uri)
  }

  /** Every post that this account wrote. */
  of(did: string): string[] {
    return [...this.#posts.keys()].filter(uri => uri.startsWith(`at://${did}/`))
  }

  /** Has it looked at next. */
  hurry(uri: string): void {
    if (this.#posts.has(uri)) this.#turn.unshift(uri)
  }

  /** The next to be looked at again, at most so many; each has its turn. */
  next(most: number): string[] {
    if (this.#turn.length === 0) this.#turn = [...this.#posts.keys()]
    return [...new Set(this.#turn.splice(0, most))].filter(uri => (this.#posts.get(uri)?.cid ?? null) !== null)
  }
}
