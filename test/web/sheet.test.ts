import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Turn } from '../../web/state/drafts.ts'
import {
  blankSheet,
  emptied,
  heard,
  replaced,
  type Sheet,
  sheetOf,
  stroked,
  withoutWordings,
  withWording,
  written,
} from '../../web/state/sheet.ts'
import { histories } from '../support/histories.ts'

const wording = (id: string, text = id) => ({ id, title: id, text })
const typed = (sheet: Sheet, text: string, tab: string) => stroked(written(sheet, text, 3), tab, 10, false)

test('[WB50] wordings stay with the text until its last letter is gone, each as it was used last', () => {
  const text = written(blankSheet, 'By noon', 3)
  const used = [wording('one'), wording('two'), wording('one', 'newer')].reduce(withWording, text)
  expect(used.wordings).toEqual([wording('two'), wording('one', 'newer')])
  expect(withoutWordings(used, ['two', 'three']).wordings).toEqual([wording('one', 'newer')])
  expect(written(used, 'By', 3).wordings).toEqual(used.wordings)
  expect(written(used, ' \n', 3).wordings).toEqual([])
})

test('[WB50] of wordings of a text that went those stay which the text that took its place holds', () => {
  const used = [wording('one', 'We are sorry.'), wording('two', 'By noon.')].reduce(
    withWording,
    written(blankSheet, 'We are sorry. By noon.', 3),
  )
  const other = replaced(used, { text: 'Kim, we are sorry. By noon.', epoch: 4 })
  expect(other).toEqual({
    ...used,
    text: 'Kim, we are sorry. By noon.',
    epoch: 4,
    wordings: [wording('two', 'By noon.')],
  })
})

test('[GV2] a text is begun under today’s guidance, and stays under it until it is empty again', () => {
  const begun = written(blankSheet, 'By', 3)
  expect(begun).toEqual({ ...blankSheet, text: 'By', epoch: 3 })
  const later = written(begun, 'By noon', 4)
  expect(later).toEqual({ ...begun, text: 'By noon' })
  expect(written(written(later, '', 4), 'B', 5).epoch).toBe(5)
})

test('[WB54] a stroke counts for its tab alone, and while somebody else writes too for none', () => {
  const once = typed(blankSheet, 'a', 'one')
  expect(once).toMatchObject({ savedAt: 10, hands: { one: 1 } })
  expect(typed(once, 'ab', 'one').hands).toEqual({ one: 2 })
  expect(stroked(once, 'one', 20, true)).toEqual({ ...once, savedAt: 20, hands: {} })
})

test('[WB56] what an older page kept is taken up, and what is emptied keeps nothing of its reply', () => {
  const kept = { text: 'Dear Kim', epoch: 2, savedAt: 5, replyId: 'r' }
  expect(sheetOf(kept)).toEqual({ ...blankSheet, ...kept })
  const whole = { ...sheetOf(kept), hands: { one: 1 }, wordings: [wording('one')], aside: 'former' }
  expect(sheetOf({ ...whole, shared: null, apart: [] })).toEqual(whole)
  expect(emptied(whole)).toEqual({ ...blankSheet, epoch: 2, savedAt: 5 })
})

const base = typed(blankSheet, 'a', 'one')
const here = typed(base, 'ab', 'one')
const there = typed(base, 'ac', 'two')

test('[WB54] what another tab built on this text is taken up, what this one knows already is not', () => {
  expect(heard(base, { before: base, after: there })).toEqual({ type: 'take', sheet: there })
  expect(heard(here, { before: null, after: base })).toEqual({ type: 'nothing' })
  expect(heard(base, { before: null, after: base })).toEqual({ type: 'nothing' })
  expect(heard(blankSheet, { before: null, after: there })).toEqual({ type: 'take', sheet: there })
})

test('[WB54] of two texts written at once the other is offered; where both wrote the same it is one text', () => {
  const offer = { text: 'ac', epoch: 3, writer: null, hands: there.hands }
  expect(heard(here, { before: base, after: there })).toEqual({ type: 'offer', offer })
  const same = { ...there, text: here.text, replyId: 'r' }
  const hands = { one: 2, two: 1 }
  expect(heard(here, { before: base, after: same })).toEqual({ type: 'take', sheet: { ...same, hands } })
  const blank = typed(here, '', 'one')
  expect(heard(blank, { before: base, after: there })).toMatchObject({ type: 'take', sheet: { text: 'ac' } })
})

test('[WB54] a text that another tab dropped goes from here too, unless more was written here', () => {
  expect(heard(base, { before: there, after: null })).toEqual({ type: 'empty' })
  expect(heard(base, { before: null, after: null })).toEqual({ type: 'empty' })
  expect(heard(here, { before: there, after: null })).toEqual({ type: 'keep' })
})

/** One tab, which hears late what the other kept. */
class Tab {
  readonly #name: string
  readonly #turns: Turn[] = []
  sheet = blankSheet
  offered: string | null = null
  typed = ''

  constructor(name: string) {
    this.#name = name
  }

  type(letter: string): void {
    this.typed += letter
    this.sheet = typed(this.sheet, this.sheet.text + letter, this.#name)
  }

  tell(turn: Turn): void {
    this.#turns.push(turn)
  }

  hear(count: number): void {
    for (const turn of this.#turns.splice(0, count)) {
      const news = heard(this.sheet, turn)
      if (news.type !== 'nothing') this.offered = news.type === 'offer' ? news.offer.text : null
      if (news.type === 'take') this.sheet = news.sheet
    }
  }
}

test('[WB54] in whatever order two tabs write and hear, neither loses a letter of its own, and each has or is offered the other’s', () => {
  const act = fc.record({ who: fc.nat(1), hears: fc.nat(3) })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), acts => {
      const tabs = [new Tab('one'), new Tab('two')] as const
      let kept: Sheet | null = null
      for (const [index, { who, hears }] of acts.entries()) {
        const [tab, other] = who === 0 ? tabs : [tabs[1], tabs[0]]
        tab.hear(hears)
        tab.type(String.fromCodePoint(97 + index))
        other.tell({ before: kept, after: tab.sheet })
        kept = tab.sheet
      }
      for (const tab of tabs) tab.hear(acts.length)
      const [one, two] = tabs
      for (const { typed, sheet } of tabs) for (const letter of typed) expect(sheet.text).toContain(letter)
      if (one.sheet.text === two.sheet.text) return
      expect([one.offered, two.offered]).toEqual([two.sheet.text, one.sheet.text])
    }),
    histories(500),
  )
})
