import { setTimeout as pause } from 'node:timers/promises'
import { lists } from '@muster/server/domain/indexes.ts'
import { Letters } from '@muster/server/drill/letters.ts'
import type { Random } from '@muster/server/drill/random.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Held } from './kill-customers.ts'
import type { KillStage } from './kill-stage.ts'
import type { Fate, MortalProcess } from './mortal-process.ts'
import type { Step } from './mortal-steps.ts'
import { pace } from './played-networks.ts'

/** How long nobody serves: within the lease of whoever died, longer, and longer than a network remembers a key. */
const downMs = { 0: 2, 35000: 3, 300000: 4, 4500000: 1 }
/** What was handed in may be taken back for some seconds. */
const laterMs = 61_000
/** After this long without a change a server will not come to its fate. */
const patienceMs = 1_200
/** A lead leaves a channel the time to find out by itself. */
const settleAfterMs = 60_000
const mostSettled = 20
const mostTurns = 200
/** After this long without a change there is nothing more to be done at that time. */
const quietMs = 400

type Written = Held & { replyId: string; text: string }

/** A chain of servers on one store, each killed at a step of delivery, while replies are handed in. */
export class KillLives {
  readonly accepted = new Map<string, Written>()
  /** At which steps servers died, how often; `no step`: it was killed where it stood, as it never came to its own. */
  readonly deaths = new Map<Step | 'no step', number>()
  /** What a lead said of what no channel can find out. */
  readonly settled = { arrived: 0, not: 0 }
  readonly #stage: KillStage
  readonly #random: Random
  readonly #letters = new Letters()
  readonly #waiting: Written[]

  constructor(stage: KillStage, random: Random) {
    this.#stage = stage
    this.#random = random
    this.#waiting = stage.held.map((each, index) => {
      const text = `We are on it, ${each.address.slice(1)}. This is reply ${index}.`
      return { ...each, replyId: crypto.randomUUID(), text }
    })
    stage.networks.letters = this.#letters
  }

  /** True where the server came to its fate. */
  async live(fate: Fate, replies: number): Promise<boolean> {
    const stage = this.#stage
    stage.later(Number(this.#random.weighted(downMs)))
    const server = stage.start(fate)
    stage.reaper.order(fate, server.pid)
    if (await server.ready()) {
      await Promise.all([this.#handIn(replies), this.#lead()])
      stage.later(laterMs, server)
      await this.#untilQuiet(patienceMs, server)
    }
    stage.reaper.pardon()
    const reached = !server.lives
    await server.kill()
    const where = reached ? fate.step : 'no step'
    this.deaths.set(where, (this.deaths.get(where) ?? 0) + 1)
    return reached
  }

  /** In fair weather one server lives on, until nothing is on its way. Throws where that never comes. */
  async settle(): Promise<void> {
    const stage = this.#stage
    stage.networks.weather = 'fair'
    const server = stage.start(null)
    await server.ready()
    while (server.lives && this.#waiting.length > 0) await this.#handIn(50)
    for (let turn = 0; (await this.#onTheirWay()) > 0; turn++) {
      if (turn > mostTurns) throw new Error(`${await this.#onTheirWay()} replies are still on their way`)
      stage.later(1.1 * pace.perMs, server)
      await this.#untilQuiet(quietMs, server)
      await this.#lead()
    }
    await server.kill()
  }

  /** What is not answered is handed in again in the next life, as it was. */
  async #handIn(replies: number): Promise<void> {
    const { incidentId } = this.#stage
    await Promise.all(
      this.#waiting.splice(0, replies).map(async written => {
        const { replyId: id, conversationId, fence, text } = written
        this.#letters.wrote(id, written, text)
        const about = { incidentId, conversationId, fence, epoch: 1, through: 1 }
        const submit = { id, type: 'reply/submit', ...about, text } as const
        const outcome = await this.#stage.ask('responder', submit)
        if (outcome === null) this.#waiting.push(written)
        else if (outcome.type === 'done') this.accepted.set(id, written)
        else throw new Error(`a reply was answered ${JSON.stringify(outcome)}`)
      }),
    )
  }

  /** A lead looks into the networks for what no channel can find out. */
  async #lead(): Promise<void> {
    const { incidentId, networks, now } = this.#stage
    const open = (await this.#doubted())
      .filter(({ since }) => now - since > settleAfterMs)
      .map(({ id: replyId, to }) => ({ replyId, arrived: networks.look(to.channelId, replyId) }))
    await Promise.all(
      open.slice(0, mostSettled).map(async ({ replyId, arrived }) => {
        if (arrived === null) return
        const command = { id: crypto.randomUUID(), type: 'reply/settle', incidentId, replyId, arrived } as const
        const outcome = await this.#stage.ask('lead', command)
        if (outcome?.type === 'done') this.settled[arrived ? 'arrived' : 'not'] += 1
      }),
    )
  }

  async #doubted(): Promise<(Reply & { state: 'uncertain' })[]> {
    const { store, incidentId } = this.#stage
    const listed = await store.list(incidentId, lists.unsettled, { after: null, limit: 100_000 })
    return listed.map(({ stored }) => stored.value as Reply).filter(reply => reply.state === 'uncertain')
  }

  async #onTheirWay(): Promise<number> {
    const { store, incidentId } = this.#stage
    const counts = await Promise.all([lists.outbox, lists.sending].map(list => store.count(incidentId, list)))
    return counts.reduce((sum, count) => sum + count, (await this.#doubted()).length)
  }

  /** It is dead, or nothing has been told for so long. */
  async #untilQuiet(ms: number, server: MortalProcess): Promise<void> {
    let [seq, since] = [0, performance.now()]
    while (server.lives && performance.now() - since < ms) {
      const top = await this.#stage.store.top(this.#stage.incidentId)
      if (top.seq !== seq) [seq, since] = [top.seq, performance.now()]
      await pause(20)
    }
  }
}
