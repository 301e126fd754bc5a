import type { Reply } from '@muster/shared/reply.ts'
import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import type { Channel, Found, Outgoing, Sent } from '../channels/channel.ts'
import { muster } from '../domain/decision.ts'
import type { Spent } from '../domain/pool.ts'
import type { Report } from '../domain/report.ts'
import { giveBackSpent, hear, purseOf, type Restraint, spendFor } from './budgets.ts'
import type { Desk } from './desk.ts'
import { tellTry } from './failing-lanes.ts'
import { outgoingOf } from './outgoing.ts'
import type { End } from './sending-times.ts'
import { type Judged, judge, judgeFound, thrown, type Verdict } from './verdict.ts'

/** How long one sending may take where its channel does not say, and one looking, in ms. */
const usualSendMs = 15_000
const longestFindMs = 8_000
/** A worker has a reply to itself for the longest sending, and so long besides. */
const besidesMs = 15_000
/** Begun later than this after it was taken, a sending could outlast its lease. */
const latestStartMs = besidesMs - 3_000

export type Surroundings = {
  desk: Desk
  channel: (id: string) => Channel | null
  restraint: (id: string) => Restraint
  worker: string
  random: () => number
  /** In which language a text is written, ISO 639-1; null where that cannot be told. */
  languageOf: (text: string) => string | null
  fault: (error: unknown, about: string) => void
  /** How long what is being sent may still take when this process stops; left out: 15 seconds. */
  hurryMs?: number
}

/** A reply in its incident, looked at at `now` by the store's clock. */
export type Way = { incidentId: string; reply: Reply; now: number }

export type Tried = { spent: Spent; end: End }

type Taken = { reply: Reply; channel: Channel; outgoing: Outgoing; at: number }
/** Why it was not taken: it may not leave, or another worker took it; where nobody knows, perhaps another did. */
type Missed = 'stopped' | 'anothers'

/**
 * Sends one reply, under a lease of its own, and writes down what became of it.
 *
 *     spend ─▶ take (gate once more) ─▶ send ─▶ sent
 *       └─▶ waits for its limit          ├────▶ limited: waits as before, and so does its lane
 *                                        ├────▶ refused: again later, or back to its writer
 *                                        └────▶ unknown: looked for ─▶ sent, or again where that cannot double it, or uncertain
 *
 * A worker that dies leaves its lease to end; whoever takes the reply over looks for it first, for it may have been sent.
 */
export class Sending {
  readonly #surroundings: Surroundings
  readonly #hurry = new AbortController()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** What takes longer than usual is called off: who stops this process does not wait for it. */
  hurry(): void {
    setTimeout(() => this.#hurry.abort(), this.#surroundings.hurryMs ?? usualSendMs).unref()
  }

  /** What the limits said, and what came of it; null where it was not asked or did not answer. */
  async deliver(way: Way): Promise<Tried | null> {
    const { desk, channel: channelOf, restraint } = this.#surroundings
    const { incidentId, reply } = way
    const channel = channelOf(reply.to.channelId)
    if (channel === null) return null
    const purse = purseOf(channel, restraint(channel.id), { text: reply.text, visibility: reply.target.visibility })
    const spent = await spendFor(desk, way, purse)
    if (spent === null) return null
    if (!spent.granted) return { spent, end: 'limited' }
    const taken = await this.#take(way, channel, 'delivery/take')
    if (typeof taken === 'string') {
      // What was let through for this try was let through once, and whoever took it sends with that.
      if (taken === 'stopped') await giveBackSpent(desk, way, purse, spent)
      return { spent, end: 'over' }
    }
    const earlier = await this.#earlier(taken)
    if (earlier !== null) {
      await Promise.all([giveBackSpent(desk, way, purse, spent), this.#report(way, earlier)])
      return { spent, end: endOf(earlier) }
    }
    const limit = AbortSignal.any([AbortSignal.timeout(longestSendOf(channel)), this.#hurry.signal])
    const sent = await channel.send(taken.outgoing, limit).catch(this.#thrown)
    const heard = hear(desk, incidentId, { about: taken.reply, purse, spent, sent })
    // Who is put back to wait must not be asked for again before its lane is known to be closed.
    if (sent.type === 'refused' && sent.limited) await heard
    const verdict =
      judge(sent, this.#judged(taken)) ??
      (await this.#look(taken, 'setback' in sent ? sent.setback : setbackOf('unclear')))
    const told = tellTry(desk, { ...way, reply: taken.reply }, { lane: purse.lane, troubled: spent.troubled }, verdict)
    await Promise.all([heard, told, this.#report(way, verdict)])
    return { spent, end: endOf(verdict) }
  }

  /** Finds out what became of a reply whose worker is gone. */
  async recover(way: Way): Promise<void> {
    const channel = this.#surroundings.channel(way.reply.to.channelId)
    const setback = setbackOf('stopped')
    const taken = await this.#take(way, channel, 'delivery/take-over')
    if (typeof taken === 'string') return
    if (channel === null) return this.#report(way, { type: 'delivery/uncertain', setback, seekable: true })
    const known = judge({ type: 'unknown', setback }, this.#judged(taken))
    return this.#report(way, known ?? (await this.#look(taken, setback)))
  }

  /** Back to its writer, as nobody switched its channel on again. */
  async giveUp(way: Way): Promise<void> {
    const taken = await this.#take(way, null, 'delivery/take')
    const setback = setbackOf('switched-off')
    if (typeof taken !== 'string') await this.#report(way, { type: 'delivery/failed', setback })
  }

  /** Asks the network for a reply of which nobody knows whether it arrived. */
  async seek({ incidentId, reply }: Way): Promise<void> {
    const { desk, channel: channelOf, languageOf, worker } = this.#surroundings
    if (reply.state !== 'uncertain') return
    const { id: replyId, looks, attempts } = reply
    const seek = { id: crypto.randomUUID(), type: 'delivery/seek', replyId, looks } as const
    const outcome = await desk.handle(incidentId, seek, muster)
    const channel = channelOf(reply.to.channelId)
    if (outcome.type !== 'done' || outcome.answer.taken !== true || channel === null) return
    const outgoing = await outgoingOf(desk.store, incidentId, reply, { triedAt: reply.takenAt, languageOf })
    const found = await findIn(channel, outgoing)
    const id = crypto.randomUUID()
    if (found.type === 'absent')
      await desk.handle(incidentId, { id, type: 'delivery/absent', replyId, attempts }, muster)
    if (found.type !== 'sent') return
    const { externalId, link = null } = found
    await desk.handle(incidentId, { id, type: 'delivery/sent', replyId, worker, externalId, link }, muster)
  }

  async #take(
    { incidentId, reply }: Way,
    channel: Channel | null,
    type: 'delivery/take' | 'delivery/take-over',
  ): Promise<Taken | Missed> {
    const { desk, worker, languageOf } = this.#surroundings
    const at = performance.now()
    const id = crypto.randomUUID()
    const take = { id, type, replyId: reply.id, worker, leaseMs: leaseOf(channel) }
    const outcome = await desk.handle(incidentId, take, muster)
    if (outcome.type !== 'done') return 'anothers'
    const { answer } = outcome
    if (answer.taken !== true) return Number(answer.attempts ?? 0) > reply.attempts ? 'anothers' : 'stopped'
    const taken = answer.reply as Reply
    const outgoing = await outgoingOf(desk.store, incidentId, taken, { triedAt: reply.takenAt, languageOf })
    return { reply: taken, channel: channel as Channel, outgoing, at }
  }

  /** A channel throws for nothing that its network does: this is for whoever runs Muster. */
  readonly #thrown = (error: unknown): Sent => thrown(error, this.#surroundings.fault)

  /** What must be done instead of sending it: it has arrived already, or this worker was held up for too long. */
  async #earlier({ reply, channel, outgoing, at }: Taken): Promise<Verdict | null> {
    const { mayHaveArrived } = reply
    if (reply.attempts > 1 && (mayHaveArrived || channel.idempotency === 'search')) {
      const found = await findIn(channel, outgoing)
      if (found.type === 'sent') {
        return { type: 'delivery/sent', externalId: found.externalId, link: found.link ?? null }
      }
      // It was tried while its network dropped doubles; that was said of it no longer since.
      if (mayHaveArrived && channel.idempotency !== 'native' && found.type === 'unknown') {
        const seekable = channel.idempotency === 'search'
        return { type: 'delivery/uncertain', setback: setbackOf('earlier'), seekable }
      }
    }
    return performance.now() - at > latestStartMs ? { type: 'delivery/limited', mayHaveArrived } : null
  }

  async #look(taken: Taken, setback: Setback): Promise<Verdict> {
    return judgeFound(await findIn(taken.channel, taken.outgoing), setback, this.#judged(taken))
  }

  #judged({ reply, channel }: Taken): Judged {
    return { reply, idempotency: channel.idempotency, chance: this.#surroundings.random() }
  }

  /** What became of a reply must be written down: it is tried until the lease is over and another may take it. */
  async #report({ incidentId, reply }: Way, verdict: Verdict): Promise<void> {
    const { desk, channel, worker } = this.#surroundings
    const command = { id: crypto.randomUUID(), replyId: reply.id, worker, ...verdict } as Report
    const deadline = performance.now() + leaseOf(channel(reply.to.channelId))
    for (let pause = 100; performance.now() < deadline; pause = Math.min(pause * 2, 5_000)) {
      const outcome = await desk.handle(incidentId, command, muster)
      if (outcome.type === 'done') return
      await new Promise(resolve => setTimeout(resolve, pause))
    }
    this.#surroundings.fault(new Error(`could not write down what became of reply ${reply.id}`), verdict.type)
  }
}

/** How long a channel's sending may take before its fate is not waited for, in ms. */
export function longestSendOf(channel: Channel | null): number {
  return channel?.longestSendMs ?? usualSendMs
}

function leaseOf(channel: Channel | null): number {
  return longestSendOf(channel) + besidesMs
}

function endOf({ type }: Verdict): End {
  if (type === 'delivery/limited') return 'limited'
  return type === 'delivery/again' ? 'again' : 'over'
}

function findIn(channel: Channel, outgoing: Outgoing): Promise<Found> {
  return channel.find(outgoing, AbortSignal.timeout(longestFindMs)).catch(() => ({ type: 'unknown' as const }))
}
