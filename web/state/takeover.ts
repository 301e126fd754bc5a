import type { Facts, Incident } from '@muster/shared/incident.ts'
import type { Moment } from '@muster/shared/moment.ts'
import { age } from './ages.ts'
import type { Concerns } from './concerns.ts'
import type { Counts } from './tally.ts'
import { number, say } from './words.ts'

const told = 60 * 60_000

/** The newest time the command was handed over, as far as the timeline was read. */
export function newestHandOver(moments: readonly Moment[]): Moment | null {
  return moments.find(({ type }) => type === 'incident/handed-over') ?? null
}

/** Whether this person got the command so short ago that they should be told what they took over. */
export function tookOver(handOver: Moment | null, commanderId: string, personId: string, now: number): boolean {
  return handOver !== null && commanderId === personId && handOver.by?.id !== personId && now - handOver.at < told
}

type Picture = {
  incident: Incident
  facts: Facts
  counts: Pick<Counts, 'waiting' | 'oldest'>
  concerns: Concerns
  now: number
}

/** What a commander takes over, in a few figures. */
export function takenOver({ incident, facts, counts, concerns, now }: Picture): { label: string; value: string }[] {
  const { epoch, publishedAt } = facts
  return [
    { label: say('command.openSince'), value: age(incident.declaredAt, now) },
    { label: say('board.waiting'), value: number(counts.waiting) },
    { label: say('board.oldest'), value: counts.oldest === null ? '–' : age(counts.oldest, now) },
    {
      label: say('facts.title'),
      value: say('command.factsAge', { epoch: String(epoch), age: age(publishedAt, now) }),
    },
    { label: say('command.unsettled'), value: number(concerns.unsettled) },
    { label: say('command.questions'), value: number(concerns.questions) },
  ]
}
