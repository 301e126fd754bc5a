import type { Conversation } from '@muster/shared/conversation.ts'
import type { Wording } from '@muster/shared/incident.ts'

/** A wording as it was when it was put into a draft. */
export type UsedWording = { id: string; title: string; text: string }

/** One that is not what it was; `now` is null where it may not be used any more. */
export type TurnedWording = { used: UsedWording; now: Wording | null; expired: boolean }

type Customer = Pick<Conversation, 'topics' | 'language'> & { human: Pick<Conversation['human'], 'channelId'> }

function isCurrent({ approvedBy, expiresAt }: Wording, now: number): boolean {
  return approvedBy !== null && !hasExpired({ expiresAt }, now)
}

function hasExpired({ expiresAt }: Pick<Wording, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now
}

/** Those anybody may use at this time. */
export function currentOf(wordings: Iterable<Wording>, now: number): Wording[] {
  return [...wordings].filter(wording => isCurrent(wording, now))
}

/**
 * For one customer: by topic, theirs first, then what fits any; within that by channel, then by language, then by title. What
 * was made for another topic, channel or language stands last and can be used all the same.
 */
export function inOrder(wordings: Iterable<Wording>, { topics, language, human: { channelId } }: Customer): Wording[] {
  const rank = (wording: Wording) => [
    fit(wording.topic, topics),
    fit(wording.channelId, [channelId]),
    fit(wording.language, language === null ? [] : [language]),
  ]
  return [...wordings]
    .map(wording => ({ wording, rank: rank(wording).join('') }))
    .sort((one, other) => one.rank.localeCompare(other.rank) || one.wording.title.localeCompare(other.wording.title))
    .map(({ wording }) => wording)
}

function fit(made: string | null, wanted: readonly string[]): 0 | 1 | 2 {
  if (made === null) return 1
  return wanted.includes(made) ? 0 : 2
}

export function turned(
  used: readonly UsedWording[],
  wordings: ReadonlyMap<string, Wording>,
  time: number,
): TurnedWording[] {
  return used.flatMap(each => {
    const wording = wordings.get(each.id) ?? null
    const now = wording !== null && isCurrent(wording, time) ? wording : null
    if (now?.text === each.text) return []
    return [{ used: each, now, expired: wording !== null && hasExpired(wording, time) }]
  })
}

/** What is to be written at `at`, so that it touches no word beside it. */
export function spaced(inserted: string, text: string, at: number): string {
  const before = at > 0 && !/\s/.test(text[at - 1] ?? '') ? ' ' : ''
  const after = at < text.length && !/[\s.,;:!?]/.test(text[at] ?? '') ? ' ' : ''
  return before + inserted + after
}
