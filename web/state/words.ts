import i18next, { type ParseKeys } from 'i18next'
import type apart from '../words/apart/en.json'
import english from '../words/en.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof english & typeof apart }
  }
}

/** Every language by its own name. */
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

export type Key = ParseKeys
export type Values = Readonly<Record<string, string | number>>

const storageKey = 'muster/language'
const seam = '\u0000'

/** What this person chose, else the first of their browser's languages that is spoken here. */
export const language: Language = kept() ?? navigator.languages.map(languageOf).find(one => one !== null) ?? 'en'

/** The same language as this person's region writes its numbers and times. */
export const locale: string = navigator.languages.find(tag => languageOf(tag) === language) ?? language

const numbers = new Intl.NumberFormat(locale)
const amounts = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const lists = new Intl.ListFormat(locale, { type: 'conjunction' })

/** Fetches the language, before anything is shown. English came with the screens, and stands in where that fails. */
export async function learnWords(): Promise<void> {
  const fetched = language === 'de' ? await import('../words/de.json').catch(() => null) : null
  const spoken = fetched === null ? 'en' : language
  await i18next.init({
    lng: spoken,
    fallbackLng: 'en',
    resources: { en: { translation: english }, ...(fetched && { [spoken]: { translation: fetched.default } }) },
    // What is shown is text, never markup.
    interpolation: { escapeValue: false },
  })
  document.documentElement.lang = spoken
}

let learned: Promise<void> | null = null

/** Fetches the words of what comes later, once; throws where they cannot be had. */
export function learnApart(): Promise<void> {
  learned ??= fetchApart().catch((error: unknown) => {
    learned = null
    throw error
  })
  return learned
}

async function fetchApart(): Promise<void> {
  const spoken = i18next.language
  const { default: texts } = await (spoken === 'de'
    ? import('../words/apart/de.json')
    : import('../words/apart/en.json'))
  i18next.addResourceBundle(spoken, 'translation', texts, true)
}

/** Begins this page anew in another language. */
export function choose(chosen: Language): void {
  localStorage.setItem(storageKey, chosen)
  location.reload()
}

/** A text in this person's language. Numbers are written as they write them; `count` chooses the plural. */
export function say(key: Key, values: Values = {}): string {
  const shown = Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? number(value) : value])
  const { count } = values
  const plural = typeof count === 'number' ? { count } : {}
  return i18next.t(key, { ...plural, replace: Object.fromEntries(shown), nest: false })
}

/** What stands before and after the blank `piece`, which markup fills. */
export function around(key: Key, values: Values = {}): readonly [before: string, after: string] {
  const [before = '', after = ''] = say(key, { ...values, piece: seam }).split(seam)
  return [before, after]
}

export function isKey(key: string): key is Key {
  return i18next.exists(key)
}

export function number(value: number): string {
  return numbers.format(value)
}

/** Of money, to the cent. */
export function amount(value: number): string {
  return amounts.format(value)
}

/** Several as one text: "Ada, Bea, and Cleo". */
export function listed(several: readonly string[]): string {
  return lists.format(several)
}

function kept(): Language | null {
  return languageOf(localStorage.getItem(storageKey) ?? '')
}

function languageOf(tag: string): Language | null {
  const [first = ''] = tag.toLowerCase().split('-')
  return first === 'en' || first === 'de' ? first : null
}
