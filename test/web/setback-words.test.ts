import type { Failure } from '@muster/shared/failure.ts'
import { Setback, setbackOf } from '@muster/shared/setback.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import german from '../../web/words/apart/de.json' with { type: 'json' }
import english from '../../web/words/apart/en.json' with { type: 'json' }
import { speak } from './speaking.ts'

const codes = Setback.shape.code.options
const failure = (trouble: Failure['trouble'], said: string | null): Failure => {
  return { reason: 'It failed', trouble, status: 502, said }
}
const troubles = Setback.shape.trouble.unwrap().options

test('[WB131] no reason why something did not leave lacks its words in a language', () => {
  for (const { setback } of [english, german])
    expect(Object.keys(setback)).toEqual(expect.arrayContaining([...codes, 'not-taken-alone', 'unclear-alone']))
})

test('[WB131] in English too, for who reads the API', () => {
  const told = codes.map(code => setbackOf(code, failure('other', 'No.')))
  expect(new Set(told.map(({ sentence }) => sentence)).size).toBe(codes.length)
  for (const one of told) expect(Setback.parse(one)).toEqual(one)
  expect(setbackOf('not-taken', 'The channel was closed.').sentence).toBe('The channel was closed.')
})

describe.each(['en', 'de'] as const)('in %s', language => {
  let sentenceOf: (setback: Setback) => string

  beforeAll(async () => {
    await speak(language)
    const { setbackSentence } = await import('../../web/state/setback-words.ts')
    sentenceOf = setback => setbackSentence(setback).replace(/[\u2068\u2069]/g, '')
  })

  test('[WB131] each is a sentence of its own', () => {
    const said = codes.map(code => sentenceOf(setbackOf(code)))
    expect(new Set(said).size).toBe(codes.length)
    for (const sentence of said) expect(sentence).toMatch(/^\p{Lu}[^{}]+\.$/u)
    if (language === 'de') expect(said.join(' ')).not.toMatch(/\b(?:the|it|not|taken)\b/i)
  })

  test('[WB131] each kind of failure is said, and what its network said of it stands in it', () => {
    for (const code of ['not-taken', 'unclear'] as const) {
      const quoted = troubles.map(trouble => sentenceOf(setbackOf(code, failure(trouble, 'NO such thing'))))
      expect(new Set(quoted).size).toBe(troubles.length)
      for (const sentence of quoted) expect(sentence).toMatch(/^[\p{Lu}“„][^{}]+\.$/u)
      expect(quoted.filter(sentence => /[“„]NO such thing[”“]/.test(sentence))).toHaveLength(4)
      expect(sentenceOf(setbackOf(code, failure('other', null)))).toBe(sentenceOf(setbackOf(code)))
    }
  })

  test('[WB131] a mail that came back says what its server said of it, where it said anything', () => {
    const full = sentenceOf(setbackOf('mailbox-full', failure('other', 'Over quota')))
    expect(full).toMatch(language === 'de' ? /^Das Postfach ist voll\. .+„Over quota“\.$/ : /^The .+ “Over quota”\.$/)
    expect(sentenceOf(setbackOf('mailbox-full'))).not.toMatch(/[“„]/)
  })
})
