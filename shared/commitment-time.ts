import { type Clause, deniedBefore, type Finder, type Found, isPast } from './clause.ts'
import { clockTime, halfHour, type Reading } from './commitment-clock.ts'
import { dayTime } from './commitment-day.ts'
import { spanTime } from './commitment-span.ts'

const asked =
  /\b(?:please|bitte|kindly)\b.{0,60}\b(?:send|reply|write|let us know|answer|contact|confirm|schicken|senden|schreiben|antworten|melden sie)\b/

const lapsed = /\b(?:since|seit|as of|last|past|previous|letzten?|vergangenen?|every|each|jeden)(?: \w{1,8}){0,2} ?$/

function read(clause: Clause, reading: Reading): Found[] {
  const found: Found[] = []
  for (const match of clause.text.matchAll(reading.pattern)) {
    const { 0: words, index: from } = match
    const key = reading.keyOf(match)
    if (key === null || !comes(clause, from, words, reading)) continue
    const last = lasting.test(words) && deniedBefore(clause, from)
    found.push({ from, to: from + words.trimEnd().length, key: last ? `not before ${key}` : key })
  }
  return found
}

const lasting = /^(?:before|vor)\b/

function comes(clause: Clause, from: number, words: string, { bounding, onlyAhead }: Reading): boolean {
  if (lapsed.test(clause.text.slice(Math.max(0, from - 24), from))) return false
  if (deniedBefore(clause, from) && !lasting.test(words)) return false
  if (isPast(clause, from, bounding.test(words))) return false
  return !onlyAhead?.test(words) || clause.tenses.some(({ future }) => future)
}

/** Times and dates by which something comes. What is past, unknown or asked of the customer binds nobody. */
export const timesIn: Finder = clause => {
  if (clause.unsure || asked.test(clause.text)) return []
  return [spanTime, halfHour, clockTime, dayTime].flatMap(reading => read(clause, reading))
}
