import { finding, Trial, went } from '@muster/shared/trial.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import german from '../../web/words/apart/de.json' with { type: 'json' }
import english from '../../web/words/apart/en.json' with { type: 'json' }
import { speak } from './speaking.ts'

const codes = Trial.shape.code.options
const names = ['host', 'user', 'protocol', 'folder', 'known', 'address', 'account', 'to', 'other', 'port', 'tlsPort']
const values = {
  ...Object.fromEntries([...names, 'startPort', 'reference'].map(name => [name, `<${name}>`])),
  number: 5_000,
  seconds: 30,
}
const failure = { reason: 'No', trouble: 'sign-in', status: null, said: 'AUTHENTICATE failed' } as const
const trials = codes.map(code => went('reach', finding(code, 'English.', { values })))

test('[WB131] nothing that can come of trying a channel out lacks its words in a language', () => {
  for (const { trial } of [english, german]) {
    expect(Object.keys(trial).toSorted()).toEqual([...codes, 'failed-alone', 'server-said'].toSorted())
  }
  for (const trial of trials) expect(Trial.parse(trial)).toEqual(trial)
})

describe.each(['en', 'de'] as const)('in %s', language => {
  let sentenceOf: (trial: Trial) => string

  beforeAll(async () => {
    await speak(language)
    const { trialSentence } = await import('../../web/state/trial-words.ts')
    sentenceOf = trial => trialSentence(trial).replace(/[\u2068\u2069]/g, '')
  })

  test('[WB131] each is a sentence of its own, filled with what it is about', () => {
    const said = trials.map(sentenceOf)
    expect(new Set(said).size).toBe(codes.length)
    for (const sentence of said) expect(sentence).toMatch(/^[\p{Lu}<][^{}]+[.>]$/u)
    if (language === 'de') expect(said.join(' ')).not.toMatch(/\b(?:the|it|is|English)\b/i)
    for (const name of [...names, 'startPort', 'reference']) expect(said.join(' ')).toContain(`<${name}>`)
    expect(said.join(' ')).toContain(language === 'de' ? '5.000' : '5,000')
  })

  test('[WB131] what a server said of a sign-in stands behind what to do, as it said it', () => {
    const refused = sentenceOf(went('sign-in', finding('password-refused', 'English.', { values, failure })))
    expect(refused).toMatch(language === 'de' ? / Der Server sagte: „AUTH.+“\.$/ : / The server said: “AUTH.+”\.$/)
    const failed = sentenceOf(went('sign-in', finding('failed', 'English.', { failure })))
    expect(failed).toMatch(language === 'de' ? /^Der Server nimmt .+: „AUTH.+“\.$/ : /^Its server does .+: “AUTH.+”\.$/)
  })
})
