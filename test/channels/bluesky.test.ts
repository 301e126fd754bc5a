import { BlueskyNetwork, type Meeting, type Post } from '../support/bluesky-network.ts'
import { freePort } from '../support/free-port.ts'
import { answeringPost, openBluesky } from './bluesky-bench.ts'
import { describeChannel } from './contract.ts'
import type { Abilities, Bench, Failure, Written } from './contract-bench.ts'

const put = 'com.atproto.repo.putRecord'
const say = 'chat.bsky.convo.sendMessage'
const refusing = (status: number, error: string, headers = {}): Meeting => ({
  status,
  body: { error, message: 'said so' },
  headers,
})
const limited = refusing(429, 'RateLimitExceeded', { 'retry-after': '2' })
const meetings: Record<Exclude<Failure, 'is away'> | 'takes in silence', (name: string) => Meeting> = {
  refuses: name => (name === put ? refusing(400, 'InvalidRequest') : null),
  'refuses for now': name => (name === put ? refusing(401, 'AccountDeactivated') : null),
  'wants no more': name => (name === put ? limited : null),
  'takes in silence': name => (name === put || name === say ? 'reset after' : null),
  'says nothing': name => (name === put ? 'reset after' : name.endsWith('getRecord') ? 'reset' : null),
}

const abilities: Abilities = {
  idempotency: 'search',
  provesAbsence: true,
  readsOn: true,
  changes: { edited: true, deleted: true },
  subjects: false,
  isPublic: true,
  closes: { why: 'replies-off', how: 'write-directly' },
  isLimitedInLength: true,
  limits: { documented: true, told: true },
  pauseMs: 2_000,
}

describeChannel('bluesky', abilities, async () => {
  const good = await new BlueskyNetwork().start()
  const bad = await new BlueskyNetwork().start()
  const asked = good.mention(good.join('asker.example'), '@acme.example is it down?')
  for (const [did, person] of good.people) bad.people.set(did, person)
  bad.posts.set(asked.uri, asked)
  const written = new Map<string, Post>()
  const known = (id: string) => {
    const post = written.get(id)
    if (post === undefined) throw new Error(`"${id}" was not written.`)
    return post
  }
  const write = async ({ id, name, text, unanswerable = false }: Written) => {
    const before = written.get(id)
    if (before !== undefined) return good.notice(before.uri, 'reply')
    const post = good.mention(good.join('kim.example', { displayName: name }), text)
    written.set(id, Object.assign(post, { repliesOff: unanswerable }))
  }
  return {
    secrets: [good.password, 'access-0', 'refresh-0'],
    answering: answeringPost(asked),
    reads: text => text,
    async open(trouble, internalHosts) {
      const surroundings = { ...(internalHosts && { internalHosts }) }
      const given = { settings: { directMessages: true }, surroundings, pace: { askLimitMs: 5_000 } }
      if (trouble === 'is away') {
        const { own, password } = good
        return openBluesky({ url: `http://127.0.0.1:${await freePort()}`, own, password }, given)
      }
      const isWell = trouble === null || trouble === 'answers nobody'
      const network = isWell || trouble === 'takes in silence' ? good : bad
      network.meet = isWell ? () => null : meetings[trouble]
      return openBluesky(network, given)
    },
    attach() {},
    write,
    async disorder(messages) {
      good.scrambled = true
      for (const message of [...messages, ...messages]) await write(message)
    },
    async writeDirectly({ name, text }) {
      good.write(good.join('kim.example', { displayName: name }), text)
    },
    edit: async (id, text) => good.edit(known(id), text),
    remove: async id => good.remove(known(id)),
    pass() {},
    async delivered() {
      const posted = good.replies.map(({ uri, record }) => ({ id: uri, text: String(record.text), isPublic: true }))
      const said = [...good.chats.values()].flatMap(chat => chat.said.map(each => ({ ...each, chat: chat.id })))
      const ours = said.filter(({ sender }) => sender.did === good.own.did)
      return [...posted, ...ours.map(({ id, chat, text }) => ({ id: `chat:${chat}/${id}`, text, isPublic: false }))]
    },
    end: async () => void (await Promise.all([good.stop(), bad.stop()])),
  } satisfies Bench
})
