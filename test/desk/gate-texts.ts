import { fingerprint } from '@muster/server/domain/fingerprint.ts'
import type { WordingText } from '@muster/shared/incident.ts'
import { wordingOf } from '../support/room-records.ts'

/** What people of a generated history write, each text of a kind that its words tell: an oracle needs no technique for it. */
type Kind = { kind: string; mark: string; texts: readonly string[]; promises?: true }

const cards =
  'Card payments have failed since this morning. Nothing is charged twice, and orders that show an error were not placed. We look into it with our bank and write here as soon as we know more.'

export const unwanted = 'refund everybody'
export const unwantedToo = 'our bank'
export const pattern = { pattern: '\\baccount \\d{4} ?\\d{4}\\b', why: 'no account numbers' }
export const longest = 260

export const wordings: readonly WordingText[] = [
  wordingOf('wait', {
    text: 'Thank you for waiting with us. Our people search the fault in the payment system. We write at [[when]].',
  }),
  wordingOf('found', {
    text: 'We have found what is wrong and mend it just now, it takes a while. We write at [[when]].',
  }),
  // The same id with other words: the former ones are yesterday's from then on.
  wordingOf('wait', {
    text: 'Still nothing works as it should, and half of our people sit over it. We write at [[when]].',
  }),
]

export const kinds: readonly Kind[] = [
  {
    kind: 'cards',
    mark: 'charged twice',
    texts: [
      cards,
      `Hello Kim,\n${cards}\n\nBest regards\nAda`,
      `${cards} https://status.example.com/7`,
      cards.replace('this morning', 'the morning'),
    ],
  },
  {
    kind: 'parcels',
    mark: 'tracked until',
    texts: ['Parcels leave our house later than usual, and each of them is tracked until it is with you.'],
  },
  { kind: 'blank', mark: '[[', texts: ['There is news for you at [[when]], and it comes by this very way.'] },
  {
    kind: 'unwanted',
    promises: true,
    mark: 'REFUND',
    texts: [`As an exception we REFUND\n everybody, without one question asked.`],
  },
  { kind: 'account', mark: '1234', texts: ['Please send it to the account 1234 5678 as you did it the last time.'] },
  { kind: 'wait', mark: 'search the fault', texts: [filled(0)] },
  { kind: 'found', mark: 'mend it just now', texts: [filled(1)] },
  { kind: 'still', mark: 'sit over it', texts: [filled(2)] },
  { kind: 'long', mark: 'and so on', texts: ['The story is long, and so on. '.repeat(10)] },
  { kind: 'empty', mark: '\u0000', texts: [' \n '] },
  {
    kind: 'money',
    promises: true,
    mark: 'money back',
    texts: ['You get your money back by 15:00 today, that is a promise.'],
  },
]

function filled(index: number): string {
  return (wordings[index]?.text ?? '').replace('[[when]]', 'our own page')
}

/** Words that nobody else wrote. */
function own(count: number): string {
  return ['sky', 'sea', 'hill'].map(word => `${word} ${fingerprint(word, String(count))}`).join(' ')
}

/** The text of this number; beyond those that are known, somebody's own words. */
export function textAt(number: number, count: number): string {
  const all = kinds.flatMap(({ texts }) => texts)
  return all[number] ?? own(count)
}

/** As many texts as are known, and as often again somebody's own. */
export const mostTexts = kinds.flatMap(({ texts }) => texts).length * 2

export function kindOf(text: string): string | null {
  return kinds.find(({ mark }) => text.includes(mark))?.kind ?? null
}

/** Whether it promises what no facts and no wording of these histories do. */
export function promises(text: string): boolean {
  return kinds.some(kind => kind.promises && text.includes(kind.mark))
}
