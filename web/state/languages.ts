import type { Conversation } from '@muster/shared/conversation.ts'
import { locale } from './words.ts'

/** What most companies answer in; whatever customers of an incident write in comes to it. */
const usual = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt']

const names = new Intl.DisplayNames(locale, { type: 'language' })

/** Each in this person's own language. */
export function languageName(code: string): string {
  return names.of(code) ?? code
}

/** Languages to choose from, by name. */
export function languagesOf(conversations: Iterable<Conversation>, also: string): { value: string; label: string }[] {
  const codes = new Set(also === '' ? usual : [...usual, also])
  for (const { language } of conversations) if (language !== null) codes.add(language)
  return [...codes]
    .map(value => ({ value, label: languageName(value) }))
    .sort((one, other) => one.label.localeCompare(other.label))
}
