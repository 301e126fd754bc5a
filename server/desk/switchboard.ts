import { setTimeout as pause } from 'node:timers/promises'
import {
  type ChannelHealth,
  type ChannelRecord,
  type ChannelSecrets,
  type Sameness,
  samenessOf,
} from '@muster/shared/channel.ts'
import type { Complaint } from '@muster/shared/complaint.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import { lagObjectiveOf } from '@muster/shared/lag-objective.ts'
import type { Length } from '@muster/shared/length.ts'
import type { Channel, Health, Place, Received, Watermark } from '../channels/channel.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { KeptSecrets } from '../domain/secrets.ts'
import { type LogLine, StoreUnavailable } from '../store/store.ts'
import type { Restraint } from './budgets.ts'
import { CompanyLog } from './company-log.ts'
import type { Desk } from './desk.ts'
import { notOpen } from './not-open.ts'
import { owedBy } from './owed.ts'
import { all } from './picture.ts'
import type { Safe } from './safe.ts'

export type OpenChannel = (record: ChannelRecord, secrets: ChannelSecrets) => Channel

type Surroundings = {
  desk: Desk
  safe: Safe
  open: OpenChannel
  take: (channel: ChannelRecord, received: Received) => Promise<void>
  /** ms since 1970. */
  clock: () => number
  /** Hears of what nobody expected; answers the reference a person can quote. */
  fault: (error: unknown, about: string) => string
}

type Line = {
  record: ChannelRecord
  secrets: ChannelSecrets
  channel: Channel
  stop: AbortController
  ended: Promise<void>
}

/** How long to wait before a channel is read again from a store that was away, ms. */
const againMs = 500

const off: Health = { state: 'off', complaint: null, currentAt: null }

/** The company's channels, connected: follows what is saved of them and opens, changes and closes them accordingly. */
export class Switchboard {
  readonly #surroundings: Surroundings
  readonly #lines = new Map<string, Line>()
  /** Why a channel that is switched on is not open, or receives no more. */
  readonly #closed = new Map<string, Complaint>()
  readonly #closing = new AbortController()
  #log: CompanyLog | null = null
  #plugging: Promise<void> = Promise.resolve()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** Resolves when all that is saved is open, or known not to be. */
  async start(): Promise<void> {
    const { desk, fault } = this.#surroundings
    this.#log = new CompanyLog({
      store: desk.store,
      heard: lines => this.#hear(lines),
      missed: () => this.#plugAll(),
      fault: error => void fault(error, 'channels'),
    })
    await this.#log.begun
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#log?.close()
    await this.#plugging
    await Promise.all([...this.#lines.keys()].map(id => this.#unplug(id)))
  }

  /** The ids of the channels that are open here. */
  open(): string[] {
    return [...this.#lines.keys()]
  }

  channel(id: string): Channel | null {
    return this.#lines.get(id)?.channel ?? null
  }

  /** What the door of a webhook needs to judge a call; null for a channel that is not there or switched off. */
  line(id: string): { record: ChannelRecord; secrets: ChannelSecrets } | null {
    const line = this.#lines.get(id)
    return line === undefined ? null : { record: line.record, secrets: line.secrets }
  }

  length(id: string, text: string, visibility: Visibility): Length | null {
    return this.#lines.get(id)?.channel.length(text, visibility) ?? null
  }

  sameness(id: string): Sameness | null {
    const line = this.#lines.get(id)
    return line === undefined ? null : samenessOf(line.record)
  }

  /** How this node's own connection is doing; null for a channel that is not there or switched off. */
  own(id: string): Health | null {
    const health = this.#lines.get(id)?.channel.health() ?? null
    const complaint = this.#closed.get(id)
    if (complaint === undefined) return health
    return { state: 'away', complaint, currentAt: health?.currentAt ?? null }
  }

  /** How many channels read nothing here, or read too late. */
  troubled(): number {
    const open = [...this.#lines.values()].map(line => line.record)
    const late = open.filter(record => {
      const { state, lagMs } = this.health(record)
      return state === 'away' || (lagMs !== null && lagMs > lagObjectiveOf(record))
    })
    return late.length + [...this.#closed.keys()].filter(id => !this.#lines.has(id)).length
  }

  restraint(id: string): Restraint {
    return this.#lines.get(id)?.record ?? {}
  }

  /** One that is switched on and not open yet is being opened. */
  health(record: ChannelRecord): ChannelHealth {
    const { id, name, settings, enabled } = record
    const { state, complaint, currentAt } = this.own(id) ?? off
    const lagMs = currentAt === null ? null : Math.max(0, this.#surroundings.clock() - currentAt)
    const shown = state === 'off' && enabled ? 'connecting' : state
    return { id, name, kind: settings.kind, state: shown, complaint, lagMs }
  }

  #hear(lines: readonly LogLine[]): void {
    const touched = lines.filter(({ told }) => String(told.type).startsWith('channel/'))
    for (const { told } of touched) this.#plug(String(told.subject))
  }

  async #plugAll(): Promise<void> {
    const records = await all<ChannelRecord>(this.#surroundings.desk.store, company.room, company.channels)
    for (const { id } of records) this.#plug(id)
    await this.#plugging
  }

  /** One after another, so that a channel saved twice in a row is not open twice. */
  #plug(id: string): void {
    this.#plugging = this.#plugging.then(() => this.#plugNow(id))
  }

  /** A store that is away is waited for: nobody tells a second time what was saved. */
  async #plugNow(id: string): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        return await this.#replug(id)
      } catch (error) {
        const reference = this.#surroundings.fault(error, `channel ${id}`)
        if (!(error instanceof StoreUnavailable))
          return void this.#closed.set(id, notOpen('not-opened', error, reference))
        await pause(againMs, null, { signal }).catch(() => {})
      }
    }
  }

  async #replug(id: string): Promise<void> {
    const { desk, safe, open } = this.#surroundings
    const { records } = await desk.store.read(company.room, [company.channel(id), company.secrets(id)])
    const record = (records[0]?.value ?? null) as ChannelRecord | null
    const kept = (records[1]?.value ?? {}) as KeptSecrets
    await this.#unplug(id)
    this.#closed.delete(id)
    if (record === null || !record.enabled) return
    const secrets = safe.open<ChannelSecrets>(company.secrets(id), kept)
    const channel = open(record, secrets)
    const stop = new AbortController()
    this.#lines.set(id, { record, secrets, channel, stop, ended: this.#receive(record, channel, stop.signal) })
  }

  async #receive(record: ChannelRecord, channel: Channel, signal: AbortSignal): Promise<void> {
    try {
      await channel.receive(received => this.#surroundings.take(record, received), this.#placeOf(record.id), signal)
    } catch (error) {
      if (signal.aborted) return
      const reference = this.#surroundings.fault(error, `channel ${record.id} stopped receiving`)
      this.#closed.set(record.id, notOpen('stopped', error, reference))
    }
  }

  async #unplug(id: string): Promise<void> {
    const line = this.#lines.get(id)
    if (line === undefined) return
    this.#lines.delete(id)
    line.stop.abort()
    await line.ended
    await line.channel.close()
  }

  #placeOf(channelId: string): Place {
    const { desk } = this.#surroundings
    return {
      owed: () => owedBy(desk.store, channelId),
      load: async () => {
        const { records } = await desk.store.read(company.room, [company.place(channelId)])
        return (records[0]?.value ?? null) as Watermark | null
      },
      save: async watermark => {
        const id = crypto.randomUUID()
        await desk.handle(company.room, { id, type: 'channel/save-place', channelId, watermark }, muster)
      },
    }
  }
}
