import { conflict, conflictWhys } from '@muster/shared/conflict.ts'
import { missing, notFound } from '@muster/shared/not-found.ts'
import { Refusal } from '@muster/shared/refusal.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import german from '../../web/words/de.json' with { type: 'json' }
import english from '../../web/words/en.json' with { type: 'json' }
import { speak } from './speaking.ts'

const values = { name: 'Bea', holder: 'Cora', number: 2_000, pattern: '(open', secrets: 'refreshToken', id: 'acme' }
const conflicts = conflictWhys.map(why => conflict(why, values))
const absences = missing.map(notFound)
const refusals: Refusal[] = [...conflicts, ...absences]

function blanksOf(text: string): string[] {
  return Array.from(text.matchAll(/\{\{(\w+)\}\}/g), ([, name]) => name ?? '').sort()
}

test('[WB131] nothing that stands in the way or is not there lacks its words in a language', () => {
  for (const words of [english, german]) {
    expect(Object.keys(words.conflict).sort()).toEqual([...conflictWhys].sort())
    expect(Object.keys(words.notFound).sort()).toEqual([...missing].sort())
  }
})

test('[WB131] in English too, for who reads the API, filled with the same values as a screen', () => {
  expect(new Set(refusals.map(({ sentence }) => sentence)).size).toBe(refusals.length)
  for (const refusal of refusals) {
    expect(Refusal.parse(refusal)).toEqual(refusal)
    expect(refusal.sentence).toMatch(/^\p{Lu}[^{}]+\.$|^2000 [^{}]+\.$/u)
  }
  for (const { why, sentence } of conflicts) {
    const filled = Object.entries(values).filter(([, value]) => sentence.includes(String(value)))
    expect(filled.map(([name]) => name).sort(), why).toEqual(blanksOf(english.conflict[why]))
  }
})

describe.each(['en', 'de'] as const)('in %s', language => {
  let refusalSentence: typeof import('../../web/state/sentences.ts').refusalSentence

  beforeAll(async () => {
    await speak(language)
    ;({ refusalSentence } = await import('../../web/state/sentences.ts'))
  })

  test('[WB131] each is a sentence of its own, with what it is about', () => {
    const said = refusals.map(refusalSentence)
    expect(new Set(said).size).toBe(refusals.length)
    for (const sentence of said) expect(sentence).toMatch(/^[\p{Lu}\d\u2068][^{}]+\.$/u)
    for (const [index, { sentence }] of conflicts.entries())
      for (const name of ['Bea', 'Cora', '(open'].filter(each => sentence.includes(each)))
        expect(said[index]).toContain(name)
    expect(said.join(' ')).toContain(language === 'de' ? '2.000 Nachrichten' : '2,000 messages')
    if (language === 'de') expect(said.join(' ')).not.toMatch(/\b(?:the|it|already|nothing|such)\b/i)
  })

  test('[WB131] what a newer server says is in the way stands there as it says it', () => {
    const newer = { ...conflict('own-level', {}), why: 'moon', sentence: 'The moon is in the way.' }
    expect(refusalSentence(newer as never)).toBe('The moon is in the way.')
    const gone = { code: 'not-found', what: 'moon', sentence: 'There is no such moon.' }
    expect(refusalSentence(gone as never)).toBe('There is no such moon.')
  })
})
