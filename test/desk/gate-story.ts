import { type Ask, askOf } from '@muster/server/desk/ask.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import type { RoomCommand } from '@muster/server/domain/decide.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { type Store, StoreUnavailable } from '@muster/server/store/store.ts'
import type { Command } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { arrivalOf, arriving, cora, declaring, nextId } from '../support/builders.ts'
import { safe } from '../support/desks.ts'
import { type Asked, deeds, everybody, type Step } from './gate-deeds.ts'
import { Ledger, type Way, wayTo } from './gate-ledger.ts'
import type { Asking } from './gate-referee.ts'
import { longest, unwanted } from './gate-texts.ts'

type Given = Asked & { id: string; outcome: Outcome }

const training = {
  ...defaultTraining,
  approvalsToSpotChecked: 2,
  leastApprovals: 1,
  approvalsToTrusted: 2,
  returnsToDemote: 1,
  spotShare: 0.5,
  leastShare: 0.3,
  reviewWithinMs: 3_600_000,
  reviewLeaseMs: 20_000,
  undoMs: 2_000,
}
const never = async (): Promise<Outcome> => {
  throw new Error('no deed asks for this')
}

/** One incident's life on two nodes, each with its own desk on the stores. */
export class Story {
  readonly ledger = new Ledger()
  /** What was asked and by whom, by the command's id. */
  readonly asked = new Map<string, Asking>()
  readonly given: Given[] = []
  readonly faults: unknown[] = []
  readonly room: string
  readonly #stores: readonly [Store, Store]
  readonly #nodes: [Node, Node]
  #now = 1_000_000
  #chance: number

  constructor(stores: readonly [Store, Store], seed: number) {
    this.#stores = stores
    this.#chance = seed
    this.room = nextId('story')
    this.#nodes = [this.#start(0), this.#start(1)]
  }

  async begin(): Promise<void> {
    const policy = { leaseMs: 30_000, claimsPerPerson: 3, training }
    const declare = { ...declaring({ policy, mustNotSay: [unwanted] }), id: this.room }
    const { desk } = this.#nodes[0]
    const join = { type: 'incident/join', incidentId: this.room } as const
    const level = (personId: string, to: 'gated' | 'spot-checked') =>
      desk.handle(
        this.room,
        { id: nextId(), type: 'responder/level', incidentId: this.room, personId, level: to, reason: null },
        muster,
      )
    const customer = (name: string, channelId: string) =>
      desk.handle(this.room, arriving(arrivalOf({ from: { address: `${name}@example.com`, name } }), channelId), muster)
    await Promise.all([
      desk.handle(this.room, declare, cora),
      ...everybody.map(who => desk.handle(this.room, { id: nextId(), ...join }, who)),
      level('bert', 'spot-checked'),
      level('dan', 'gated'),
      ...['kim', 'max', 'moe', 'mae'].map(name => customer(name, 'hook')),
      customer('mia', 'mail'),
    ])
    for (const who of everybody.filter(({ id }) => ['rita', 'bert', 'dan', 'lena'].includes(id))) {
      await desk.handle(
        this.room,
        { id: nextId(), type: 'conversation/take-next', incidentId: this.room, topics: [] },
        who,
      )
    }
  }

  async live(steps: readonly Step[]): Promise<void> {
    let together: Promise<void>[] = []
    for (const step of steps) {
      together.push(this.#do(step))
      if (step.along && together.length < 6) continue
      await Promise.all(together)
      together = []
    }
    await Promise.all(together)
  }

  async #do(step: Step): Promise<void> {
    if (this.#nodes[step.node].way.dead()) this.#nodes[step.node] = this.#start(step.node)
    if (step.do === 'clock') {
      this.#now += step.slip === 9 ? 40_000 : 500 * (1 + (step.text % 6) * step.pick)
      return
    }
    if (step.do === 'crash') {
      this.#nodes[step.node].way.crash(step.text % 2 === 0 ? 'before' : 'after')
      return
    }
    if (step.do === 'again') return this.#again(step)
    const asked = deeds[step.do]({ ...step, known: this.ledger.now, count: this.given.length, now: this.#now })
    if (asked !== null) await this.#give(asked, nextId('deed'), step.node)
  }

  /** The same once more: as it was, as another command, or as it was by somebody else. */
  async #again({ pick, who, slip, node }: Step): Promise<void> {
    const former = this.given.at(-1 - (pick % Math.max(1, this.given.length)))
    if (former === undefined) return
    const by = slip === 9 && former.by.id !== muster.id ? (everybody[who] ?? former.by) : former.by
    await this.#give({ ...former, by }, slip % 2 === 0 ? former.id : nextId('deed'), node)
  }

  async #give({ command, by }: Asked, id: string, node: 0 | 1): Promise<void> {
    const whole = { id, incidentId: this.room, ...command }
    if (!this.asked.has(id)) this.asked.set(id, { ...command, by: by.id })
    const { ask, desk } = this.#nodes[node]
    const outcome = await (by.id === muster.id
      ? desk.handle(this.room, whole as unknown as RoomCommand, by)
      : ask(by, whole as unknown as Command).catch(unavailable))
    this.given.push({ command, by, id, outcome })
  }

  #start(node: 0 | 1): Node {
    const way = wayTo(this.#stores[node], this.ledger, () => this.#now)
    const fault = (error: unknown) => {
      if (!(error instanceof StoreUnavailable)) this.faults.push(error)
      return 'a fault'
    }
    const desk = new Desk(way.store, {
      random: () => this.#random(),
      length: (channelId, text) => ({ used: text.length, longest: channelId === 'hook' ? longest : null }),
      sameness: channelId => (channelId === 'hook' ? { likeness: 0.8, allowed: 0 } : null),
      fault,
    })
    const acts = {
      invite: never,
      openJoin: never,
      retryQuarantined: never,
      startDrill: never,
      stopDrill: never,
      incidentDeclared: async () => {},
    }
    return { way, desk, ask: askOf(desk, acts, safe) }
  }

  #random(): number {
    this.#chance = (Math.imul(this.#chance, 1_664_525) + 1_013_904_223) >>> 0
    return this.#chance / 2 ** 32
  }
}

type Node = { way: Way; desk: Desk; ask: Ask }

function unavailable(error: unknown): Outcome {
  if (!(error instanceof StoreUnavailable)) throw error
  return { type: 'unavailable', sentence: error.message, reference: '' }
}
