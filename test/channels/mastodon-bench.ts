import type { Answered, Channel, Outgoing } from '@muster/server/channels/channel.ts'
import { MastodonChannel } from '@muster/server/channels/mastodon.ts'
import { defaultPace, type Pace } from '@muster/server/channels/mastodon-account.ts'
import type { Surroundings } from '@muster/server/channels/surroundings.ts'
import { freePort } from '../support/free-port.ts'
import { FakeMastodon, type Fate, token } from '../support/mastodon-fake.ts'
import type { Written } from '../support/mastodon-payloads.ts'
import type { Abilities, Failure } from './contract-bench.ts'
import { outgoingOf, surroundingsOf } from './workbench.ts'

/** Impatient, so that tests wait for nothing; polling is so rare that only the stream can have told of something. */
export const pace: Pace = {
  ...defaultPace,
  firstPauseMs: 10,
  longestPauseMs: 50,
  restMs: 1,
  pollMs: 600_000,
  pollAloneMs: 10,
  reviewMs: 600_000,
  askLimitMs: 2_000,
  sendLimitMs: 400,
  settleMs: 0,
}

export function openMastodon(
  server: string,
  impatience: Partial<Pace> = {},
  given: Partial<Surroundings> = {},
  secret = token,
) {
  const { surroundings, logged } = surroundingsOf(given)
  const settings = { kind: 'mastodon', server, longest: 500 } as const
  const record = { id: 'social', name: 'Acme on Mastodon', enabled: true, incidentId: null, settings }
  const channel = new MastodonChannel(record, settings, { token: secret }, surroundings, { ...pace, ...impatience })
  return { channel, logged }
}

export function answeredAs({ id, by }: Written): Answered {
  return { externalId: id, visibility: 'public', anchor: { acct: by.acct }, address: `@${by.acct}` }
}

/** A reply to this post. */
export function replyTo(written: Written, given: Partial<Outgoing> = {}): Outgoing {
  const answering = answeredAs(written)
  return outgoingOf({ to: { address: answering.address, name: '' }, answering, submittedAt: Date.now(), ...given })
}

export const abilities: Abilities = {
  idempotency: 'search',
  provesAbsence: true,
  readsOn: true,
  changes: { edited: true, deleted: true },
  subjects: false,
  isPublic: true,
  closes: { why: 'account-gone', how: null },
  isLimitedInLength: true,
  limits: { documented: true, told: true },
  pauseMs: 2_000,
}

const answered = (status: number, headers = {}): Fate => ({
  stored: false,
  answer: response => void response.writeHead(status, headers).end('{"error":"no"}'),
})

/** Where a server with this trouble is. Each is used once. */
export async function startTroubled(trouble: Failure): Promise<{ url: string; post: Written; stop(): Promise<void> }> {
  const server = await new FakeMastodon().start()
  if (trouble === 'refuses') server.fates.push(answered(422))
  if (trouble === 'refuses for now') server.fates.push(answered(401))
  if (trouble === 'wants no more') server.fates.push(answered(429, { 'retry-after': '2' }))
  if (trouble === 'says nothing') {
    server.instead = (_path, response) => {
      response.socket?.destroy()
      return true
    }
  }
  const url = trouble === 'is away' ? `http://127.0.0.1:${await freePort()}` : server.url
  return { url, post: server.write(), stop: () => server.stop() }
}

/** Sends as delivery does: what is unknown is looked for until that is settled, what is absent goes out again. */
export async function deliver(channel: Channel, outgoing: Outgoing): Promise<string> {
  for (;;) {
    const sent = await channel.send(outgoing, AbortSignal.timeout(15_000))
    if (sent.type === 'sent') return sent.externalId
    if (sent.type === 'refused' && !sent.again) throw new Error(sent.setback.sentence)
    if (sent.type === 'refused') continue
    const found = await channel.find(outgoing, AbortSignal.timeout(8_000))
    if (found.type === 'sent') return found.externalId
    if (found.type === 'unknown') throw new Error('It could not be looked for.')
  }
}

/** HTML does not keep that a line is indented, and a reply names whom it answers. */
export const readsOnMastodon = (text: string) => `@acme ${text}`.replace('  indented', 'indented')
export const withoutName = (text: string) => text.replace(/^@\S+ /, '')
