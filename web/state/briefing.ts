import type { Facts } from '@muster/shared/incident.ts'

const wordsPerMinute = 200

/** What a briefing tells of the guidance. */
type Said = {
  know: string
  maySay: string
  mustNotSay: readonly string[]
  example: string
  nextUpdateAt: number | null
}

/** In whole seconds, as somebody reads who is new to it and stressed. */
export function secondsToRead(texts: readonly string[]): number {
  const words = texts.join(' ').split(/\s+/).filter(Boolean).length
  return Math.ceil((words / wordsPerMinute) * 60)
}

/** Whether two epochs say the same here: an approved wording makes another epoch, and stands beside the editor. */
export function saysTheSame(one: Said, other: Said): boolean {
  return toldBy(one) === toldBy(other)
}

function toldBy({ know, maySay, mustNotSay, example, nextUpdateAt }: Said): string {
  return JSON.stringify([know, maySay, mustNotSay, example, nextUpdateAt])
}

export function newest(facts: Facts, other: Facts | null): Facts {
  return other !== null && other.epoch > facts.epoch ? other : facts
}
