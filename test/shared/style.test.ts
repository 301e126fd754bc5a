import { type StyleRule, styleIn } from '@muster/shared/style.ts'
import { expect, test } from 'vitest'

function rulesIn(text: string): StyleRule[] {
  return [...new Set(styleIn(text).map(({ rule }) => rule))]
}

const letter = `We are looking at it right now and we write to you again as it moves on. ${'We go through it step by step. '.repeat(8)}`

test.each<[text: string, ...rules: StyleRule[]]>([
  ['WE ARE WORKING on it.', 'capitals'],
  ['Do NOT restart it.', 'capitals'],
  ['BITTE WARTEN Sie.', 'capitals'],
  ['We are on it!!', 'exclamation'],
  ['You should have read the notice.', 'blame'],
  ['This is your own fault.', 'blame'],
  ['As we already explained, it is down.', 'blame'],
  ['Sie hätten Ihre Daten sichern müssen.', 'blame'],
  ['Wie bereits mitgeteilt, ist der Dienst gestört.', 'blame'],
  ['Please calm down.', 'dismissive'],
  ['It is not a big deal.', 'dismissive'],
  ['Obviously it is down.', 'dismissive'],
  ['Beruhigen Sie sich bitte.', 'dismissive'],
  ['Das ist nicht unser Problem.', 'dismissive'],
  ['This is a P1.', 'jargon'],
  ['The prod db is down.', 'jargon'],
  ['Our on-call engineer looks at it.', 'jargon'],
  ['It is tracked as INC-1234.', 'ticket'],
  ['It will work again soon.', 'vague-time'],
  ['Wir melden uns in Kürze.', 'vague-time'],
  ['Please <b>wait</b>.', 'markup'],
  ['**Update**: it works.', 'markup'],
  ['See [our page](https://example.org).', 'markup'],
  ['Hello {{name}}', 'markup'],
  [`It ${'is slow and '.repeat(20)}late.`, 'long-sentence'],
  [letter, 'greeting', 'sympathy'],
  [`Hello Ada, ${letter}`, 'sympathy'],
  [`Guten Tag, es tut uns leid. ${letter}`],
  ['Hello Ada, we are sorry for the trouble, and we are working on it.'],
  ['The API of the USA and the EU answers HTTPS requests in UTF-8; GPT-4 does not.'],
  ['Is 3 < 5 and 7 > 5? Yes! I see.'],
  ['Your order 4711-22 is not lost, and your case #12345 is open.'],
  ['Sie erreichen uns jederzeit. Danke für Ihre Geduld!'],
])('[CO7] %j is noted for %s', (text, ...rules) => {
  expect(rulesIn(text)).toEqual(rules)
})

test('[CO7] each note stands where it was written, in order, ten at most', () => {
  const text = 'Ｃalm　down 🙂!! Bitte, INC-1234 in Kürze.'
  expect(styleIn(text).map(({ from, to }) => text.slice(from, to))).toEqual([
    'Ｃalm　down',
    '!!',
    'INC-1234',
    'in Kürze',
  ])
  expect(styleIn('soon. '.repeat(100))).toHaveLength(10)
})
