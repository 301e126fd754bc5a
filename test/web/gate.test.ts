import type { Facts } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { defaultTraining, emptyBench, noRecord } from '@muster/shared/training-rules.ts'
import { beforeAll, expect, test } from 'vitest'
import { approvalsLeft } from '../../web/state/growth.ts'
import { lookOver } from '../../web/state/look-over.ts'
import { placeOf } from '../../web/state/remark.ts'
import { loadIn } from '../../web/state/review-load.ts'
import { claimOf, markOf, waitingOf } from '../support/room-records.ts'
import { speak } from './speaking.ts'

let gateSentence: typeof import('../../web/state/gate-words.ts').gateSentence

beforeAll(async () => {
  await speak('de')
  ;({ gateSentence } = await import('../../web/state/gate-words.ts'))
})

const facts = {
  maySay: 'We are on it.',
  example: '',
  mustNotSay: ['refund everybody', 'a+b'],
  nextUpdateAt: null,
} as unknown as Facts

const reason = (given: Partial<GateReason>): GateReason => ({
  rule: 'blank',
  weight: 'stop',
  sentence: 'As the server says it.',
  values: {},
  ...given,
})

test('[WB80] a reason is told by its rule in this person’s language, and as the server says it where the rule is unknown', () => {
  expect(gateSentence(reason({ values: { blank: 'wann' } }))).toBe('Füllen Sie „wann“ aus, oder nehmen Sie es heraus.')
  expect(gateSentence(reason({ rule: 'alike', values: { count: 3 } }))).toContain('3 andere Kunden')
  expect(gateSentence(reason({ rule: 'commitment', values: { kind: 'money', phrase: '20 Euro' } }))).toContain(
    '„20 Euro“ stellt Geld in Aussicht',
  )
  expect(gateSentence(reason({ rule: 'style', values: { style: 'newer' } }))).toBe('As the server says it.')
})

test('[WB80] the words a reason is about are found again where they stand now, nearest to where they stood', () => {
  expect(placeOf('by noon', 'It works by noon.', 9)).toEqual({ from: 9, to: 16 })
  expect(placeOf('by noon', 'by noon, or so; I said by noon', 20)).toEqual({ from: 23, to: 30 })
  expect(placeOf('by noon', 'It works soon.', 9)).toBeNull()
})

test('[WB81] forbidden words are found as they are written, whatever their case and spaces', () => {
  const text = 'We will Refund\n everybody, and A+B.'
  const found = lookOver(text, { facts, wordings: [] }).filter(({ rule }) => rule === 'must-not-say')
  expect(found.map(({ from = 0, to = 0 }) => text.slice(from, to))).toEqual(['Refund\n everybody', 'A+B'])
  expect(lookOver('  ', { facts, wordings: [] })).toEqual([])
})

test('[WB85] how many approvals lead further follows the record, and the line before the reviewers', () => {
  const calm = loadIn({ conversations: new Map(), replies: new Map(), bench: emptyBench }, 0)
  const inARow = (number: number) => ({ ...noRecord, inARow: number })
  expect(approvalsLeft({ level: 'gated', record: inARow(2) }, calm, defaultTraining)).toBe(3)
  expect(approvalsLeft({ level: 'spot-checked', record: inARow(2) }, calm, defaultTraining)).toBe(13)
  expect(approvalsLeft({ level: 'trusted', record: inARow(2) }, calm, defaultTraining)).toBeNull()
  const held = waitingOf('kim', { claim: { ...claimOf('ada'), supervised: true } })
  const replies = new Map(
    Array.from({ length: 9 }, (_, index) => [String(index), markOf(String(index), { state: 'submitted' })]),
  )
  const busy = loadIn({ conversations: new Map([['kim', held]]), replies, bench: emptyBench }, 0)
  expect(busy).toMatchObject({ waiting: 9, writing: 1 })
  expect(approvalsLeft({ level: 'gated', record: noRecord }, busy, defaultTraining)).toBe(2)
})
