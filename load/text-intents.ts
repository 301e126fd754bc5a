import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tagged } from '@muster/server/text/topic-model.ts'

/** One part of banking77: real questions of a bank's customers, each under one of 77 topics. */
export function readIntents(dataFolder: string, part: 'train' | 'test'): Tagged[] {
  const file = join(dataFolder, 'intents/banking77/banking_data', `${part}.csv`)
  const rows = readFileSync(file, 'utf8').matchAll(/^(?:"((?:[^"]|"")*)"|([^,\n]*)),([^,\n]+?)\r?$/gm)
  const [, ...questions] = rows
  return questions.map(([, quoted, plain, topic]) => ({
    text: quoted?.replaceAll('""', '"') ?? plain ?? '',
    topic: topic ?? '',
  }))
}

/** The first so many of each topic: what people would have tagged in the first hour. */
export function firstOfEach(examples: readonly Tagged[], count: number): Tagged[] {
  const topics = Map.groupBy(examples, ({ topic }) => topic).values()
  return [...topics].flatMap(ofTopic => ofTopic.slice(0, count))
}
