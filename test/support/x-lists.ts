import { addressOf, namesIn, type Post, shownPerson, shownPost, type Wording, type XWorld } from './x-world.ts'

/** X's lists of posts: what is asked for by query parameters, turned in pages, the newest first. */
export class XLists {
  readonly #world: XWorld
  readonly #wording: Wording
  /** X shows no more mentions than these. */
  mostMentions = 800

  constructor(world: XWorld, wording: Wording) {
    this.#world = world
    this.#wording = wording
  }

  mentions(username: string, query: URLSearchParams): Record<string, unknown> {
    const named = this.#world.listed().filter(post => namesIn(post).includes(username.toLowerCase()))
    return this.#page(named.slice(0, this.mostMentions), query)
  }

  writtenBy(id: string, query: URLSearchParams): Record<string, unknown> {
    return this.#page(
      this.#world.listed().filter(({ author }) => author.id === id),
      query,
    )
  }

  search(query: URLSearchParams): Record<string, unknown> {
    const asked = query.get('query') ?? ''
    return this.#page(
      this.#world.listed().filter(post => meets(post, asked)),
      query,
    )
  }

  /** Those that are there, and what is said of the others. */
  lookedUp(ids: readonly string[]): Record<string, unknown> {
    const found = ids.flatMap(id => this.#world.post(id) ?? [])
    const shown = found.filter(({ author }) => !author.followersOnly)
    const problems = ids.flatMap(id => {
      const post = this.#world.post(id)
      if (post === undefined) return [this.#problem('resource-not-found', 'Not Found Error', id)]
      return post.author.followersOnly ? [this.#problem('not-authorized-for-resource', 'Authorization Error', id)] : []
    })
    return {
      ...(shown.length > 0 && { data: this.#shown(shown), includes: this.#includes(shown) }),
      ...(problems.length > 0 && { errors: problems }),
    }
  }

  #page(posts: readonly Post[], query: URLSearchParams): Record<string, unknown> {
    const since = BigInt(query.get('since_id') ?? '0')
    const newer = posts.filter(({ id }) => BigInt(id) > since)
    const from = Number((query.get('pagination_token') ?? query.get('next_token') ?? 'p0').slice(1))
    const size = Number(query.get('max_results') ?? 10)
    const page = newer.slice(from, from + size)
    const goesOn = newer.length > from + size
    return {
      ...(page.length > 0 && { data: this.#shown(page), includes: this.#includes(page) }),
      meta: { result_count: page.length, ...(goesOn && { next_token: `p${from + size}` }) },
    }
  }

  #shown(posts: readonly Post[]): Record<string, unknown>[] {
    return posts.map(post => shownPost(post, this.#world.people, this.#wording))
  }

  #includes(posts: readonly Post[]): Record<string, unknown> {
    return { users: [...new Set(posts.map(({ author }) => author))].map(shownPerson) }
  }

  #problem(type: string, title: string, id: string): Record<string, unknown> {
    return {
      type: `https://api.x.com/2/problems/${type}`,
      title,
      detail: `Could not find tweet with ids: [${id}].`,
      resource_type: 'tweet',
      resource_id: id,
      parameter: 'ids',
      value: id,
    }
  }
}

/** As much of X's query language as is asked: one group of which one must fit, and what must not be. */
export function meets(post: Post, asked: string): boolean {
  const [, group = '', rest = ''] = /^\((.*)\)(.*)$/.exec(asked) ?? []
  const [, writer = ''] = /-from:(\w+)/.exec(rest) ?? []
  if (post.author.username.toLowerCase() === writer.toLowerCase()) return false
  return group.split(' OR ').some(term => fits(post, term))
}

function fits(post: Post, term: string): boolean {
  if (term.startsWith('@')) return namesIn(post).includes(term.slice(1).toLowerCase())
  const [, address] = /^url:"(.*)"$/.exec(term) ?? []
  if (address !== undefined)
    return post.quotes !== null && addressOf(post.quotes).toLowerCase().includes(address.toLowerCase())
  return post.text.toLowerCase().includes(term.replaceAll('"', '').toLowerCase())
}
