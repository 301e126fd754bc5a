import { beforeAll, expect, test } from 'vitest'
import { extentOf } from '../../web/state/extent.ts'
import type { Standing } from '../../web/state/obstacle.ts'
import { speak } from './speaking.ts'

let obstacleTo: typeof import('../../web/state/obstacle.ts').obstacleTo

beforeAll(async () => {
  await speak('en')
  ;({ obstacleTo } = await import('../../web/state/obstacle.ts'))
})

const text = 'We are on it.'
const ready: Standing = {
  claim: 'held',
  waiting: false,
  closed: false,
  stale: false,
  text,
  extent: extentOf(text, 20),
  read: true,
}

function withText(written: string): Pick<Standing, 'text' | 'extent'> {
  return { text: written, extent: extentOf(written, 20) }
}

test('[WB53] without the claim a text is claimed again where that can be, and copied where it cannot', () => {
  expect(obstacleTo({ ...ready, claim: 'free' })).toBe('Claim it again to send.')
  const lost = { ...ready, claim: 'none', waiting: true, closed: true, stale: true } as const
  expect(obstacleTo(lost)).toContain('kept here to copy')
  expect(obstacleTo(ready)).toBeNull()
})

test('[WB50] [WB51] what keeps a text from being sent is told one thing at a time, what comes first before the rest', () => {
  const obstacles: [Partial<Standing>, string][] = [
    [{ waiting: true }, 'Wait until the text you share is here.'],
    [{ closed: true }, 'This cannot be answered from here: see above.'],
    [{ stale: true }, 'Read the new facts first.'],
    [withText(' \n'), 'Nothing written yet.'],
    [withText('By [[when]], all of us.'), 'Fill in “when” first, or take it out.'],
    [withText('We are on it, all of us.'), 'This channel takes 20 characters: shorten it by 4.'],
    [{ read: false }, 'Wait until the messages are here.'],
  ]
  let standing = ready
  for (const [given, sentence] of obstacles.toReversed()) {
    standing = { ...standing, ...given }
    expect(obstacleTo(standing)).toBe(sentence)
  }
})
