import { beyond, commitmentsIn } from '@muster/shared/commitment.ts'
import { styleIn } from '@muster/shared/style.ts'
import { expect, test } from 'vitest'

const longest = 20_000

/** Each is repeated until the text is as long as any text may be: what makes a careless expression look again and again. */
const hostile = [
  'a',
  '1',
  ' ',
  '\n',
  '.',
  '!',
  '?',
  ',',
  '-',
  ':',
  '%',
  '$',
  '€',
  '<',
  '&',
  '*',
  '`',
  '#',
  '[',
  '{',
  "'",
  '\u0301',
  'ü',
  '\u200b',
  'ﷺ',
  '🙂',
  'Ａ',
  'A',
  'ed',
  'A ',
  'a ',
  '1 ',
  '1.',
  '1:',
  '12:00 ',
  '5 pm ',
  'by ',
  'in ',
  'in 2 ',
  'in about the next ',
  'bis zum ',
  'the ',
  'we ',
  'not ',
  'no data ',
  'data ',
  'data is ',
  'was ',
  'will ',
  'was caused by ',
  'caused ',
  'due to a b c ',
  'durch a b ',
  'the cause of ',
  'refund ',
  'full ',
  '1 % ',
  '1 % of a b c ',
  'rate a ',
  '1,000 ',
  'all of the ',
  'we do not ',
  'can not a b ',
  'wir wissen a b ',
  'kann a b c ',
  'hat a b ',
  'never a ',
  'AB-',
  'AB-1 ',
  'NOT ',
  'ABCD ',
  '<a ',
  '{{a',
  '[a](',
  '**a',
  'you should ',
  'it is ',
  'hätten sie ',
  'next update in ',
  '20-20-20-',
  'a@b.',
  'Monday ',
  '1. May ',
  'end of the ',
  'this this this ',
  'people ',
  'who, and we ',
  'a - b - ',
]

function workFor(text: string): number {
  let shortest = Number.POSITIVE_INFINITY
  for (let time = 0; time < 3; time++) {
    const began = performance.now()
    commitmentsIn(text)
    styleIn(text)
    shortest = Math.min(shortest, performance.now() - began)
  }
  return shortest
}

/** Eight times the text takes 64 times the work where it grows with the square, and eight where it is linear. */
test('[CO8] the work grows with the length of a text and no faster, whatever it is made of', {
  timeout: 60_000,
}, () => {
  workFor(hostile.join(' ').repeat(20))
  const slow = hostile.filter(piece => {
    const text = piece.repeat(Math.ceil(longest / piece.length)).slice(0, longest)
    const growth = () => workFor(text) / Math.max(workFor(text.slice(0, longest / 8)), 0.3)
    return growth() > 24 && growth() > 24 && growth() > 24
  })
  expect(slow).toEqual([])
})

test('[CO8] what is allowed is compared as quickly', () => {
  const text = 'You get a refund of 20 %. '.repeat(700)
  expect(beyond(text, [text, 'Nothing. '.repeat(2_000)])).toEqual([])
})
