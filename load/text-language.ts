import { languageOf } from '@muster/server/text/language.ts'
import type { InLanguage } from './text-samples.ts'
import { mean, microseconds, percent, type Row } from './text-table.ts'

/** Of what was told how much is right, and of all how much was told rightly; each the mean over the languages. */
export function measureLanguages(what: string, samples: readonly InLanguage[], research: string): Row[] {
  const begin = performance.now()
  const answers = samples.map(({ language, text }) => ({ language, told: languageOf(text) }))
  const each = microseconds(performance.now() - begin, samples.length)
  const languages = [...new Set(samples.map(({ language }) => language))]
  const right = (language: string) => answers.filter(one => one.language === language && one.told === language).length
  const precision = languages.map(
    language => right(language) / (answers.filter(({ told }) => told === language).length || 1),
  )
  const recall = languages.map(language => right(language) / answers.filter(one => one.language === language).length)
  const told = answers.filter(answer => answer.told !== null)
  const wrong = told.filter(answer => answer.told !== answer.language).length
  return [
    [
      `${what}: ${languages.length} languages, ${samples.length} texts`,
      `told of ${percent(told.length / samples.length)}`,
      '',
    ],
    ['  of the told right', percent(1 - wrong / told.length), research],
    ['  macro precision, recall', `${percent(mean(precision))}, ${percent(mean(recall))}`, ''],
    ['  a text', each, '55 µs'],
  ]
}

/** Of texts that are nearly all English: of how many a language is told, and how many of these are told English. */
export function measureEnglish(what: string, texts: readonly string[]): Row[] {
  const begin = performance.now()
  const told = texts.map(languageOf)
  const each = microseconds(performance.now() - begin, texts.length)
  const reliable = told.filter(language => language !== null)
  const english = reliable.filter(language => language === 'en').length
  return [
    [`${what}: ${texts.length} texts`, `told of ${percent(reliable.length / texts.length)}`, ''],
    ['  of the told English', percent(english / reliable.length), ''],
    ['  a text', each, ''],
  ]
}
