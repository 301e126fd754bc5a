import { eld } from 'eld/extrasmall'
import { withoutAddresses } from '../domain/masking.ts'

/** The language a text is written in, by ISO 639-1; null where it is too short or too mixed to say. */
export function languageOf(text: string): string | null {
  const found = eld.detect(withoutAddresses(text))
  return found.isReliable() ? found.language : null
}
