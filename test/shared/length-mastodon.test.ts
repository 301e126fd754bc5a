import { inMastodon, mastodonCharacters } from '@muster/shared/length-mastodon.ts'
import { expect, test } from 'vitest'

const link = 23

test.each([
  ['', 0],
  ['Hello', 5],
  ['👩‍👩‍👧 é', 7],
  ['https://example.com', link],
  [`see https://example.com/${'a'.repeat(200)} now`, 8 + link],
  ['(http://example.com/a_(b)?c=d&e=f#g).', 3 + link],
  ['https://example.com/path,', link + 1],
  ['https://müller.example/ä', link + 1],
  ['example.com/not-a-link', 22],
  ['https://localhost/not-one-either', 32],
  ['x@https://example.com', 21],
  ['ftp://example.com', 17],
  ['@kim@social.example hello', 10],
  ['@kim hello', 10],
  ['@kim.lee_1@social.example, hi', 14],
  ['mail kim@social.example', 23],
  ['/@kim@social.example', 20],
])('[CH48] %j counts %i', (text, length) => {
  expect(mastodonCharacters(text)).toBe(length)
})

test('[CH48] room is kept for the name in front', () => {
  expect(inMastodon('Hello', 500, 'public')).toEqual({ used: 5, longest: 468, unit: 'characters' })
})

test.each([
  ['public', 'Ask @bob@other.social', 8],
  ['unlisted', 'Ask @bob@other.social', 8],
  ['direct', 'Ask @bob@other.social', 22],
  ['followers', 'Ask @bob@other.social', 22],
  ['direct', 'See https://a.example/@bob', 4 + link],
] as const)('[CH48] [CH82] in a reply to what is %s, %j counts %i', (visibility, text, used) => {
  expect(inMastodon(text, 500, visibility)).toMatchObject({ used })
})

test.each(['@a', 'https://', 'https://a.b/', '@a@', 'a.', '_'])(
  '[CH48] a hundred thousand of %j are counted at once',
  piece => {
    const before = performance.now()
    mastodonCharacters(piece.repeat(100_000))
    expect(performance.now() - before).toBeLessThan(1_000)
  },
)
