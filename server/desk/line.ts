import type { Incident } from '@muster/shared/incident.ts'
import type { RoomCommand } from '../domain/decide.ts'
import type { Queue } from '../domain/decision.ts'
import { keyOf, lists } from '../domain/indexes.ts'
import type { Listed, Store } from '../store/store.ts'

/** Looked at beyond what a batch takes: some of those that wait are taken while they are read. */
const spare = 8

type Asked = { command: RoomCommand; attempts: number }
type TakeNext = Extract<RoomCommand, { type: 'conversation/take-next' }>

/** Who waits, as the commands of one batch need it. */
export class Line {
  readonly #byTopic: ReadonlyMap<string, readonly Listed[]>
  readonly #turn: number
  readonly #inTopics = new Map<string, readonly string[]>()
  readonly #oldest: readonly string[]

  private constructor(oldest: readonly Listed[], byTopic: ReadonlyMap<string, readonly Listed[]>, turn: number) {
    this.#oldest = oldest.map(idOf)
    this.#byTopic = byTopic
    this.#turn = turn
  }

  /** `turn`: where contenders who came too late begin to look, from 0 up to 1. */
  static async read(store: Store, room: string, batch: readonly Asked[], turn: () => number): Promise<Line> {
    if (!batch.some(({ command }) => choosing.has(command.type))) return new Line([], new Map(), 0)
    const takers = batch.filter(({ command }) => command.type === 'conversation/take-next')
    const attempts = Math.max(0, ...takers.map(taker => taker.attempts))
    const limit = batch.reduce((sum, { command }) => sum + mostTaken(command), spare + spare * attempts)
    const list = (index: string) => store.list(room, index, { after: null, limit })
    const topics = await knownTopics(
      store,
      room,
      takers.map(({ command }) => command as TakeNext),
    )
    const [oldest, ...inTopics] = await Promise.all([lists.waiting, ...topics.map(lists.waitingIn)].map(list))
    const byTopic = new Map(topics.map((topic, index) => [topic, inTopics[index] ?? []]))
    return new Line(oldest ?? [], byTopic, attempts === 0 ? 0 : turn())
  }

  /** What a command of the batch may look at. */
  of(command: RoomCommand): Queue {
    const inTopics = command.type === 'conversation/take-next' ? this.#of(command.topics) : []
    return { oldest: this.#oldest, inTopics, turn: this.#turn }
  }

  /** Records that will be looked at one after another, to be read in one go. */
  get keys(): string[] {
    const ids = new Set([...this.#oldest, ...[...this.#byTopic.values()].flat().map(idOf)])
    return [...ids].flatMap(id => [keyOf.conversation(id), keyOf.draft(id)])
  }

  #of(topics: readonly string[]): readonly string[] {
    const name = topics.join(' ')
    const known = this.#inTopics.get(name)
    if (known !== undefined) return known
    const listed = topics.flatMap(topic => this.#byTopic.get(topic) ?? [])
    const ids = [...new Set(listed.toSorted((one, other) => one.score - other.score).map(idOf))]
    this.#inTopics.set(name, ids)
    return ids
  }
}

const choosing = new Set<string>(['conversation/claim', 'conversation/claim-several', 'conversation/take-next'])

function mostTaken(command: RoomCommand): number {
  if (command.type === 'conversation/claim-several') return command.conversationIds.length
  return choosing.has(command.type) ? 1 : 0
}

/** The topics somebody wishes for that the incident has: nobody has lists read by making names up. */
async function knownTopics(store: Store, room: string, takers: readonly TakeNext[]): Promise<string[]> {
  const wished = new Set(takers.flatMap(({ topics }) => topics))
  if (wished.size === 0) return []
  const { records } = await store.read(room, [keyOf.incident])
  const incident = records[0]?.value as Incident | undefined
  return (incident?.topics ?? []).map(({ id }) => id).filter(id => wished.has(id))
}

function idOf({ key }: Listed): string {
  return key.slice(keyOf.conversation('').length)
}
