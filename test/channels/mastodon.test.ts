import { FakeMastodon, token } from '../support/mastodon-fake.ts'
import { kim, type Written as Post } from '../support/mastodon-payloads.ts'
import { describeChannel } from './contract.ts'
import type { Bench, Written } from './contract-bench.ts'
import { abilities, answeredAs, openMastodon, readsOnMastodon, startTroubled, withoutName } from './mastodon-bench.ts'

describeChannel('Mastodon', abilities, async () => {
  const server = await new FakeMastodon().start()
  const troubled: { stop(): Promise<void> }[] = []
  const written = new Map<string, Post>()
  const known = (id: string) => {
    const post = written.get(id)
    if (post === undefined) throw new Error(`"${id}" was not written.`)
    return post
  }
  const write = ({ id, name, text, unanswerable = false }: Written, given = {}) => {
    if (written.has(id)) return server.tell('notification', '{}')
    const by = { ...kim, name, suspended: unanswerable }
    written.set(id, server.write({ text: `@acme ${text}`, by, ...given }))
  }
  return {
    secrets: [token],
    answering: answeredAs(server.write({ by: { ...kim, name: 'Who asks' } })),
    reads: readsOnMastodon,
    async open(trouble, internalHosts) {
      const given = internalHosts && { internalHosts }
      const isWell = trouble === null || trouble === 'answers nobody'
      if (trouble === 'takes in silence') server.fates.push({ stored: true, answer: 'resets' })
      const pace = { sendLimitMs: 5_000, pollMs: 20, reviewMs: 20 }
      if (isWell || trouble === 'takes in silence') return openMastodon(server.url, pace, given)
      const other = await startTroubled(trouble)
      troubled.push(other)
      return openMastodon(other.url, pace, given)
    },
    attach() {},
    write: async message => write(message),
    async disorder([first, ...others]) {
      server.tellsEach = 2
      if (first !== undefined) for (const message of [...others, first]) write(message, { late: message === first })
      server.tellsEach = 1
    },
    writeDirectly: async message => write(message, { visibility: 'direct' }),
    edit: async (id, text) => server.edit(known(id), `@acme ${text}`, true),
    remove: async id => server.remove(known(id), true),
    pass() {},
    async delivered() {
      return server.book.posts.map(({ id, source, visibility }) => {
        return { id, text: withoutName(source ?? ''), isPublic: visibility !== 'direct' }
      })
    },
    async end() {
      await Promise.all([server.stop(), ...troubled.map(other => other.stop())])
    },
  } satisfies Bench
})
