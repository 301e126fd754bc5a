import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { speak } from './speaking.ts'

const asked: string[] = []
const server = createServer(({ url = '' }, response) => {
  asked.push(url)
  if (url.includes('broken')) response.destroy()
  else response.setHeader('content-type', 'application/json').end('{"replies":[{"id":"here","text":"We are on it."}]}')
})

let FirstLines: typeof import('../../web/state/first-lines.svelte.ts').FirstLines

beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const open = fetch
  vi.stubGlobal('fetch', (path: string, request: RequestInit) => open(`http://127.0.0.1:${port}${path}`, request))
  await speak('en')
  ;({ FirstLines } = await import('../../web/state/first-lines.svelte.ts'))
})
beforeEach(() => {
  asked.length = 0
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('[WB90] the first lines of what waits are asked for once, whether or not the answer has them', async () => {
  const lines = new FirstLines('i1')
  const marks = ['here', 'gone'].map(id => ({ id, conversationId: 'c1' }))
  for (const now of [0, 1_000, 60_000]) await Promise.all(marks.map(mark => lines.fetch(mark, now)))
  expect(asked).toHaveLength(2)
  expect(marks.map(({ id }) => lines.of(id))).toEqual(['We are on it.', null])
})

test('[WB90] a server that cannot be reached is not asked again at every turn of the clock', async () => {
  const lines = new FirstLines('i1')
  for (let now = 0; now <= 12_000; now += 1_000) await lines.fetch({ id: 'here', conversationId: 'broken' }, now)
  expect(asked).toHaveLength(2)
})
