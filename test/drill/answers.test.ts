import { likeness, signatureOf } from '@muster/server/domain/likeness.ts'
import { noTexts, turnedIn, withText } from '@muster/server/domain/texts.ts'
import { answerFor, around, comfortIn } from '@muster/server/drill/answers.ts'
import { outage } from '@muster/server/drill/phrases.ts'
import { Random } from '@muster/server/drill/random.ts'
import { filled, Library, subjectNames, wordingOf } from '@muster/server/drill/wordings.ts'
import { everyWrong, says, without } from '@muster/server/drill/wrongs.ts'
import { blanksIn } from '@muster/shared/blank.ts'
import { beyond } from '@muster/shared/commitment.ts'
import type { Wording } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'

const allowed = [outage.maySay]

function answers(count: number, seed: number): string[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, index) => answerFor('Amara Abel', `a-${index}-e1`, random))
}

test('[OP7] of a thousand answers in own words hardly one is too like an earlier one', () => {
  const signatures = answers(1_000, 7).map(text => signatureOf(text) ?? '')
  const alike = signatures.filter((one, index) => signatures.slice(0, index).some(other => likeness(one, other) >= 0.8))
  expect(alike.length).toBeLessThan(10)
})

test('[OP5] own words promise no more than may be said, and every promise of somebody new is more', () => {
  const random = new Random(3)
  const wordings = subjectNames.map(name => wordingOf(name, 4, random).text)
  const own = [
    ...answers(500, 5),
    ...wordings.map(text => around(filled(text, 'Amara Abel', random), 'Amara Abel', 'a-1-e1', random)),
  ]
  expect(own.flatMap(text => beyond(text, [...allowed, ...wordings]))).toEqual([])
  const unseen = everyWrong().filter(({ phrase }) => beyond(`Hello Amara. ${phrase} (ref a)`, allowed).length === 0)
  expect(unseen).toEqual([])
})

test('[OP5] a promise is found however it is spaced, and is gone once it was taken out', () => {
  for (const { phrase } of everyWrong()) {
    const text = `Hello Amara. ${phrase} Take care. (ref a-1-e1)`
    expect(says(text.toUpperCase().replaceAll(' ', '  '), phrase)).toBe(true)
    expect(without(text, phrase)).toBe('Hello Amara. Take care. (ref a-1-e1)')
  }
})

test('[OP5] a reviewer puts a sentence in before the mark, or at the end', () => {
  expect(comfortIn('Hello. (ref a)', new Random(1))).toMatch(/^Hello\. [^(]+\. \(ref a\)$/)
  expect(comfortIn('Hello.', new Random(1))).toMatch(/^Hello\. [^(]+\.$/)
})

function published(text: ReturnType<typeof wordingOf>): Wording {
  const lead = { id: 'cora', name: 'Cora' }
  return { ...text, epoch: 1, owner: lead, approvedBy: lead, publishedAt: 1 }
}

test.each(subjectNames)(
  '[OP6] a wording about %s has blanks, and once changed it is told from what took its place',
  name => {
    const random = new Random(9)
    const [former, next] = [wordingOf(name, 3, random), wordingOf(name, 4, random)]
    expect(blanksIn(former.text).length).toBeGreaterThan(0)
    const texts = withText(withText(noTexts, published(former)), published(next))
    const [old, current] = [former, next].map(({ text }) => filled(text, 'Amara Abel', random)) as [string, string]
    expect(blanksIn(old)).toEqual([])
    expect(turnedIn(`Hello. ${old} Bye.`, texts, 5)).toHaveLength(1)
    expect(turnedIn(`Hello. ${current} Bye.`, texts, 5)).toEqual([])
  },
)

test('[OP6] an expired wording is yesterday’s like one that was taken back', () => {
  let now = 1_000
  const kept = [
    { id: 'a', text: 'for good', expiresAt: null },
    { id: 'b', text: 'for a while', expiresAt: 2_000 },
  ]
  const library = new Library(
    () => kept,
    () => now,
  )
  library.retired.push('taken back')
  expect(library.current.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(library.yesterdays).toEqual(['taken back'])
  now = 2_500
  expect(library.current.map(({ id }) => id)).toEqual(['a'])
  expect(library.yesterdays).toEqual(['taken back', 'for a while'])
  expect([library.textOf('b'), library.textOf('c')]).toEqual(['for a while', null])
})
