import type { LocalDraft, Turn } from './drafts.ts'
import { holdsAll, joined, stroke } from './hands.ts'
import type { Offer } from './offers.svelte.ts'
import type { UsedWording } from './wording.ts'

/** What one person writes to one customer, with all that is taken up, kept and emptied together with its text. */
export type Sheet = Required<Omit<LocalDraft, 'shared' | 'apart' | 'form' | 'until'>>

/** What another tab did to it, named by what is to be done about it here. */
export type Heard =
  | { type: 'nothing' }
  | { type: 'empty' }
  /** The other tab dropped its own text, and with it what this browser kept of this one. */
  | { type: 'keep' }
  | { type: 'take'; sheet: Sheet }
  /** Both wrote at once. */
  | { type: 'offer'; offer: Omit<Offer, 'apart'> }

export const blankSheet: Sheet = {
  text: '',
  epoch: 0,
  savedAt: 0,
  replyId: null,
  hands: {},
  wordings: [],
  aside: null,
}

export function isBlank({ text }: Pick<Sheet, 'text'>): boolean {
  return text.trim() === ''
}

export function sheetOf({ text, epoch, savedAt, replyId, hands = {}, wordings = [], aside = null }: LocalDraft): Sheet {
  return { text, epoch, savedAt, replyId, hands, wordings, aside }
}

/** `epoch` is today's: an empty sheet is begun under it, and one that was emptied by hand has no wordings. */
export function written(sheet: Sheet, text: string, epoch: number): Sheet {
  const wordings = isBlank({ text }) ? [] : sheet.wordings
  return { ...sheet, text, epoch: isBlank(sheet) ? epoch : sheet.epoch, wordings }
}

/** Another text stands there: of the wordings of the one that went those stay which it holds as well. */
export function replaced(sheet: Sheet, { text, epoch }: Pick<Sheet, 'text' | 'epoch'>): Sheet {
  return { ...sheet, text, epoch, wordings: sheet.wordings.filter(wording => text.includes(wording.text)) }
}

export function withWording(sheet: Sheet, { id, title, text }: UsedWording): Sheet {
  const { wordings } = withoutWordings(sheet, [id])
  return { ...sheet, wordings: [...wordings, { id, title, text }] }
}

export function withoutWordings(sheet: Sheet, ids: readonly string[]): Sheet {
  return { ...sheet, wordings: sheet.wordings.filter(({ id }) => !ids.includes(id)) }
}

/** One more stroke by this tab; where somebody else writes as well, strokes are told apart by what both share. */
export function stroked(sheet: Sheet, tab: string, now: number, shared: boolean): Sheet {
  return { ...sheet, hands: shared ? {} : stroke(sheet.hands, tab), savedAt: now }
}

/** Nothing of it is left but the guidance its writer had read. */
export function emptied({ epoch, savedAt }: Sheet): Sheet {
  return { ...blankSheet, epoch, savedAt }
}

export function heard(sheet: Sheet, { before, after }: Turn): Heard {
  const { hands } = sheet
  if (after === null) return { type: before === null || holdsAll(before.hands ?? {}, hands) ? 'empty' : 'keep' }
  const other = sheetOf(after)
  if (holdsAll(hands, other.hands)) return { type: 'nothing' }
  const apart = !isBlank(sheet) && !holdsAll(other.hands, hands) && other.text !== sheet.text
  if (apart) return { type: 'offer', offer: { text: other.text, epoch: other.epoch, writer: null, hands: other.hands } }
  return { type: 'take', sheet: { ...other, hands: joined(other.hands, hands) } }
}
