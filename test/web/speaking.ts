import { vi } from 'vitest'

/**
 * The screens' words as a browser of this language has them: what a test imports after this says them. Where people look from
 * is the only thing a screen's words ask of a browser.
 */
export async function speak(language: 'en' | 'de'): Promise<void> {
  vi.resetModules()
  vi.stubGlobal('navigator', { languages: [language] })
  vi.stubGlobal('localStorage', { getItem: () => null })
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  const { learnApart, learnWords } = await import('../../web/state/words.ts')
  await learnWords()
  await learnApart()
}
