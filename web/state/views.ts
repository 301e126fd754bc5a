import { type Order, orders, type Show, type Sieve, shows } from './queue.ts'

/** What somebody wants to see of the queue. `own`: whatever their own topics are by then. */
export type View = {
  show: Show
  order: Order
  topics: 'own' | readonly string[]
  channels: readonly string[]
  search: string
}

export type SavedView = { id: string; name: string; view: View }

export const everybodyWaiting: View = { show: 'waiting', order: 'waiting', topics: [], channels: [], search: '' }

/** Those that are there without anybody's doing. */
export const builtIn = {
  everybody: everybodyWaiting,
  myTopics: { ...everybodyWaiting, topics: 'own' },
  unseen: { ...everybodyWaiting, show: 'unseen' },
  urgent: { ...everybodyWaiting, show: 'urgent', order: 'distress' },
} as const satisfies Record<string, View>

/** What a view means here and now. Topics and channels of another incident ask for nothing. */
export type Meaning = {
  ownTopics: readonly string[]
  knownTopics: ReadonlySet<string>
  knownChannels: ReadonlySet<string>
  personId: string
  longSince: number
}

export function sieveOf({ show, order, topics, channels, search }: View, meaning: Meaning): Sieve {
  const { ownTopics, knownTopics, knownChannels, personId, longSince } = meaning
  const wanted = topics === 'own' ? ownTopics : topics
  return {
    show,
    order,
    topics: new Set(wanted.filter(id => knownTopics.has(id))),
    channels: new Set(channels.filter(id => knownChannels.has(id))),
    search,
    alike: null,
    personId,
    longSince,
  }
}

export function sameView(one: View, other: View): boolean {
  return written(one) === written(other)
}

function written({ show, order, topics, channels, search }: View): string {
  const sorted = topics === 'own' ? topics : topics.toSorted()
  return JSON.stringify([show, order, sorted, channels.toSorted(), search.trim()])
}

/** What was kept on this machine, by whatever version of these screens; what cannot be read is left out. */
export function readViews(text: string | null): SavedView[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(kept) ? kept.filter(isSaved) : []
  } catch {
    return []
  }
}

function isSaved(value: unknown): value is SavedView {
  const { id, name, view } = (value ?? {}) as Partial<SavedView>
  return typeof id === 'string' && typeof name === 'string' && isView(view)
}

function isView(value: unknown): value is View {
  const { show, order, topics, channels, search } = (value ?? {}) as Partial<View>
  const known = shows.some(each => each === show) && orders.some(each => each === order)
  return known && (topics === 'own' || areTexts(topics)) && areTexts(channels) && typeof search === 'string'
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}
