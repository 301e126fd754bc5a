import type { Incident } from '@muster/shared/incident.ts'
import { lines } from './lines.ts'
import { one, type Pick, shuffled } from './pick.ts'

type Ask = 'briefing.askMay' | 'briefing.askNever' | 'briefing.askUnsure'

type OurWords =
  | 'briefing.gossip'
  | 'briefing.nothingYet'
  | 'briefing.promise'
  | 'briefing.ownPromise'
  | 'briefing.askAgain'
  | 'briefing.greeting'
  | 'briefing.askLead'
  | 'briefing.sendAnyway'
  | 'briefing.guess'

type Reason =
  | 'briefing.gossipWhy'
  | 'briefing.nothingYetWhy'
  | 'briefing.mayWhy'
  | 'briefing.promiseWhy'
  | 'briefing.insideWhy'
  | 'briefing.ownPromiseWhy'
  | 'briefing.neverWhy'
  | 'briefing.fineWhy'
  | 'briefing.mayAfterAllWhy'
  | 'briefing.askLeadWhy'
  | 'briefing.sendAnywayWhy'
  | 'briefing.guessWhy'

/** What a choice says: in the incident's own words, or in ours. */
export type Said = { text: string } | { key: OurWords }
/** `why`: what is wrong with it, or why it is right. */
export type Choice = { said: Said; right: boolean; why: Reason }

/**
 * `basis` is what of the guidance it asks about: who answered it rightly need not again while that stays. Exactly one choice is
 * right.
 */
export type Question = { asks: Ask; title: string; basis: string; choices: Choice[] }

type Told = { know: string; maySay: string; mustNotSay: readonly string[] }

const longest = 160

/** What somebody must know before their first customer, asked in the incident's own words. */
export function questionsOf({ title }: { title: Incident['title'] }, facts: Told, pick: Pick): Question[] {
  const guidance = guidanceOf(facts)
  return [
    { asks: 'briefing.askMay', title, basis: facts.maySay, choices: shuffled(ofSaying(guidance, pick), pick) },
    {
      asks: 'briefing.askNever',
      title,
      basis: facts.mustNotSay.join('\n'),
      choices: shuffled(ofKeeping(guidance, pick), pick),
    },
    { asks: 'briefing.askUnsure', title, basis: '', choices: shuffled(ofDoubting(), pick) },
  ]
}

type Guidance = { may: string[]; inside: string[]; never: readonly string[] }

/** `inside` is what we know and did not say we may say. */
function guidanceOf({ know, maySay, mustNotSay }: Told): Guidance {
  const forbids = (text: string) => mustNotSay.some(words => holds(text, words))
  const may = sayings(maySay).filter(text => !forbids(text))
  const inside = sayings(know).filter(text => !isSaidBy(maySay, text))
  return { may, inside, never: mustNotSay }
}

function ofSaying({ may, inside }: Guidance, pick: Pick): Choice[] {
  const said = one(may, pick)
  const internal = one(inside, pick)
  const guess = { said: { key: 'briefing.gossip' }, right: false, why: 'briefing.gossipWhy' } as const
  return [
    said === null
      ? { said: { key: 'briefing.nothingYet' }, right: true, why: 'briefing.nothingYetWhy' }
      : { said: { text: said }, right: true, why: 'briefing.mayWhy' },
    { said: { key: 'briefing.promise' }, right: false, why: 'briefing.promiseWhy' },
    internal === null ? guess : { said: { text: internal }, right: false, why: 'briefing.insideWhy' },
  ]
}

function ofKeeping({ may, never }: Guidance, pick: Pick): Choice[] {
  const forbidden = one(never, pick)
  const said = one(may, pick)
  return [
    forbidden === null
      ? { said: { key: 'briefing.ownPromise' }, right: true, why: 'briefing.ownPromiseWhy' }
      : { said: { text: forbidden }, right: true, why: 'briefing.neverWhy' },
    said === null
      ? { said: { key: 'briefing.askAgain' }, right: false, why: 'briefing.fineWhy' }
      : { said: { text: said }, right: false, why: 'briefing.mayAfterAllWhy' },
    { said: { key: 'briefing.greeting' }, right: false, why: 'briefing.fineWhy' },
  ]
}

function ofDoubting(): Choice[] {
  return [
    { said: { key: 'briefing.askLead' }, right: true, why: 'briefing.askLeadWhy' },
    { said: { key: 'briefing.sendAnyway' }, right: false, why: 'briefing.sendAnywayWhy' },
    { said: { key: 'briefing.guess' }, right: false, why: 'briefing.guessWhy' },
  ]
}

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })

/** A text's lines; of a long one its first sentences, as much as is read at a glance. */
function sayings(text: string): string[] {
  return lines(text).map(line => (line.length <= longest ? line : beginningOf(line)))
}

function beginningOf(line: string): string {
  let beginning = ''
  for (const { segment } of sentences.segment(line)) {
    if (beginning !== '' && beginning.length + segment.length > longest) break
    beginning += segment
  }
  return beginning.length <= longest ? beginning.trim() : `${beginning.slice(0, longest).trimEnd()}…`
}

/** Whether most of its words may be said: what is nearly approved would be a trap. */
function isSaidBy(maySay: string, text: string): boolean {
  const approved = new Set(wordsOf(maySay))
  const words = wordsOf(text)
  return words.filter(word => approved.has(word)).length * 2 > words.length
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function holds(text: string, words: string): boolean {
  return text.toLowerCase().includes(words.toLowerCase())
}
