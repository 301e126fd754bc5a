import { existsSync, readFileSync } from 'node:fs'
import { charactersIn } from '@muster/shared/characters.ts'
import { inX, weightOf } from '@muster/shared/length-x.ts'
import { linksIn } from '@muster/shared/length-x-links.ts'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { longestTurn } from '../channels/workbench.ts'
import { realData } from '../support/real-data.ts'

/** The official expected results, of which nothing goes into the project. */
const folder = realData('api-payloads/twitter-text-conformance/conformance')
const isThere = existsSync(folder)
if (!isThere) console.warn(`SKIPPED: ${folder} is not there, so nothing is held against what twitter-text expects.`)

type Case = { description: string; text: string; expected: unknown }

function casesOf(file: string, ...groups: string[]): Case[] {
  if (!isThere) return []
  const { tests } = parse(readFileSync(`${folder}/${file}`, 'utf8')) as { tests: Record<string, Case[]> }
  return (groups.length === 0 ? Object.keys(tests) : groups).flatMap(group => tests[group] ?? [])
}

function urlsIn(text: string): string[] {
  return linksIn(text).map(({ start, end }) => text.slice(start, end))
}

/** The first of these groups was written for the count before emoji were one: the other holds the same with them. */
const beforeEmoji = /^Count (?:a mix of single byte|unicode emoji chars outside)/

test.skipIf(!isThere)('[CH59] every text weighs on X what the official expected results say', () => {
  const plain = casesOf('validate.yml', 'WeightedTweetsCounterTest').filter(
    ({ description }) => !beforeEmoji.test(description),
  )
  const others = casesOf(
    'validate.yml',
    'WeightedTweetsWithDiscountedEmojiCounterTest',
    'UnicodeDirectionalMarkerCounterTest',
  )
  const all = [...plain, ...others] as (Case & { expected: { weightedLength: number; valid: boolean } })[]
  expect(all.length).toBeGreaterThan(40)
  const wrong = all.filter(({ text, expected }) => weightOf(text) !== expected.weightedLength)
  expect(wrong).toEqual([])
})

test.skipIf(!isThere)('[CH59] what X makes a link of is what the official expected results say', () => {
  const cases = [
    ...casesOf('extract.yml', 'urls', 'tco_urls_with_params', 'urls_with_directional_markers'),
    ...casesOf('tlds.yml'),
  ]
  expect(cases.length).toBeGreaterThan(1_600)
  const expectedOf = ({ expected }: Case) =>
    (expected as (string | { url: string })[]).map(each => (typeof each === 'string' ? each : each.url))
  const wrong = cases.filter(each => urlsIn(each.text).join('\n') !== expectedOf(each).join('\n'))
  expect(wrong).toEqual([])
})

test.skipIf(!isThere)('[CH59] where a link stands is what the official expected results say', () => {
  const cases = casesOf('extract.yml', 'urls_with_indices')
  expect(cases.length).toBeGreaterThan(5)
  for (const { text, expected, description } of cases) {
    const points = (end: number) => charactersIn(text.slice(0, end))
    const found = linksIn(text).map(({ start, end }) => ({
      url: text.slice(start, end),
      indices: [points(start), points(end)],
    }))
    expect(found, description).toEqual(expected)
  }
})

test('[CH59] a link is 23, a letter of East Asia 2, joined emoji 2 whatever they are joined of', () => {
  expect(weightOf('Read https://status.example.com/incidents/a-very-long-name?of=what#is now')).toBe(5 + 23 + 4)
  expect(weightOf('status.example.com')).toBe(23)
  expect(weightOf('故障')).toBe(4)
  expect([weightOf('👩‍👩‍👧'), weightOf('🧑🏽‍🦽'), weightOf('🇩🇪'), weightOf('1️⃣')]).toEqual([2, 2, 2, 2])
  expect(weightOf('Zażo\u0301łć')).toBe(6)
  expect(inX('Hi', 'public')).toEqual({ used: 2, longest: 280, unit: 'weighted' })
})

test('[CH59] the work for a hostile text grows with its length', async () => {
  const units = ['a-', 'a.', 'あ', '.', '(', '(a', 'a!', '@!', 'xn--', 'a.com?!', '👩‍👩‍👧']
  for (const unit of units) {
    const text = `.http://x.com/${unit.repeat(Math.ceil(20_000 / unit.length))}`
    expect(await longestTurn(async () => void weightOf(text)), unit).toBeLessThan(400)
  }
})
