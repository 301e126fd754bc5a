import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIntents } from './text-intents.ts'
import { rowsOf } from './text-rows.ts'

/** A real text, and whether people said of it what is asked. */
export type Labelled = { text: string; is: boolean }

type Halves = { chosenOn: Labelled[]; reported: Labelled[] }

/**
 * Real messages of which people said one thing. One half of each was looked at while the words of `distress-words.ts` were
 * chosen; figures are of the other.
 */
export type LabelledSet = {
  what: string
  /** Whether it should be told by all signs, or by hostility alone. */
  by: 'distress' | 'hostility'
  language: 'en' | 'de'
  /** Where it stands in the folder of data. */
  file: string
  halves: (data: string) => Halves
}

/**
 * - complaints-data.csv: Preoţiuc-Pietro, Gaman, Aletras, "Automatically Identifying Complaints in Social Media" (2019), as
 *   its authors published it; no licence stated.
 * - Tweets.csv: "Twitter US Airline Sentiment" of Figure Eight (2015), said to be CC BY-NC-SA 4.0.
 * - germeval2017.dev.tsv: the development part of GermEval 2017, what was written in public about a railway; no licence stated.
 * - labeled_data.csv: Davidson, Warmsley, Macy, Weber, "Automated Hate Speech Detection" (2017), MIT. Whoever writes the
 *   English of black Americans is often called offensive in it.
 * - germeval2018.training.txt and germeval2018.test.txt: GermEval 2018, CC BY 4.0.
 * - banking77: what it says, of its 77 topics those that a bank sees to first.
 */
export const labelledSets: readonly LabelledSet[] = [
  {
    what: 'Tweets to companies that complain',
    by: 'distress',
    language: 'en',
    file: 'distress/complaints-data.csv',
    halves: data => halved(rowsIn(data, 'complaints-data.csv').map(([, text = '', is]) => ({ text, is: is === '1' }))),
  },
  {
    what: 'Tweets to airlines that are negative',
    by: 'distress',
    language: 'en',
    file: 'distress/Tweets.csv',
    halves: data => airlines(rowsIn(data, 'Tweets.csv')),
  },
  {
    what: 'Of a railway, negative (German)',
    by: 'distress',
    language: 'de',
    file: 'distress/germeval2017.dev.tsv',
    halves: data => railway(data, (sentiment, _aspects) => sentiment === 'negative'),
  },
  {
    what: 'Questions to a bank that are urgent by their topic',
    by: 'distress',
    language: 'en',
    file: 'intents/banking77',
    halves: data => ({ chosenOn: banking(data, 'train'), reported: banking(data, 'test') }),
  },
  {
    what: 'Of a railway, of somebody in danger (German)',
    by: 'distress',
    language: 'de',
    file: 'distress/germeval2017.dev.tsv',
    halves: data => railway(data, (_sentiment, aspects) => aspects.includes('Sicherheit#Haupt:negative')),
  },
  {
    what: 'Tweets that offend',
    by: 'hostility',
    language: 'en',
    file: 'distress/labeled_data.csv',
    halves: data => {
      const [, ...rows] = rowsIn(data, 'labeled_data.csv')
      return halved(rows.map(([, , , , , kind, text = '']) => ({ text, is: kind !== '2' })))
    },
  },
  {
    what: 'German tweets that offend',
    by: 'hostility',
    language: 'de',
    file: 'distress/germeval2018.test.txt',
    halves: data => ({ chosenOn: offences(data, 'training'), reported: offences(data, 'test') }),
  },
]

function airlines([names = [], ...rows]: string[][]): Halves {
  const [text, sentiment] = [names.indexOf('text'), names.indexOf('airline_sentiment')]
  return halved(rows.map(row => ({ text: row[text] ?? '', is: row[sentiment] === 'negative' })))
}

function railway(data: string, is: (sentiment: string, aspects: string) => boolean): Halves {
  const about = linesIn(data, 'germeval2017.dev.tsv').filter(([, , relevant]) => relevant === 'true')
  return halved(about.map(([, text = '', , sentiment = '', aspects = '']) => ({ text, is: is(sentiment, aspects) })))
}

function offences(data: string, part: 'training' | 'test'): Labelled[] {
  return linesIn(data, `germeval2018.${part}.txt`).map(([text = '', kind]) => ({ text, is: kind === 'OFFENSE' }))
}

/** Where somebody else may be at a customer's money, or it was taken wrongly. */
const urgent = new Set(
  [
    'compromised_card, lost_or_stolen_card, lost_or_stolen_phone, card_payment_not_recognised, card_swallowed',
    'cash_withdrawal_not_recognised, direct_debit_payment_not_recognised, transaction_charged_twice',
  ].flatMap(line => line.split(', ')),
)

function banking(data: string, part: 'train' | 'test'): Labelled[] {
  return readIntents(data, part).map(({ text, topic }) => ({ text, is: urgent.has(topic) }))
}

/** By what a text says, not where it stands: copies of one never stand in both halves. */
function halved(all: readonly Labelled[]): Halves {
  const isChosenOn = ({ text }: Labelled) => (createHash('sha256').update(text).digest()[0] ?? 0) < 128
  return { chosenOn: all.filter(isChosenOn), reported: all.filter(each => !isChosenOn(each)) }
}

function linesIn(data: string, name: string): string[][] {
  const lines = readFileSync(join(data, 'distress', name), 'utf8')
    .trim()
    .split('\n')
  return lines.map(line => line.split('\t'))
}

function rowsIn(data: string, name: string): string[][] {
  return rowsOf(readFileSync(join(data, 'distress', name), 'utf8'))
}
