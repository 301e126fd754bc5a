import { FakeMastodon, token } from '../support/mastodon-fake.ts'
import { kim } from '../support/mastodon-payloads.ts'
import { type Bench, describeChannel } from './contract.ts'
import { answeredAs, openMastodon, readsOnMastodon, startTroubled, withoutName } from './mastodon-bench.ts'

describeChannel('Mastodon', async () => {
  const server = await new FakeMastodon().start()
  const troubled: { stop(): Promise<void> }[] = []
  const written = new Set<string>()
  return {
    secrets: [token],
    answering: answeredAs(server.write({ by: { ...kim, name: 'Who asks' } })),
    shows: 'once',
    subjects: 'none',
    reads: readsOnMastodon,
    async open(trouble, internalHosts) {
      const given = internalHosts && { internalHosts }
      if (trouble === null) return openMastodon(server.url, { sendLimitMs: 5_000 }, given)
      const other = await startTroubled(trouble)
      troubled.push(other)
      return openMastodon(other.url, {}, given)
    },
    attach() {},
    async write({ id, name, text }) {
      if (written.has(id)) server.tell('notification', '{}')
      else server.write({ text: `@acme ${text}`, by: { ...kim, name } })
      written.add(id)
    },
    async delivered() {
      return server.book.posts.map(({ id, source }) => ({ id, text: withoutName(source ?? '') }))
    },
    async end() {
      await Promise.all([server.stop(), ...troubled.map(other => other.stop())])
    },
  } satisfies Bench
})
