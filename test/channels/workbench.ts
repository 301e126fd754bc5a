import type {
  Answered,
  Arrival,
  Channel,
  Outgoing,
  Owed,
  Place,
  Received,
  Take,
  Unreadable,
  Watermark,
} from '@muster/server/channels/channel.ts'
import type { Surroundings, Vault } from '@muster/server/channels/surroundings.ts'
import type { ChannelRecord, MailSettings } from '@muster/shared/channel.ts'
import { until } from '../support/until.ts'

export const hmacKey = 'key-of-this-installation'

/** Surroundings that call this machine, with every line that is logged in `logged`. */
export function surroundingsOf(given: Partial<Surroundings> = {}): { surroundings: Surroundings; logged: string[] } {
  const logged: string[] = []
  const surroundings: Surroundings = {
    internalHosts: ['127.0.0.1'],
    clock: Date.now,
    random: () => 0.5,
    hmacKey,
    origin: 'https://muster.example.test',
    vault: memoryVault(),
    spend: () => {},
    mayCost: async () => true,
    log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
    ...given,
  }
  return { surroundings, logged }
}

/** What a channel keeps secret, for as long as a test runs. */
export function memoryVault(): Vault & { kept: string | null } {
  const vault = {
    kept: null as string | null,
    load: async () => vault.kept,
    save: async (secret: string) => {
      vault.kept = secret
    },
  }
  return vault
}

export function outgoingOf(given: Partial<Outgoing> = {}): Outgoing {
  return {
    replyId: 'reply-1',
    key: 'reply-1',
    to: { address: 'customer@example.test', name: 'Kim' },
    subject: 'Card declined',
    text: 'We are on it.\nThe next update comes at 11:00.',
    language: 'en',
    submittedAt: Date.UTC(2026, 10, 23, 10),
    triedAt: null,
    answering: null,
    thread: [],
    ...given,
  }
}

/** What a reply to an arrival is told of it. */
export function answeringArrival(arrival: Arrival | undefined): Answered {
  if (arrival === undefined) throw new Error('Nothing arrived that could be answered.')
  const { externalId, visibility = 'direct', anchor = {}, from } = arrival
  return { externalId, visibility, anchor, address: from.address }
}

export function mailRecord(settings: MailSettings): ChannelRecord {
  return { id: 'mailbox', name: 'Support mailbox', enabled: true, incidentId: null, settings }
}

/** A raw mail of one plain part, with these headers over the usual ones; a header that is undefined is left out. */
export function rawMail(headers: Record<string, string | undefined> = {}, body = 'Hello'): string {
  const given = {
    From: 'Kim <customer@example.test>',
    Subject: 'Card declined',
    Date: 'Mon, 23 Nov 2026 10:00:00 +0000',
    ...headers,
  }
  const lines = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`))
  return [...lines, '', body].join('\r\n')
}

/** Where a channel's place is saved for as long as a test runs. */
export class MemoryPlace implements Place {
  saved: Watermark | null = null
  saves = 0
  /** What it brought before and still waits. */
  waiting: Owed[] = []
  asked = 0

  async load(): Promise<Watermark | null> {
    return structuredClone(this.saved)
  }

  async save(watermark: Watermark): Promise<void> {
    this.saved = structuredClone(watermark)
    this.saves++
  }

  async *owed(): AsyncGenerator<Owed> {
    this.asked++
    yield* this.waiting
  }
}

/** An arrival that is stored and that nobody has answered. */
export function owedOf({ externalId, visibility = 'direct', anchor = {}, from, closed = null, sentAt }: Arrival): Owed {
  return { externalId, visibility, anchor, address: from.address, closed, sentAt, editedAt: null }
}

/** Takes what a channel receives, and waits for it. */
export class Desk {
  readonly taken: Received[] = []
  #stop = new AbortController()
  #running: Promise<void>[] = []
  readonly #take: Take

  constructor(take: Take = async () => {}) {
    this.#take = take
  }

  readonly take: Take = async received => {
    await this.#take(received)
    this.taken.push(received)
  }

  get arrivals(): Arrival[] {
    return this.taken.flatMap(received => (received.type === 'arrival' ? received.arrival : []))
  }

  get unreadables(): Unreadable[] {
    return this.taken.flatMap(received => (received.type === 'unreadable' ? received.unreadable : []))
  }

  /** Has the channel receive until `stop`; resolves when it does. */
  async receive(channel: Channel, place: Place = new MemoryPlace()): Promise<void> {
    this.#running.push(channel.receive(this.take, place, this.#stop.signal))
    await until('the channel receives', () => channel.health().state === 'receiving')
  }

  async arrived(count: number, boundMs?: number): Promise<Arrival[]> {
    await until(`${count} arrivals`, () => this.arrivals.length >= count, boundMs)
    return this.arrivals
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
  }
}

/**
 * The longest this thread kept others waiting while `work` ran, in ms of its own computing: a busy machine, which makes
 * everybody wait, does not count.
 */
export async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0
  let before = process.threadCpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before)
    longest = Math.max(longest, (user + system) / 1000)
    before = process.threadCpuUsage()
  }, 5)
  await work()
  clearInterval(timer)
  return longest
}
