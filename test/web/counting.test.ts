import { expect, test } from 'vitest'
import { filled } from '../../web/state/extent.ts'
import { lengthIn } from '../../web/state/network-lengths.ts'

const family = '👩‍👩‍👧'

test('[WB51] a text is counted as its network counts: graphemes and bytes on Bluesky, links as 23 on Mastodon and X', () => {
  expect(lengthIn('bluesky', family, 300, 'public')).toMatchObject({ used: 18, longest: 3_000, unit: 'bytes' })
  expect(lengthIn('bluesky', 'é'.repeat(301), 300, 'public')).toMatchObject({ used: 301, longest: 300 })
  expect(lengthIn('bluesky', 'é'.repeat(301), 300, 'direct')).toMatchObject({ longest: 1_000 })
  const link = `https://example.com/${'x'.repeat(100)}`
  expect(lengthIn('mastodon', link, 500, 'public').used).toBe(23)
  expect(lengthIn('x', `${link} 漢${family}`, 280, 'public')).toMatchObject({
    used: 28,
    longest: 280,
    unit: 'weighted',
  })
  expect(lengthIn('x', '漢'.repeat(300), 280, 'direct')).toMatchObject({
    used: 300,
    longest: 10_000,
    unit: 'characters',
  })
  expect(lengthIn('characters', family, 10, 'direct')).toMatchObject({ used: 5, longest: 10 })
})

test('[WB51] what a network counts is held to its limit', () => {
  expect(filled({ used: 281, longest: 280, unit: 'weighted' }).state).toBe('over')
  expect(filled({ used: 10, longest: 280, unit: 'weighted' }).state).toBe('ample')
  expect(filled({ used: 20_001, longest: null, unit: 'characters' }).state).toBe('over')
})
