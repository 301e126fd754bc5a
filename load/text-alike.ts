import { Alike } from '@muster/server/domain/alike.ts'
import type { Tagged } from '@muster/server/text/topic-model.ts'
import { microseconds, percent, type Row } from './text-table.ts'

/** From so many on screens tell of a group. */
const several = 3

/** Whether those that are grouped as nearly the same ask for one thing, by the topic a human gave each. */
export function measureAlike(what: string, examples: readonly Tagged[]): Row[] {
  const begin = performance.now()
  const told = groupsOf(examples)
  const spent = performance.now() - begin
  const grouped = told.flat().length
  const topics = examples.map(({ topic }) => topic)
  return [
    [`${what}: ${examples.length} texts`, `${told.length} groups of ${several} and more`, ''],
    ['  texts in them', percent(grouped / examples.length), ''],
    ['  of the topic that most of their group have', percent(agreement(told, topics)), ''],
    ['  the same were the topics dealt out by chance', percent(agreement(told, dealt(topics))), ''],
    ['  the largest', `${Math.max(...told.map(({ length }) => length))}`, ''],
    ['  a text, masked, signed and grouped', microseconds(spent, examples.length), ''],
  ]
}

/** The places of those that are in one group. */
function groupsOf(examples: readonly Tagged[]): number[][] {
  const alike = new Alike()
  const groups = new Map<string, number[]>()
  for (const [place, { text }] of examples.entries()) {
    const group = alike.join(text, `${place}`) ?? ''
    groups.set(group, [...(groups.get(group) ?? []), place])
  }
  return [...groups.values()].filter(({ length }) => length >= several)
}

function agreement(groups: readonly number[][], topics: readonly string[]): number {
  const agreeing = groups.map(group =>
    Map.groupBy(group, place => topics[place])
      .values()
      .map(({ length }) => length),
  )
  return agreeing.reduce((sum, counts) => sum + Math.max(...counts), 0) / groups.flat().length
}

/** In an order that has nothing to do with theirs, the same each time: by steps of a prime. */
function dealt(topics: readonly string[]): string[] {
  return topics.map((_, place) => topics[(place * 7_919) % topics.length] ?? '')
}
