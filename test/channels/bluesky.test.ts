import { BlueskyNetwork, type Meeting, type Post } from '../support/bluesky-network.ts'
import { freePort } from '../support/free-port.ts'
import { answeringPost, openBluesky } from './bluesky-bench.ts'
import { type Bench, describeChannel, type Trouble } from './contract.ts'

const put = 'com.atproto.repo.putRecord'
const meetings: Record<Exclude<Trouble, 'is away' | null>, (name: string) => Meeting> = {
  refuses: name =>
    name === put ? { status: 400, body: { error: 'InvalidRequest', message: 'Invalid record' } } : null,
  'refuses for now': name =>
    name === put
      ? {
          status: 429,
          body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
          headers: { 'retry-after': '2' },
        }
      : null,
  'says nothing': name => (name === put ? 'reset after' : name.endsWith('getRecord') ? 'reset' : null),
}

describeChannel('bluesky', async () => {
  const good = await new BlueskyNetwork().start()
  const bad = await new BlueskyNetwork().start()
  const asked = good.mention(good.join('asker.example'), '@acme.example is it down?')
  for (const [did, person] of good.people) bad.people.set(did, person)
  bad.posts.set(asked.uri, asked)
  const written = new Map<string, Post>()
  return {
    secrets: [good.password, 'access-0', 'refresh-0'],
    answering: answeringPost(asked),
    shows: 'once',
    subjects: 'none',
    async open(trouble, internalHosts) {
      const surroundings = { ...(internalHosts && { internalHosts }) }
      if (trouble === null) return openBluesky(good, { surroundings })
      if (trouble === 'is away') {
        const { own, password } = good
        return openBluesky({ url: `http://127.0.0.1:${await freePort()}`, own, password }, { surroundings })
      }
      bad.meet = meetings[trouble]
      return openBluesky(bad, { surroundings })
    },
    attach() {},
    async write({ id, name, text }) {
      const before = written.get(id)
      if (before !== undefined) return good.notice(before.uri, 'reply')
      written.set(id, good.mention(good.join('kim.example', { displayName: name }), text))
    },
    async delivered() {
      return good.replies.map(({ uri, record }) => ({ id: uri, text: String(record.text) }))
    },
    end: async () => void (await Promise.all([good.stop(), bad.stop()])),
  } satisfies Bench
})
