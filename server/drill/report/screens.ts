import type { Observations } from '../observation.ts'
import type { Fault } from './fault.ts'

/** Entries that screens had to miss, each by its own account, and holes in the log as the observer was told it. */
export function sequenceGaps({ screens, log }: Pick<Observations, 'screens' | 'log'>): Fault[] {
  const holes = log.flatMap(({ seq }, index) => {
    const before = log[index - 1]?.seq ?? seq - 1
    return seq === before + 1 ? [] : [`the observer was told ${seq} after ${before}`]
  })
  return [...screens.flatMap(({ person, gaps }) => gaps.map(gap => `${person}: ${gap}`)), ...holes]
}

/** Screens that show something else in the end than one that is opened anew. */
export function divergedScreens({ screens }: Pick<Observations, 'screens'>): Fault[] {
  return screens.flatMap(({ person, difference }) => (difference === null ? [] : [`${person}: ${difference}`]))
}
