import { Defect, defectOf } from '@muster/shared/defect.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import german from '../../web/words/apart/de.json' with { type: 'json' }
import english from '../../web/words/apart/en.json' with { type: 'json' }
import { speak } from './speaking.ts'

const codes = Defect.shape.code.options
const failure = { reason: 'It failed', trouble: 'status', status: 502, said: 'Bad gateway' } as const
const whole = codes.map(code =>
  defectOf(code, 'English.', { field: 'from.address', most: 7, name: 'Grafana', failure }),
)
const bare = codes.map(code => defectOf(code, 'English.'))

test('[WB131] nothing that can be wrong with what came in lacks its words in a language', () => {
  const short = ['unparsed-alone', 'other-shape-alone', 'fault-alone']
  for (const { defect } of [english, german])
    expect(Object.keys(defect)).toEqual(expect.arrayContaining([...codes, ...short]))
  for (const defect of [...whole, ...bare]) expect(Defect.parse(defect)).toEqual(defect)
})

describe.each(['en', 'de'] as const)('in %s', language => {
  let words: typeof import('../../web/state/defect-words.ts')

  beforeAll(async () => {
    await speak(language)
    words = await import('../../web/state/defect-words.ts')
  })

  test('[WB131] each is a sentence of its own, with what it is about', () => {
    for (const defects of [whole, bare]) {
      const said = defects.map(words.defectSentence)
      expect(new Set(said).size).toBe(codes.length)
      for (const sentence of said) expect(sentence).toMatch(/^\p{Lu}[^{}]+\.$/u)
      if (language === 'de') expect(said.join(' ')).not.toMatch(/\b(?:the|it|longer|English)\b/i)
    }
    const said = whole.map(words.defectSentence).join(' ')
    for (const value of ['7 MB', 'from.address', 'Grafana', '502', 'Bad gateway']) expect(said).toContain(value)
  })

  test('[WB131] of a broken alert it says what was wanted of its field, in its reader’s words', () => {
    const wanted = { code: 'one-of', values: { list: 'firing, resolved' } } as const
    const said = words.defectSentence(
      defectOf('alert', 'English.', { field: 'status', name: 'Grafana', wanted, failure }),
    )
    expect(said).toContain(language === 'de' ? 'erwartet wird eines von diesen: ' : 'expected one of these: ')
    expect(said).toContain('firing, resolved')
    expect(said).not.toContain('Bad gateway')
  })

  test('[WB131] what still cannot be read says why, and that it stays', () => {
    const refused = (refusal: object) => ({ type: 'refused', refusal: { sentence: 'English.', ...refusal } }) as never
    const left = (why: string, defect: object | null) =>
      words.retrySentence(refused({ code: 'left-in-quarantine', why, defect }))
    const said = [
      ...bare.map(defect => left('defect', defect)),
      ...['channel-off', 'source-gone', 'source-off'].map(why => left(why, null)),
    ]
    for (const sentence of said) {
      expect(sentence).toMatch(/^.+\. .+\.$/)
      expect(sentence).not.toMatch(/English|[{}]/)
    }
    expect(words.retrySentence({ type: 'done', seq: 1, answer: {} })).toBe(null)
  })
})
