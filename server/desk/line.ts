import type { Conversation } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { laneOf, type Pipes } from '@muster/shared/weather.ts'
import type { RoomCommand } from '../domain/decide.ts'
import type { Queue } from '../domain/decision.ts'
import { company, keyOf, laneFor, lists } from '../domain/indexes.ts'
import type { Listed, Store } from '../store/store.ts'

/** Looked at beyond what a batch takes: some of those that wait are taken while they are read. */
const spare = 8
/** Of a topic at least so many are looked at while lanes are slowed: the first of them may all stand behind those. */
const depth = 200

type Asked = { command: RoomCommand; attempts: number }
type TakeNext = Extract<RoomCommand, { type: 'conversation/take-next' }>
type Picture = {
  oldest: readonly Listed[]
  byTopic: ReadonlyMap<string, readonly Listed[]>
  behindPipes: readonly Listed[]
  turn: number
}

/** Who waits, as the commands of one batch need it. */
export class Line {
  readonly #picture: Picture
  readonly #inTopics = new Map<string, readonly string[]>()
  readonly #oldest: readonly string[]
  readonly #behindPipes: readonly string[]

  private constructor(picture: Picture) {
    this.#picture = picture
    this.#oldest = picture.oldest.map(idOf)
    this.#behindPipes = picture.behindPipes.map(idOf)
  }

  /** `turn`: where contenders who came too late begin to look, from 0 up to 1. */
  static async read(store: Store, room: string, batch: readonly Asked[], turn: () => number): Promise<Line> {
    if (!batch.some(({ command }) => choosing.has(command.type))) return new Line(nobody)
    const takers = batch.filter(({ command }) => command.type === 'conversation/take-next')
    const attempts = Math.max(0, ...takers.map(taker => taker.attempts))
    const limit = batch.reduce((sum, { command }) => sum + mostTaken(command), spare + spare * attempts)
    const list = (index: string, most = limit) => store.list(room, index, { after: null, limit: most })
    const wished = takers.map(({ command }) => command as TakeNext)
    const [topics, oldest, known] = await Promise.all([
      knownTopics(store, room, wished),
      list(lists.waiting),
      store.read(room, [keyOf.pipes]),
    ])
    const pipes = known.records[0]?.value as Pipes | undefined
    const jammed = new Set(pipes?.jammed.map(({ lane }) => lane))
    const most = jammed.size === 0 ? limit : Math.max(limit, depth)
    const inTopics = await Promise.all(topics.map(topic => list(lists.waitingIn(topic), most)))
    const byTopic = new Map(topics.map((topic, index) => [topic, inTopics[index] ?? []]))
    const picture = { oldest, byTopic, behindPipes: [], turn: attempts === 0 ? 0 : turn() }
    return new Line(jammed.size === 0 ? picture : await besidePipes(picture, jammed, store, list))
  }

  /** What a command of the batch may look at. */
  of(command: RoomCommand): Queue {
    const inTopics = command.type === 'conversation/take-next' ? this.#of(command.topics) : []
    return { oldest: this.#oldest, inTopics, behindPipes: this.#behindPipes, turn: this.#picture.turn }
  }

  /** Records that will be looked at one after another, to be read in one go. */
  get keys(): string[] {
    const { oldest, byTopic, behindPipes } = this.#picture
    if (oldest.length + byTopic.size + behindPipes.length === 0) return []
    const ids = new Set([...oldest, ...[...byTopic.values()].flat(), ...behindPipes].map(idOf))
    return [keyOf.pipes, ...[...ids].flatMap(id => [keyOf.conversation(id), keyOf.draft(id)])]
  }

  #of(topics: readonly string[]): readonly string[] {
    const name = topics.join(' ')
    const known = this.#inTopics.get(name)
    if (known !== undefined) return known
    const listed = topics.flatMap(topic => this.#picture.byTopic.get(topic) ?? [])
    const ids = [...new Set(listed.toSorted((one, other) => one.score - other.score).map(idOf))]
    this.#inTopics.set(name, ids)
    return ids
  }
}

const nobody: Picture = { oldest: [], byTopic: new Map(), behindPipes: [], turn: 0 }

const choosing = new Set<string>(['conversation/claim', 'conversation/claim-several', 'conversation/take-next'])

function mostTaken(command: RoomCommand): number {
  if (command.type === 'conversation/claim-several') return command.conversationIds.length
  return choosing.has(command.type) ? 1 : 0
}

/** While lanes are slowed those who wait are read lane by lane: hundreds who wait for one hide nobody who waits for another. */
async function besidePipes(
  picture: Picture,
  jammed: ReadonlySet<string>,
  store: Store,
  list: (index: string) => Promise<Listed[]>,
): Promise<Picture> {
  const channels = await store.list(company.room, company.channels, { after: null, limit: 200 })
  const ids = channels.map(({ key }) => key.slice(company.channel('').length))
  const lanes = [...ids.flatMap(id => [laneOf(id, 'public'), laneOf(id, 'direct')]), null]
  const flowing = await Promise.all(
    lanes.filter(lane => lane === null || !jammed.has(lane)).map(lane => list(lists.waitingFor(lane))),
  )
  const isJammed = ({ stored }: Listed) => jammed.has(laneFor(stored.value as Conversation) ?? '')
  const beside = flowing.flat().toSorted((one, other) => one.score - other.score)
  const byTopic = [...picture.byTopic].map(([topic, listed]) => {
    const found = beside.filter(({ stored }) => (stored.value as Conversation).topics.includes(topic))
    const free = new Map([...listed.filter(each => !isJammed(each)), ...found].map(each => [each.key, each]))
    return [topic, [...free.values()]] as const
  })
  return { ...picture, oldest: beside, byTopic: new Map(byTopic), behindPipes: picture.oldest.filter(isJammed) }
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
