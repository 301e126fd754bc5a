import { fold } from '@muster/shared/fold.ts'
import type { Wording } from '@muster/shared/incident.ts'

type Text = { id: string; title: string; text: string }

/**
 * Approved wordings as the gate knows them: those that may be used, and what stood in those that were changed or taken
 * back, for yesterday's wording comes from anywhere, a notepad too.
 */
export type Texts = { approved: (Text & { expiresAt: number | null })[]; retired: Text[] }

export const noTexts: Texts = { approved: [], retired: [] }

const mostRetired = 100

/** With this wording approved; what stood in it before is retired. */
export function withText(texts: Texts, { id, title, text, expiresAt }: Wording): Texts {
  const { approved, retired } = withoutText(texts, id, text)
  return {
    approved: [...approved, { id, title, text, expiresAt }],
    retired: retired.filter(each => each.text !== text),
  }
}

/** Without this wording, which is retired unless its text stays. */
export function withoutText({ approved, retired }: Texts, id: string, staying: string | null = null): Texts {
  const former = approved.filter(each => each.id === id && each.text !== staying)
  return {
    approved: approved.filter(each => each.id !== id),
    retired: [...retired, ...former.map(({ title, text }) => ({ id, title, text }))].slice(-mostRetired),
  }
}

export function usable({ approved }: Texts, now: number): Texts['approved'] {
  return approved.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
}

/** Shorter than this, what stands between two blanks may be anybody's words. */
const shortestPart = 24

/** Wordings that were changed, taken back or have expired, of which a whole part between two blanks stands in the text. */
export function turnedIn(text: string, texts: Texts, now: number): Text[] {
  const folded = fold(text)
  const current = usable(texts, now).map(each => fold(each.text))
  const expired = texts.approved.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now)
  const turned = [...texts.retired, ...expired].filter(each =>
    partsOf(each.text).some(part => folded.includes(part) && !current.some(whole => whole.includes(part))),
  )
  return [...new Map(turned.map(each => [each.id, each])).values()]
}

/** Who copies a sentence from amid a wording leaves the comma before it behind: what a part begins and ends with is no words. */
function partsOf(text: string): string[] {
  return text
    .split(/\[\[[^[\]]{0,80}\]\]/)
    .map(part => fold(part).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter(part => part.length >= shortestPart)
}
