import { namingNobody } from '@muster/shared/mention-mastodon.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { histories } from '../support/histories.ts'

/** As Mastodon's `Account::MENTION_RE` says, and as it said before 4.0. */
const word = '\\p{L}\\p{M}\\p{Nd}\\p{Pc}'
const username = '[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?'
const byMastodon = [
  new RegExp(`(?<![=/${word}])@${username}(?:@[${word}.-]+[${word}]+)?`, 'giu'),
  new RegExp(`(?<=^|[^/${word}])@${username}(?:@[a-z0-9.-]+[a-z0-9]+)?`, 'giu'),
]
/** As GoToSocial's `MentionFinder` says, behind what is a boundary to it; links it reads before. */
const byGoToSocial = /(?<=^|[\s\p{P}])@[\p{L}\p{M}\p{N}._-]+/gu
const named = (text: string, by: RegExp[]) => by.flatMap(each => text.match(each) ?? [])

test.each([
  ['Ask @bob@other.social, or @amy.', 'Ask @\u2060bob@other.social, or @\u2060amy.'],
  ['@@bob (@bob) _@bob_ a/@bob u=@bob', '@\u2060@\u2060bob (@\u2060bob) _@\u2060bob_ a/@\u2060bob u=@\u2060bob'],
  ['Write to help@acme.example @ 5 pm, or @', 'Write to help@acme.example @ 5 pm, or @'],
  ['See https://social.example/@bob/7.', 'See https://social.example/@bob/7.'],
  ['See https://a.example/x?who=@bob&and=,@amy', 'See https://a.example/x?who=%40bob&and=,%40amy'],
  ['https://a.example/@bob @bob', 'https://a.example/@bob @\u2060bob'],
])('[CH82] %j names nobody any more, reads the same, and leads where it led', (text, expected) => {
  expect(namingNobody(text)).toBe(expected)
})

const pieces = [
  '@',
  '@',
  'bob',
  'Ä',
  '_',
  '²',
  '/',
  '=',
  '.',
  '-',
  ':',
  ' ',
  '\n',
  '@other.social',
  'https://a.example/',
  'ſ',
  '👋',
]
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map(chosen => chosen.join(''))

test('[CH82] however a text is put together, no Mastodon finds a name in it', () => {
  let names = 0
  fc.assert(
    fc.property(texts, text => {
      names += named(text, byMastodon).length
      expect(named(namingNobody(text), byMastodon)).toEqual([])
    }),
    histories(2_000),
  )
  expect(names).toBeGreaterThan(100)
})

test('[CH82] nor does a GoToSocial outside of links', () => {
  const plain = texts.map(text => text.replaceAll('https://', ''))
  fc.assert(
    fc.property(plain, text => {
      expect(named(namingNobody(text), [byGoToSocial])).toEqual([])
    }),
    histories(2_000),
  )
  expect(named('a/@bob _@bob', [byGoToSocial])).toEqual(['@bob', '@bob'])
})

test.each(['@a', '/@', '@@', 'https://a.b/@', 'https://a.b/,@', '@a@'])(
  '[CH82] a hundred thousand of %j are read at once',
  repeated => {
    const before = performance.now()
    namingNobody(repeated.repeat(100_000))
    expect(performance.now() - before).toBeLessThan(1_000)
  },
)
