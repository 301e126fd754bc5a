import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAlike } from './text-alike.ts'
import { measureDistress } from './text-distress.ts'
import { firstOfEach, readIntents } from './text-intents.ts'
import { labelledSets } from './text-labelled.ts'
import { measureEnglish, measureLanguages } from './text-language.ts'
import { measureLikeness } from './text-likeness.ts'
import { readLanguages, readMails, readUpdates } from './text-samples.ts'
import { printTable } from './text-table.ts'
import { measureTopics } from './text-topics.ts'

/**
 * How well texts are told apart, on real ones: `node load/measure-text.ts [--data FOLDER]`. Languages and mails come from
 * packages that it fetches once; a bank's tagged questions, a status page's updates, and messages of which people said
 * whether somebody fares badly (in `distress/`, see `text-labelled.ts`) from a folder of data that is no part of the
 * project. Beside each figure stands the one for which the technique was chosen, on other texts where the row does not name
 * the same, or for distress what a well-kept list of words tells of the same texts. Times belong to the machine.
 */
const { values } = parseArgs({ options: { data: { type: 'string' } } })
const data = resolve(values.data ?? resolve(import.meta.dirname, '../../shared/data'))
const hasData = existsSync(resolve(data, 'intents/banking77'))
if (!hasData) console.warn(`SKIPPED: there is no data at ${data}; neither topics nor status updates were measured.`)

const mails = await readMails()
const questions = hasData ? [...readIntents(data, 'train'), ...readIntents(data, 'test')].map(({ text }) => text) : []

printTable('Language', [
  ...measureLanguages('Tweets', readLanguages('tweets'), '99.3 % (of all, sure or not)'),
  ...measureLanguages('Sentences', readLanguages('sentences'), ''),
  ...measureEnglish('Mails, nearly all English', mails),
  ...(hasData ? measureEnglish('Questions to a bank, all English', questions) : []),
])

const none: [string, string] = ['', '']
printTable('Nearly the same', [
  ...measureLikeness('Mails', mails, ['169 of 169 (tweets)', '52 µs']),
  ...(hasData ? measureLikeness('Questions to a bank', questions, none) : []),
  ...(hasData ? measureLikeness('Updates of a status page', readUpdates(data), none) : []),
])

if (hasData) {
  const [known, asked] = [readIntents(data, 'train'), readIntents(data, 'test')]
  const whole = { accuracy: '91.2 %', learning: '2.9 s', each: '88 µs' }
  const few = { accuracy: '72.7 %', learning: '', each: '' }
  printTable('Groups of nearly the same', measureAlike('Questions to a bank, 77 topics', [...known, ...asked]))
  printTable('Topics (banking77, 77 topics)', [
    ...measureTopics('All that was tagged', known, asked, whole),
    ...measureTopics('Ten tagged of each', firstOfEach(known, 10), asked, few),
  ])
}

const there = labelledSets.filter(({ file }) => existsSync(resolve(data, file)))
for (const { what, file } of labelledSets.filter(set => !there.includes(set))) {
  console.warn(`SKIPPED: there is no ${file} at ${data}; "${what}" was not measured.`)
}
if (there.length > 0) {
  const rows = there.flatMap(set => measureDistress(set, data))
  printTable('Distress, and hostility apart (of the half that no word was chosen by)', rows, 'by a list of words')
}
