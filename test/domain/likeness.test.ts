import { bandsOf, likeness, sameKeyOf, signatureOf } from '@muster/server/domain/likeness.ts'
import { masked } from '@muster/server/domain/masking.ts'
import { Random } from '@muster/server/drill/random.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const answer = 'we are sorry that your card was declined. Our engineers are on it and you need do nothing yet.'

test.each<[string, string, string]>([
  ['the greeted name', `Hello Ana, ${answer}`, `Hello Jean-Luc, ${answer}`],
  ['a greeted title and name', `Dear Mrs. Meyer,\n${answer}`, `Dear Mr O’Brien,\n${answer}`],
  ['a German greeting', `Sehr geehrte Frau Müller, ${answer}`, `Sehr geehrter Herr Özdemir-Groß, ${answer}`],
  ['a French greeting', `Bonjour Chloé ! ${answer}`, `Bonjour Zoé, ${answer}`],
  ['a Spanish greeting', `¡Hola María! ${answer}`, `Hola José Luis, ${answer}`],
  ['links', `${answer} See https://status.example.com/a?b=1`, `${answer} See www.example.com, bit.ly/x`],
  ['handles', `@kim ${answer}`, `@lee@social.example @ana_b ${answer}`],
  ['mail addresses', `${answer} Or write to help@example.com`, `${answer} Or write to care+card@example.org.`],
  ['numbers', `${answer} Until 14:30, case AB-1234.`, `${answer} Until 9, case ZX-77/8 12.`],
  ['initials', `${answer} ^AB`, `${answer} /jk`],
  ['a signature', `${answer} -Tom`, `${answer}\n– Ana K.`],
  ['a signature before a link', `${answer} ^AB https://t.example/1`, `${answer} ^CD`],
  ['a farewell', `${answer}\nKind regards,\nTom Meyer`, `${answer}\nKind regards,\nAna`],
  ['case, punctuation and emoji', `${answer} 🙏🏽!!`, answer.toUpperCase().replaceAll('.', ' …')],
  ['the apostrophe', 'We’re on it, don’t worry about anything', "We're on it; dont worry about anything"],
])('[TX2] %s makes no words one’s own', (_, one, other) => {
  expect(sameKeyOf(one)).toBe(sameKeyOf(other))
})

test.each<[string, string, string]>([
  ['words differ', 'Your money is safe.', 'Your card is safe.'],
  ['a shouted sentence begins like a greeting', 'HELLO ACCOUNT IS LOCKED', 'HELLO CARD WAS DECLINED'],
  ['a dash is no signature', 'It is down - again', 'It is down - still'],
  ['a slash is no signature', 'By phone and/or mail', 'By phone and'],
  ['nothing but emoji is said', '👍', '😡'],
])('[TX2] the key is another where %s', (_, one, other) => {
  expect(sameKeyOf(one)).not.toBe(sameKeyOf(other))
})

const name = fc.constantFrom('Ana', 'Jean-Luc', 'O’Brien', 'Øyvind', 'María José', 'McDonald', 'Zoë')
const word = fc.stringMatching(/^[a-z]{2,9}$/)
const handle = fc.stringMatching(/^@[a-z_]{1,15}$/)
const link = fc.webUrl({ validSchemes: ['https'], withQueryParameters: true })
const signature = fc.constantFrom('', ' ^AB', ' -Tom', ' /jk', ' – Kim')
const dressing = fc
  .tuple(fc.array(handle, { maxLength: 3 }), name, fc.nat(), fc.option(link, { nil: '' }), signature)
  .map(([handles, greeted, number, page, signed]) => {
    return (words: string[]) => [...handles, `Hi ${greeted},`, ...words, number, page, signed].join(' ')
  })

test('[TX2] whatever the names, handles, links, numbers and signatures, the key and the likeness are those of a copy', () => {
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 8, maxLength: 40 }),
      fc.tuple(dressing, dressing),
      (words, [one, other]) => {
        const [first, second] = [one(words), other(words)]
        expect(masked(first)).toBe(masked(second))
        expect(sameKeyOf(first)).toBe(sameKeyOf(second))
        expect(likeness(signatureOf(first) ?? '', signatureOf(second) ?? '')).toBe(1)
      },
    ),
  )
})

test('[TX2] nothing but letters, marks, digits and single spaces is left, whatever the characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
      expect(masked(text)).toMatch(/^(?:[\p{L}\p{M}\p{N}]+(?: (?!$)|$))*$/u)
    }),
  )
})

test('[TX3] likeness is symmetric, of itself 1, and from 0 to 1', () => {
  const long = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e', ' '), minLength: 60, maxLength: 300 })
  fc.assert(
    fc.property(long, long, (one, other) => {
      const [first, second] = [signatureOf(`a text ${one} of many words`), signatureOf(`a text ${other} of many words`)]
      if (first === null || second === null) throw new Error('a long text has no signature')
      expect(likeness(first, first)).toBe(1)
      expect(likeness(first, second)).toBe(likeness(second, first))
      expect(likeness(first, second)).toBeGreaterThanOrEqual(0)
      expect(likeness(first, second)).toBeLessThanOrEqual(1)
    }),
  )
})

test('[TX3] a text too short to compare has no signature, what is masked not counted', () => {
  expect(signatureOf('Any news on this yet')).not.toBeNull()
  expect(signatureOf('Any news on this ye')).toBeNull()
  expect(signatureOf('@somebody Any news? https://example.com/a-very-long-address')).toBeNull()
  expect(signatureOf('')).toBeNull()
})

test('[TX3] a signature is the same on every machine and in every release', () => {
  expect(signatureOf(answer)).toMatchInlineSnapshot(
    `"PS7VBsm5nCtDpAI8CHPwlerBsoqgLq4SncdIlqtuZKUw2z2htz/MkRZXjzK4W0gn7S/OAgxRZjj2Dd3J1jTvgw=="`,
  )
})

/** Pairs of texts with ever more of their words exchanged, and their true likeness. */
function pairs(count: number): { one: string; other: string; truth: number }[] {
  const random = new Random(20)
  const vocabulary = Array.from({ length: 400 }, () =>
    Array.from({ length: 2 + random.below(8) }, () => String.fromCharCode(97 + random.below(26))).join(''),
  )
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 12 + random.below(60) }, () => random.pick(vocabulary))
    const exchanged = random.next() ** 2
    const one = words.join(' ')
    const other = words.map(each => (random.chance(exchanged) ? random.pick(vocabulary) : each)).join(' ')
    return { one, other, truth: trueLikeness(one, other) }
  })
}

function trueLikeness(one: string, other: string): number {
  const pieces = (text: string) => new Set(Array.from({ length: text.length - 3 }, (_, at) => text.slice(at, at + 4)))
  const [first, second] = [pieces(masked(one)), pieces(masked(other))]
  return first.intersection(second).size / first.union(second).size
}

const sample = pairs(3_000).flatMap(({ one, other, truth }) => {
  const [first, second] = [signatureOf(one), signatureOf(other)]
  return first === null || second === null ? [] : [{ first, second, truth }]
})

test('[TX3] likeness is on average within 0.05 of the truth, leans to no side, and is seldom far off', () => {
  const errors = sample.map(({ first, second, truth }) => likeness(first, second) - truth)
  const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  expect(errors.length).toBeGreaterThan(2_900)
  expect(mean(errors.map(Math.abs))).toBeLessThan(0.05)
  expect(Math.abs(mean(errors))).toBeLessThan(0.01)
  expect(errors.filter(error => Math.abs(error) > 0.2).length / errors.length).toBeLessThan(0.005)
})

test('[TX4] of the pairs that are 0.8 alike at least 98 of a hundred share a band, of the unlike next to none', () => {
  const meet = ({ first, second }: { first: string; second: string }) =>
    !new Set(bandsOf(first)).isDisjointFrom(new Set(bandsOf(second)))
  const alike = sample.filter(({ truth }) => truth >= 0.8)
  const unlike = sample.filter(({ truth }) => truth < 0.2)
  expect(Math.min(alike.length, unlike.length)).toBeGreaterThan(100)
  expect(alike.filter(meet).length / alike.length).toBeGreaterThanOrEqual(0.98)
  expect(unlike.filter(meet).length / unlike.length).toBeLessThan(0.1)
})

test('[TX4] bands are sixteen different keys of plain characters', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 60 }), text => {
      const bands = bandsOf(signatureOf(`a text of some words ${text}`) ?? '')
      expect(new Set(bands).size).toBe(16)
      for (const band of bands) expect(band).toMatch(/^[A-Za-z0-9_-]+$/)
    }),
  )
})
