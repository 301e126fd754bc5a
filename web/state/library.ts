import type { Wording, WordingText } from '@muster/shared/incident.ts'

/** What leads see of the wordings: those that were approved, what can be used first; and those that wait for a lead. */
export type Library = { approved: Wording[]; proposed: Wording[] }

export function libraryOf(wordings: Iterable<Wording>, now: number): Library {
  const all = [...wordings].sort((one, other) => other.publishedAt - one.publishedAt)
  const approved = all.filter(({ approvedBy }) => approvedBy !== null)
  const over = (wording: Wording) => Number(isOver(wording, now))
  return {
    approved: approved.sort((one, other) => over(one) - over(other)),
    // Whoever waits longest for an answer stands first.
    proposed: all.filter(({ approvedBy }) => approvedBy === null).reverse(),
  }
}

/** Nobody can begin an answer with it any more. */
export function isOver({ expiresAt }: Pick<Wording, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now
}

/** What of a wording is written, without what became of it. */
export function textOf({ id, title, topic, text, language, channelId, expiresAt }: WordingText): WordingText {
  return { id, title, topic, text, language, channelId, expiresAt }
}
