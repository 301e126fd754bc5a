import { createHmac } from 'node:crypto'
import { alertDoorOf } from '@muster/server/alert-door.ts'
import { readAlerts } from '@muster/server/alerts/read.ts'
import type { Called, Received } from '@muster/server/channels/channel.ts'
import { readNotice } from '@muster/server/channels/mastodon-notices.ts'
import { toldBy } from '@muster/server/channels/mastodon-told.ts'
import { WebhookChannel } from '@muster/server/channels/webhook.ts'
import { signatureOf } from '@muster/server/channels/webhook-signature.ts'
import { Alerts } from '@muster/server/desk/alerts.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import type { AlertRecord } from '@muster/server/domain/alert.ts'
import type { Quarantined } from '@muster/server/domain/company.ts'
import { fingerprint } from '@muster/server/domain/fingerprint.ts'
import { company, keyOf } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { Alert, type AlertSource } from '@muster/shared/alert.ts'
import { Conversation, Message } from '@muster/shared/conversation.ts'
import { Proposal } from '@muster/shared/proposal.ts'
import { expect } from 'vitest'
import { BlueskyNetwork } from '../support/bluesky-network.ts'
import { cora, nextId } from '../support/builders.ts'
import { safe } from '../support/desks.ts'
import {
  blueskyPayloads,
  chatPayloads,
  editedPayloads,
  groupPayloads,
  hookPayloads,
  mastodonPayloads,
  pagerDutyPayloads,
  type Sample,
  searchedPayloads,
  xPayloads,
} from '../support/door-payloads.ts'
import { hookChannel, hookSecret } from '../support/post.ts'
import { secrets as xSecrets } from '../support/x-exchange.ts'
import { openBluesky } from './bluesky-bench.ts'
import { surroundingsOf } from './workbench.ts'
import { openX, readerOf } from './x-bench.ts'

/** Answers what became of what came: it was checked in the store. `key`: another for each that comes. */
export type Door = { samples: readonly Sample[]; bring: (body: Buffer, key: string) => Promise<string> }

/** At which nothing answers. */
const nowhere = 'http://127.0.0.1:9'
const token = 'a token of sixteen or more'
const xAccount = { id: '1111111111111111111', username: 'ExampleUser' }

/** Every door by which something comes without being asked for, before one desk with an open incident. */
export class Doors {
  readonly #desk: Desk
  readonly #intake: Intake
  readonly #incidentId: string
  readonly #alerts: Alerts
  readonly #ends: (() => Promise<unknown>)[] = []

  constructor(desk: Desk, incidentId: string) {
    this.#desk = desk
    this.#intake = new Intake(desk)
    this.#incidentId = incidentId
    const fault = (error: unknown) => {
      throw error
    }
    this.#alerts = new Alerts({ desk, fault, incidentDeclared: async () => {} })
  }

  webhook(): Door {
    const { channel: record, secrets } = hookChannel('posts')
    const channel = new WebhookChannel(record, record.settings, secrets, surroundingsOf().surroundings)
    const bring = async (body: Buffer, key: string) => {
      const now = Date.now()
      const time = String(Math.floor(now / 1_000))
      const signature = signatureOf(hookSecret, key, time, body)
      const headers = { 'webhook-id': key, 'webhook-timestamp': time, 'webhook-signature': signature }
      return this.#answered('posts', await channel.called({ method: 'POST', query: {}, headers, body, now }))
    }
    return { samples: hookPayloads, bring }
  }

  x(): Door {
    const { channel } = openX({ url: nowhere, account: xAccount } as never, { settings: { receive: 'webhook' } })
    const bring = async (body: Buffer) => {
      const signature = createHmac('sha256', xSecrets.consumerSecret).update(body).digest('base64')
      const headers = { 'x-twitter-webhooks-signature': `sha256=${signature}` }
      const call = { method: 'POST', query: {}, headers, body, now: Date.now() } as const
      return this.#answered('x-acme', await channel.called(call))
    }
    return { samples: xPayloads(xAccount.id), bring }
  }

  mastodon(): Door {
    const bring = async (body: Buffer) => {
      const { received } = readNotice(jsonOf(body), 'localhost')
      return received === null ? 'nothing' : await this.#kept('mastodon', received)
    }
    return { samples: mastodonPayloads(), bring }
  }

  bluesky(): Door {
    const { channel } = openBluesky({ url: nowhere, own: { handle: 'acme.example' }, password: 'x' })
    const bring = async (body: Buffer, key: string) => this.#kept('bluesky', await channel.reread(body, key))
    return { samples: blueskyPayloads(), bring }
  }

  mastodonStream(): Door {
    const me = { id: '11', domain: 'localhost' }
    const bring = async (body: Buffer) => {
      const received = toldBy('status.update', body.toString(), me, Date.now())
      return received === null ? 'nothing' : await this.#kept('mastodon', received)
    }
    return { samples: editedPayloads(me), bring }
  }

  xSearch(): Door {
    const { reader, tag } = readerOf({ url: nowhere, account: xAccount } as never)
    const bring = async (body: Buffer) => {
      const received = await reader.searched(body.toString(), AbortSignal.timeout(10_000))
      const kept = await Promise.all(received.map(each => this.#kept('x-acme', each)))
      return kept[0] ?? 'nothing'
    }
    return { samples: searchedPayloads(tag), bring }
  }

  async blueskyChats(): Promise<Door> {
    const net = await new BlueskyNetwork().start()
    this.#ends.push(() => net.stop())
    const kim = net.join('kim.example', { displayName: 'Kim', followers: 9 })
    net.write(kim, 'Hello')
    const { channel } = openBluesky(net, { settings: { directMessages: true } })
    const bring = async (body: Buffer, key: string) => this.#kept('bluesky', await channel.reread(body, key))
    return { samples: chatPayloads(kim.did, 'chat-kim.example'), bring }
  }

  async alerts(kind: AlertSource['kind']): Promise<Door> {
    const rest = { name: kind, enabled: true, playbookId: null, severity: 'sev1', act: 'declare' } as const
    const source: AlertSource = { id: kind, kind, ...rest }
    const save = { id: nextId(), type: 'alert-source/save', source, secrets: { token, signing: token } } as const
    await this.#desk.handle(company.room, sealed(safe, save), cora)
    const door = alertDoorOf({ desk: this.#desk, safe, alerts: this.#alerts })
    const bring = async (body: Buffer) => {
      const signature = `v1=${createHmac('sha256', token).update(body).digest('hex')}`
      const headers = { authorization: `Bearer ${token}`, 'x-pagerduty-signature': signature }
      const { status, body: answer } = await door(kind, { headers, body })
      if (status === 202) return this.#heard(source, body)
      expect(status).toBe(400)
      seemlyRefusal(answer)
      return this.#inQuarantine(kind, fingerprint(body.toString('base64')))
    }
    return { samples: kind === 'pagerduty' ? pagerDutyPayloads : groupPayloads, bring }
  }

  async close(): Promise<void> {
    await Promise.all(this.#ends.map(end => end()))
    await this.#alerts.close()
  }

  async #answered(channelId: string, { received, status, body }: Called): Promise<string> {
    if (status >= 300) seemlyRefusal(body)
    const kept = await Promise.all(received.map(each => this.#kept(channelId, each)))
    return kept[0] ?? (status >= 300 ? `refused with ${status}` : 'nothing')
  }

  /** Takes in what was received, and says as what it is there; fails where it is not, or is not as screens expect it. */
  async #kept(channelId: string, received: Received): Promise<string> {
    await this.#intake.take({ id: channelId, incidentId: null }, received)
    if (received.type === 'unreadable') return this.#inQuarantine(channelId, received.unreadable.externalId)
    if (received.type !== 'arrival' && received.type !== 'edited') return received.type
    const { externalId, text, from } = received.arrival
    const message = await this.#read(this.#incidentId, keyOf.message(messageIdOf(channelId, externalId)))
    expect(message, `${externalId} is in the incident`).toBeTruthy()
    expect(`${text}${from.name}${from.address}`).not.toMatch(/[^\P{Cc}\n\t]/u)
    expect([text.isWellFormed(), from.address !== '']).toEqual([true, true])
    if ((message as { automatic?: boolean }).automatic) return 'automatic'
    const { conversationId } = Message.parse(message)
    Conversation.parse(await this.#read(this.#incidentId, keyOf.conversation(conversationId)))
    return 'message'
  }

  async #heard(source: AlertSource, body: Buffer): Promise<string> {
    const read = readAlerts(source, body, Date.now())
    if (read.type !== 'alerts') throw new Error('what could not be read was taken')
    for (const { key } of read.alerts) {
      const record = (await this.#read(company.room, company.alert(source.id, key))) as AlertRecord | null
      expect(Alert.parse(record?.alert)).toEqual(record?.alert)
      if (record?.proposalId) Proposal.parse(await this.#read(company.room, company.proposal(record.proposalId)))
    }
    return read.alerts.length === 0 ? 'nothing' : 'heard'
  }

  async #inQuarantine(channelId: string, externalId: string): Promise<string> {
    const record = await this.#read(company.room, company.quarantine(fingerprint(channelId, externalId)))
    expect((record as Quarantined | null)?.defect.sentence).toBeTruthy()
    return 'quarantine'
  }

  async #read(room: string, key: string): Promise<unknown> {
    const { records } = await this.#desk.store.read(room, [key])
    return records[0]?.value ?? null
  }
}

function seemlyRefusal(body: object): void {
  expect(body).toMatchObject({ field: expect.stringMatching(/./), sentence: expect.stringMatching(/./) })
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}
