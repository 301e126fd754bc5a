import { queriesFor, rulesFor } from '@muster/server/channels/x-search.ts'
import { idAt } from '@muster/server/channels/x-snowflake.ts'
import { SavedChannel, type XSettings } from '@muster/shared/channel.ts'
import { wantedBy } from '@muster/shared/wanted.ts'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { problem } from '../support/x-exchange.ts'
import { type Desk, MemoryPlace } from './workbench.ts'
import { openX, receiving, startX } from './x-bench.ts'

const search = '/2/tweets/search/recent'

function textsOf(desk: Desk): string[] {
  return desk.arrivals.map(({ text }) => text).toSorted()
}

function asksOf(api: { asked: string[] }, path: string): number {
  return api.asked.filter(line => line === `GET ${path}`).length
}

test.each([400, 403, 429, 503])(
  '[CH84] a search that X answers with %i keeps nothing else from being read, and is made up for',
  async status => {
    const api = await startX()
    let isRefused = true
    api.interfere = ({ path }) => (isRefused && path === search ? problem(status, 'No search for you') : null)
    const ours = api.world.write(api.account, 'We are back.')
    api.world.write(api.world.person('ann'), 'only quoted', { quotes: ours })
    api.world.write(api.world.person('kim'), '@acme help')
    api.world.write(api.world.person('lee'), 'an outage')
    api.world.direct(api.world.person('zoe'), api.account, 'directly')
    const place = new MemoryPlace()
    const { channel, logged } = openX(api, { settings: { search: { words: ['outage'] } } })
    const begun = Date.now()
    const desk = await receiving(channel, place)
    await until('it is asked again', () => asksOf(api, search) >= 6)
    expect(textsOf(desk)).toEqual(['@acme help', 'directly'])
    expect([Number(place.saved?.posts) >= begun, Number(place.saved?.directs) >= begun]).toEqual([true, true])
    expect([Number(place.saved?.quotes) < begun, Number(place.saved?.words) < begun]).toEqual([true, true])
    expect(channel.health()).toMatchObject({
      state: 'receiving',
      complaint: { code: 'words-unread', place: '@acme', said: 'No search for you' },
    })
    expect(logged.join('\n')).toContain('No search for you')
    isRefused = false
    await until('what was not searched for', () => desk.arrivals.length === 4)
    expect(textsOf(desk)).toContain('an outage')
    await until('nothing is wrong', () => channel.health().complaint === null)
  },
)

test('[CH84] words that X refuses to search for keep no quote from being found, and are not asked for at every look', async () => {
  const api = await startX()
  let refused = 0
  api.interfere = ({ path, query }) => {
    if (path !== search || !query.get('query')?.includes('outage')) return null
    refused++
    return problem(403, 'No such query')
  }
  const ours = api.world.write(api.account, 'We are back.')
  api.world.write(api.world.person('ann'), 'only quoted', { quotes: ours })
  const place = new MemoryPlace()
  const { channel } = openX(api, {
    settings: { directMessages: false, search: { words: ['outage'] } },
    pace: { catchUpStreamMs: 1, catchUpCalledMs: 1, refusedFirstMs: 600_000, refusedLongestMs: 600_000 },
  })
  const desk = await receiving(channel, place)
  await until('many looks', () => place.saves > 20)
  expect(textsOf(desk)[0]).toContain('only quoted')
  expect([refused, channel.health().complaint?.code]).toEqual([1, 'words-unread'])
  expect(Number(place.saved?.quotes)).toBe(Number(place.saved?.posts))
  expect(Number(place.saved?.words)).toBeLessThan(Number(place.saved?.posts))
})

test('[CH84] after a start the search goes on where it was refused', async () => {
  const api = await startX()
  const dayAgo = Date.now() - 86_400_000
  const refusedAt = Date.now() - 7_200_000
  const place = new MemoryPlace()
  place.saved = { posts: Date.now(), directs: Date.now(), quotes: dayAgo, words: refusedAt }
  const from: string[] = []
  api.interfere = ({ path, query }) => {
    if (path === search) from.push(query.get('since_id') ?? '')
    return null
  }
  const settings = { directMessages: false, search: { words: ['outage'] } }
  await receiving(openX(api, { settings }).channel, place)
  expect(from.slice(0, 2)).toEqual([dayAgo - 120_000, refusedAt - 120_000].map(idAt))
})

const settings: XSettings = {
  kind: 'x',
  api: 'https://api.x.com',
  userId: '1',
  username: 'acme',
  plan: 'self-serve',
  receive: 'stream',
  directMessages: true,
  search: { words: ['"', 'out\\age', ' \\" '] },
}

test('[CH84] a word of which nothing could be searched for is refused at the door, and searched for by none who has it', () => {
  const record = { id: 'x-acme', name: 'Acme', enabled: true, incidentId: null, settings }
  const { error } = SavedChannel.safeParse(record)
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([
    'settings.search.words.0',
    'settings.search.words.2',
  ])
  expect(error?.issues.map(issue => wantedBy(issue)?.code)).toEqual(['searchable', 'searchable'])
  expect(queriesFor(settings)).toEqual(['("out age") -is:retweet -from:acme'])
  expect(rulesFor({ ...settings, search: { words: ['"'] } })).toEqual([])
})
