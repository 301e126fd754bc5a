import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { commitmentsIn } from '@muster/shared/commitment.ts'
import { styleIn } from '@muster/shared/style.ts'

/**
 * What the rules find in real words: `node load/measure-commitments.ts [--data FOLDER] [--list] [--sample 150 --seed 1]`.
 * FOLDER/status-wording holds incidents of public status pages, one a line of .jsonl files: `{ updates: [{ status, message }] }`.
 * `--list` prints each flagged update with its phrases; `--sample N` prints N flagged and N unflagged ones, for a person to
 * judge.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: resolve(import.meta.dirname, '../../shared/data') },
    list: { type: 'boolean', default: false },
    sample: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})

type Incident = { updates: { status: string; message: string }[] }
type Judged = { message: string; commitments: ReturnType<typeof commitmentsIn>; style: ReturnType<typeof styleIn> }

function messagesOf(folder: string): string[] {
  const files = readdirSync(folder).filter(name => name.endsWith('.jsonl'))
  const lines = files.flatMap(name => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
  return lines.flatMap(line => (JSON.parse(line) as Incident).updates.map(({ message }) => message))
}

function judge(message: string): Judged {
  return { message, commitments: commitmentsIn(message), style: styleIn(message) }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`.padStart(7)
}

/** How many of the texts have each name at least once. */
function shares(title: string, texts: Judged[], namesOf: (judged: Judged) => string[]): void {
  const counts = new Map<string, number>()
  for (const text of texts) for (const name of new Set(namesOf(text))) counts.set(name, (counts.get(name) ?? 0) + 1)
  const any = texts.filter(text => namesOf(text).length > 0).length
  console.log(`${title.padEnd(16)}${String(any).padStart(6)}${percent(any, texts.length)}`)
  for (const [name, count] of [...counts].sort(([, one], [, other]) => other - one)) {
    console.log(`  ${name.padEnd(14)}${String(count).padStart(6)}${percent(count, texts.length)}`)
  }
}

function show({ message, commitments, style }: Judged): void {
  console.log(`- ${message.replace(/\s+/g, ' ')}`)
  for (const { kind, phrase, key } of commitments) console.log(`    ${kind}: "${phrase}" → ${key}`)
  for (const { rule, from, to } of style) console.log(`    (${rule}) "${message.slice(from, to)}"`)
}

/** The same ones for the same seed. */
function sampleOf<T>(all: T[], size: number): T[] {
  const order = all.map((one, index) => ({
    one,
    at: (Math.imul(index + 1, 2_654_435_761) ^ (Number(values.seed) * 40_503)) >>> 0,
  }))
  return order
    .sort((first, second) => first.at - second.at)
    .slice(0, size)
    .map(({ one }) => one)
}

const folder = join(values.data, 'status-wording')
if (!existsSync(folder)) {
  console.error(`There is no folder ${folder}. Name the one that holds status-wording: --data FOLDER`)
  process.exit(1)
}
const messages = messagesOf(folder)
const different = [...new Set(messages)].map(judge)
console.log(`${messages.length} updates, ${different.length} different`)
shares('all: commits to', messages.map(judge), ({ commitments }) => commitments.map(({ kind }) => kind))
shares('different', different, ({ commitments }) => commitments.map(({ kind }) => kind))
shares('style', different, ({ style }) => style.map(({ rule }) => rule))
const flagged = different.filter(({ commitments }) => commitments.length > 0)
if (values.list) flagged.forEach(show)
const size = Number(values.sample)
if (size > 0) {
  console.log(`\n# ${size} of ${flagged.length} flagged`)
  sampleOf(flagged, size).forEach(show)
  const others = different.filter(({ commitments }) => commitments.length === 0)
  console.log(`\n# ${size} of ${others.length} not flagged`)
  sampleOf(others, size).forEach(show)
}
