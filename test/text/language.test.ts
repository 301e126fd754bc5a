import { languageOf } from '@muster/server/text/language.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const told: [language: string, text: string][] = [
  ['en', 'My card was declined twice this morning, is something broken?'],
  ['de', 'Seit heute früh kann ich mich nicht mehr anmelden. Was ist da los?'],
  ['fr', 'Impossible de me connecter depuis ce matin, que se passe-t-il ?'],
  ['es', 'No puedo entrar en mi cuenta desde esta mañana, ¿qué pasa?'],
  ['it', 'Il sito non funziona da stamattina, quando torna disponibile?'],
  ['nl', 'Ik kan sinds vanochtend niet meer inloggen, wat is er aan de hand?'],
  ['pt', 'Não consigo entrar na minha conta desde hoje cedo, o que aconteceu?'],
  ['pl', 'Od rana nie mogę się zalogować, co się dzieje?'],
  ['ja', '今朝からログインできません。どうなっていますか？'],
]

test.each(told)('[TX1] %s is told', (language, text) => {
  expect(languageOf(text)).toBe(language)
})

test.each(told)('[TX1] %s is told whatever is linked and addressed', (language, text) => {
  const links = 'https://example.com/why-is-nothing-working-and-when-will-it-be-back-for-all-the-customers'
  expect(languageOf(`@the_support_of_the_company ${text} ${links} hello.there.customer@example.com`)).toBe(language)
})

test.each([
  '',
  ' ',
  'down?',
  'lol ok',
  '???',
  '👍👍👍',
  '12:30',
  'Ok',
  '@kim @lee',
  'https://example.com/the-page-of-the-day',
])('[TX1] of "%s" no language is told', text => {
  expect(languageOf(text)).toBeNull()
})

test('[TX1] whatever the characters, the answer is two letters or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      expect(languageOf(text) ?? 'no').toMatch(/^[a-z]{2}$/)
    }),
  )
})
