import type { Channel } from '@muster/server/channels/channel.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import type { Restraint } from '@muster/server/desk/budgets.ts'
import { Delivery } from '@muster/server/desk/delivery.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import { Lingering } from '@muster/server/desk/lingering.ts'
import { Outlook } from '@muster/server/desk/outlook.ts'
import { Placing, type Queued } from '@muster/server/desk/placing.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { Unplaced } from '@muster/server/desk/unplaced.ts'
import { type IncidentWeather, Weather } from '@muster/server/desk/weather.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Conversation, Visibility } from '@muster/shared/conversation.ts'
import type { Policy } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { ada, arrivalOf, arriving, cora, declaring, muster, nextId } from './builders.ts'
import { safe } from './desks.ts'
import { Broken } from './faulty-network.ts'
import { type Enforced, Ledger, type LimitedGiven, LimitedNetwork } from './limited-network.ts'
import { type Life, mortal } from './mortal.ts'
import { hookChannel } from './post.ts'
import { withClock } from './turned-clock.ts'

/** Whatever nobody meant to fail. */
const fault = (error: unknown): string => {
  if (!(error instanceof Broken)) throw error
  return ''
}

type Written = {
  waitedMs?: number
  visibility?: Visibility
  reach?: number
  text?: string
  incidentId?: string
  acknowledgeable?: boolean
}

/** An incident with channels whose replies leave by the test's own clock. */
export class Pier {
  readonly desk: Desk
  readonly networks = new Map<string, Channel>()
  readonly restraints = new Map<string, Restraint>()
  readonly unplaced = new Unplaced(() => {})
  readonly #deliveries: Delivery[] = []
  incidentId = ''
  /** How far behind every channel is said to be, ms. */
  lagMs: number | null = null
  now = Math.floor(Date.now() / 86_400_000) * 86_400_000

  private constructor(store: Store) {
    this.desk = this.deskOn(withClock(store, async () => this.now))
  }

  static async open(store: Store, policy: Partial<Policy> = {}): Promise<Pier> {
    const pier = new Pier(store)
    pier.incidentId = await pier.declare(policy)
    return pier
  }

  deskOn(store: Store): Desk {
    const length = (id: string, text: string) => this.networks.get(id)?.length(text, 'public') ?? null
    return new Desk(store, { random: () => 0.5, sameness: () => null, length, fault })
  }

  async declare(policy: Partial<Policy> = {}): Promise<string> {
    const declare = declaring({ policy: { leaseMs: 3_600_000, claimsPerPerson: 1_000_000, ...policy } })
    await this.desk.handle(declare.id, declare, cora)
    await mirrorIncident(this.desk, declare.id)
    const join = { id: nextId(), type: 'incident/join', incidentId: declare.id } as const
    await this.desk.handle(declare.id, join, ada)
    return declare.id
  }

  add<N extends Channel>(network: N): N {
    this.networks.set(network.id, network)
    return network
  }

  /** A network that keeps these limits by the pier's clock, and a count of its own unless it is given one. */
  limited(enforced: readonly Enforced[], given: Partial<LimitedGiven> = {}): LimitedNetwork {
    const usual = { ledger: new Ledger(), clock: () => this.now, enforced }
    return this.add(new LimitedNetwork(nextId('network'), { ...usual, ...given }))
  }

  /** A worker that looks when it is told to, and is stopped within `hurryMs`. */
  worker(desk: Desk = this.desk, hurryMs = 15_000): Delivery {
    const delivery = this.#workerOn(desk, id => this.networks.get(id) ?? null, hurryMs)
    this.#deliveries.push(delivery)
    return delivery
  }

  /** Has the company know a channel by its network. */
  async save(network: Pick<Channel, 'id'>, given: Partial<ChannelRecord> = {}): Promise<void> {
    const { channel, secrets } = hookChannel(network.id)
    const settings = { kind: 'mastodon', server: 'https://social.example', longest: 500 } as const
    const save = {
      id: nextId(),
      type: 'channel/save',
      secrets,
      channel: { ...channel, settings, incidentId: this.incidentId, ...given },
    } as const
    await this.desk.handle(company.room, sealed(safe, save), cora)
    this.restraints.set(network.id, given)
  }

  /** What this node tells, and to whom it is told. */
  weather(sendMs = 0, sharedMs = 0) {
    const told: IncidentWeather[] = []
    const outlook = new Outlook({
      store: this.desk.store,
      lingering: new Lingering(this.desk.store),
      channel: id => this.networks.get(id) ?? null,
      sending: lane => ({ ms: sendMs, tries: this.#deliveries[0]?.sendingOf(lane).tries ?? 1 }),
      sharedMs,
    })
    const weather = new Weather({
      desk: this.desk,
      outlook,
      health: ({ id, name, settings }) => {
        return { id, name, kind: settings.kind, state: 'receiving', complaint: null, lagMs: this.lagMs }
      },
      watched: () => [this.incidentId],
      tell: each => told.push(each),
      fault,
    })
    return { weather, told, placing: new Placing(this.desk, outlook) }
  }

  /** A worker that dies. */
  dying(life: Life): Delivery {
    return this.#workerOn(this.deskOn(mortal(this.desk.store, life)), id => {
      const network = this.networks.get(id)
      return network ? mortal<Channel>(network, life) : null
    })
  }

  #workerOn(desk: Desk, channel: (id: string) => Channel | null, hurryMs = 15_000): Delivery {
    return new Delivery({
      desk,
      lingering: new Lingering(desk.store),
      worker: nextId('worker'),
      channel,
      restraint: id => this.restraints.get(id) ?? {},
      open: () => [...this.networks.keys()],
      isUnplaced: id => this.unplaced.has(id),
      random: () => 0.5,
      languageOf: () => null,
      fault,
      everyMs: 3_600_000,
      hurryMs,
    })
  }

  /** A customer of the network has waited for so long; Ada answers, and the reply waits in the outbox. */
  async queued(network: Pick<Channel, 'id'>, written: Written = {}): Promise<string> {
    return this.answer(await this.write(network, written), written)
  }

  /** A customer of the network has waited for so long. */
  async write(network: Pick<Channel, 'id'>, written: Written = {}): Promise<string> {
    const { waitedMs = 0, visibility = 'public', reach = null, incidentId = this.incidentId } = written
    const address = nextId('customer')
    const identity = `mailto:${address}`
    const from = { address, name: 'Kim', reach, ...(written.acknowledgeable && { identity }) }
    const arrival = arrivalOf({ from, visibility, acknowledgeable: written.acknowledgeable ?? false })
    const acknowledgements = written.acknowledgeable ? 1_000 : 0
    const arrive = { ...arriving(arrival, network.id), acknowledgements, arrivedAt: this.now - waitedMs }
    await this.desk.handle(incidentId, arrive, muster)
    return messageIdOf(network.id, arrival.externalId)
  }

  /** Ada answers, and the reply waits in the outbox. */
  async answer(
    conversationId: string,
    { text = 'We are on it.', id = nextId('reply'), ...written }: Written & { id?: string } = {},
  ): Promise<string> {
    const { incidentId = this.incidentId } = written
    const about = { incidentId, conversationId }
    const claimed = await this.desk.handle(incidentId, { id: nextId(), type: 'conversation/claim', ...about }, ada)
    const { fence } = (claimed as Extract<Outcome, { type: 'done' }>).answer.conversation as Conversation
    const reply = { id, type: 'reply/submit', ...about, fence, epoch: 1, text, through: 1 } as const
    const outcome = await this.desk.handle(incidentId, reply, ada)
    if (outcome.type !== 'done') throw new Error(`the reply was not taken: ${JSON.stringify(outcome)}`)
    return reply.id
  }

  async several(network: Pick<Channel, 'id'>, count: number, written: Written = {}): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, () => this.queued(network, written)))
  }

  /** Lets every worker do what there is to do now. */
  async work(...workers: Delivery[]): Promise<void> {
    for (const worker of workers.length > 0 ? workers : this.#deliveries) worker.wake()
    await Promise.all((workers.length > 0 ? workers : this.#deliveries).map(worker => worker.idle()))
  }

  async wait(ms: number): Promise<void> {
    this.now += ms
    await this.work()
  }

  async reply(id: string, incidentId = this.incidentId): Promise<Reply> {
    const { records } = await this.desk.store.read(incidentId, [`reply/${id}`])
    return records[0]?.value as Reply
  }

  /** One that waits in the outbox. */
  async waiting(id: string, incidentId = this.incidentId): Promise<Queued> {
    const reply = await this.reply(id, incidentId)
    if (reply?.state !== 'queued') throw new Error(`reply ${id} does not wait: ${reply?.state}`)
    return reply
  }

  async close(): Promise<void> {
    await Promise.all(this.#deliveries.map(delivery => delivery.close()))
  }
}
