import { type Answer, found, problem } from './x-exchange.ts'
import { XLists } from './x-lists.ts'
import { type Direct, type Person, shownDirect, shownPerson, type Wording, type XWorld } from './x-world.ts'

/** Answers what is asked of X without changing anything. */
export class XReading {
  readonly lists: XLists
  readonly #world: XWorld
  readonly #account: Person
  readonly #clock: () => number
  readonly #wording: Wording

  constructor(world: XWorld, account: Person, wording: Wording, clock: () => number) {
    this.lists = new XLists(world, wording)
    this.#world = world
    this.#account = account
    this.#clock = clock
    this.#wording = wording
  }

  answer(path: string, query: URLSearchParams): Answer {
    // X refuses parameters that it does not know.
    const unknown = this.#wording === 'openapi' ? 'tweet.fields' : 'post.fields'
    if (query.has(unknown)) return problem(400, `The query parameter [${unknown}] is not one of those that are known.`)
    const [, id = '', list = ''] = /^\/2\/users\/(\d+)(?:\/(\w+))?$/.exec(path) ?? []
    if (list === 'mentions') return found(this.lists.mentions(this.#account.username, query))
    if (list === 'tweets') return found(this.lists.writtenBy(id, query))
    if (path === '/2/tweets') return found(this.lists.lookedUp((query.get('ids') ?? '').split(',')))
    if (path === '/2/tweets/search/recent') return this.#search(query)
    const [, participant] = /^\/2\/dm_conversations\/with\/(\d+)\/dm_events$/.exec(path) ?? []
    if (path === '/2/dm_events' || participant !== undefined) return this.#directs(participant ?? null, query)
    const person = this.#person(path)
    return person === undefined ? problem(404, `There is nothing at ${path}.`) : found({ data: shownPerson(person) })
  }

  #person(path: string): Person | undefined {
    if (path === '/2/users/me') return this.#account
    const last = path.split('/').at(-1)
    return this.#world.people.find(({ id, username }) => id === last || username === last)
  }

  #search(query: URLSearchParams): Answer {
    const since = Number((BigInt(query.get('since_id') ?? '0') >> 22n) + 1_288_834_974_657n)
    if (since < this.#clock() - 7 * 86_400_000) {
      return problem(400, "'since_id' must be a tweet id created after a week ago.")
    }
    if ((query.get('query') ?? '').length > 512) return problem(400, 'The query is longer than 512 characters.')
    return found(this.lists.search(query))
  }

  #directs(participant: string | null, query: URLSearchParams): Answer {
    const isTheirs = ({ from, to }: Direct) => participant === null || from.id === participant || to.id === participant
    const listed = this.#world.directs.filter(direct => !this.#world.unlisted.has(direct.id) && isTheirs(direct))
    const size = Number(query.get('max_results') ?? 100)
    const at = Number((query.get('pagination_token') ?? 'a-page-of-these-0').split('-').at(-1))
    const page = listed.toReversed().slice(at, at + size)
    const next = listed.length > at + size ? { next_token: `a-page-of-these-${at + size}` } : {}
    const meta = { result_count: page.length, ...next }
    if (page.length === 0) return found({ meta })
    const users = [...new Set(page.map(({ from }) => from))].map(shownPerson)
    return found({ data: page.map(shownDirect), includes: { users }, meta })
  }
}
