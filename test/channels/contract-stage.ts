import type { Answered, Arrival, Channel, Found, Outgoing, Received, Sent } from '@muster/server/channels/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import { until } from '../support/until.ts'
import type { Abilities, Bench, Delivered, Opened, Trouble, Written } from './contract-bench.ts'
import { answeringArrival, Desk, MemoryPlace, outgoingOf } from './workbench.ts'

export const kim: Written = {
  id: 'first',
  name: 'Kim Élan',
  subject: 'Card declined',
  text: 'Why? <b>Twice</b> "now" \u202eabc 👩‍👩‍👧 Zażółć\n\n  indented',
}

/** A bench, and what one test opens on it. */
export class Stage {
  readonly abilities: Abilities
  readonly #start: () => Promise<Bench>
  readonly #opened: Channel[] = []
  readonly #desks: Desk[] = []
  #bench: Bench | null = null
  #replies = 0

  constructor(abilities: Abilities, start: () => Promise<Bench>) {
    this.abilities = abilities
    this.#start = start
  }

  get bench(): Bench {
    if (this.#bench === null) throw new Error('The bench was not set up.')
    return this.#bench
  }

  /** By which replies leave. */
  get lanes(): Visibility[] {
    return this.abilities.isPublic ? ['public', 'direct'] : ['direct']
  }

  async begin(): Promise<void> {
    this.#bench = await this.#start()
  }

  /** Lets go of what a test opened. */
  async clear(): Promise<void> {
    await Promise.all(this.#desks.splice(0).map(desk => desk.stop()))
    await Promise.all(this.#opened.splice(0).map(channel => channel.close()))
  }

  async end(): Promise<void> {
    await this.#bench?.end()
  }

  async open(trouble: Trouble = null, internalHosts?: readonly string[]): Promise<Opened> {
    const opened = await this.bench.open(trouble, internalHosts)
    this.#opened.push(opened.channel)
    return opened
  }

  /** A desk to which a fresh channel brings what came after this place. */
  async receiving(place = new MemoryPlace(), trouble: Trouble = null): Promise<{ desk: Desk; channel: Channel }> {
    const { channel } = await this.open(trouble)
    const desk = new Desk()
    this.#desks.push(desk)
    this.bench.attach(desk)
    await desk.receive(channel, place)
    return { desk, channel }
  }

  /** Each with a key and words of its own. */
  outgoing(given: Partial<Outgoing> = {}): Outgoing {
    const number = ++this.#replies
    const own = { replyId: `reply-${number}`, key: `reply-${number}`, text: `We are on it (${number}).` }
    return outgoingOf({ ...own, answering: this.bench.answering, submittedAt: Date.now(), ...given })
  }

  /** All that came of this text. */
  async arrivalsOf(desk: Desk, text: string): Promise<Arrival[]> {
    const shown = this.bench.reads(text)
    const found = () => desk.arrivals.filter(arrival => arrival.text === shown)
    await until(`"${text}" arrives`, () => found().length > 0)
    return found()
  }

  async arrivalOf(desk: Desk, text: string): Promise<Arrival> {
    const [arrival] = await this.arrivalsOf(desk, text)
    if (arrival === undefined) throw new Error(`"${text}" did not arrive.`)
    return arrival
  }

  /** What a reply by this lane answers. */
  async answering(lane: Visibility): Promise<Answered | null> {
    if (lane === 'public' || !this.abilities.isPublic) return this.bench.answering
    const text = `psst ${++this.#replies}`
    const { desk } = await this.receiving()
    await this.bench.writeDirectly({ ...kim, id: text, text })
    const arrival = await this.arrivalOf(desk, text)
    await desk.stop()
    return answeringArrival(arrival)
  }

  async deliveredAs(text: string): Promise<Delivered[]> {
    return (await this.bench.delivered()).filter(each => each.text === text)
  }
}

export function send(channel: Channel, outgoing: Outgoing): Promise<Sent> {
  return channel.send(outgoing, AbortSignal.timeout(10_000))
}

export function find(channel: Channel, outgoing: Outgoing): Promise<Found> {
  return channel.find(outgoing, AbortSignal.timeout(10_000))
}

/** Under which id a reply went out; throws where it did not. */
export function idOf(sent: Sent | Found): string {
  if (sent.type === 'sent') return sent.externalId
  throw new Error(`It was not sent: ${JSON.stringify(sent)}`)
}

export function typesTold(desk: Desk): Received['type'][] {
  return [...new Set(desk.taken.map(({ type }) => type))]
}
