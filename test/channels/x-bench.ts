import type { Answered, Outgoing } from '@muster/server/channels/channel.ts'
import type { Surroundings } from '@muster/server/channels/surroundings.ts'
import { XChannel } from '@muster/server/channels/x.ts'
import { defaultPace, type Pace, tagOf, xAccount } from '@muster/server/channels/x-account.ts'
import { XAuthors } from '@muster/server/channels/x-authors.ts'
import { XClient } from '@muster/server/channels/x-client.ts'
import { XMeter } from '@muster/server/channels/x-known.ts'
import { XReader } from '@muster/server/channels/x-reader.ts'
import type { ChannelSecrets, XSettings } from '@muster/shared/channel.ts'
import { afterEach, expect } from 'vitest'
import { XApi, type XOptions } from '../support/x-api.ts'
import { secrets } from '../support/x-exchange.ts'
import { judgeOfX } from '../support/x-judge.ts'
import type { Post } from '../support/x-world.ts'
import { Desk, MemoryPlace, outgoingOf, surroundingsOf } from './workbench.ts'

/** Impatient, so that tests wait for nothing; what is not told is read so rarely that only what a test does can bring it. */
export const pace: Pace = {
  ...defaultPace,
  askLimitMs: 2_000,
  sendLimitMs: 2_000,
  silenceMs: 500,
  networkStepMs: 5,
  networkLongestMs: 20,
  refusedFirstMs: 10,
  refusedLongestMs: 40,
  limitedFirstMs: 20,
  catchUpCalledMs: 600_000,
  catchUpStreamMs: 600_000,
  catchUpDirectMs: 600_000,
  arrangeMs: 600_000,
  reviewMs: 600_000,
  capMs: 600_000,
  findAgainMs: [5, 10],
}

export const judge = judgeOfX()
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** X, and nothing that it was asked or answered may be other than X describes it. */
export async function startX(given: Partial<XOptions> = {}): Promise<XApi> {
  const api = await XApi.start({ judge: given.wording === 'guides' ? null : judge, ...given })
  ends.push(async () => {
    await api.stop()
    expect(api.violations).toEqual([])
  })
  return api
}

type Given = {
  settings?: Partial<XSettings>
  secrets?: ChannelSecrets
  surroundings?: Partial<Surroundings>
  pace?: Partial<Pace>
}

function settingsOf(api: Pick<XApi, 'url' | 'account'>, given: Partial<XSettings> = {}): XSettings {
  return {
    kind: 'x',
    api: api.url,
    userId: api.account.id,
    username: api.account.username,
    plan: 'self-serve',
    receive: 'stream',
    directMessages: true,
    search: null,
    ...given,
  }
}

/** What reads whatever X shows, without what asks for it. */
export function readerOf(api: Pick<XApi, 'url' | 'account'>) {
  const kept = { token: secrets.token, bearer: secrets.bearer, consumerSecret: secrets.consumerSecret }
  const account = xAccount('x-acme', settingsOf(api), kept, surroundingsOf().surroundings, pace)
  const meter = new XMeter(account.surroundings)
  const reader = new XReader(account, new XAuthors(account, new XClient(account), meter), meter)
  return { reader, tag: tagOf(account) }
}

export function openX(api: Pick<XApi, 'url' | 'account'>, given: Given = {}) {
  const { surroundings, logged } = surroundingsOf(given.surroundings)
  const settings = settingsOf(api, given.settings)
  const record = { id: 'x-acme', name: 'Acme on X', enabled: true, incidentId: null, settings }
  const kept = given.secrets ?? { token: secrets.token, bearer: secrets.bearer, consumerSecret: secrets.consumerSecret }
  const channel = new XChannel(record, settings, kept, surroundings, { ...pace, ...given.pace })
  ends.push(() => channel.close())
  return { channel, logged }
}

/** Has a channel receive for as long as the test runs. */
export async function receiving(channel: XChannel, place = new MemoryPlace(), desk = new Desk()): Promise<Desk> {
  ends.push(() => desk.stop())
  await desk.receive(channel, place)
  return desk
}

export function answeredBy(post: Post): Answered {
  const anchor = { kind: 'post', post: post.id }
  return { externalId: post.versions[0] ?? post.id, visibility: 'public', anchor, address: `@${post.author.username}` }
}

export function replyTo(answering: Answered, given: Partial<Outgoing> = {}): Outgoing {
  return outgoingOf({ to: { address: answering.address, name: '' }, answering, submittedAt: Date.now(), ...given })
}
