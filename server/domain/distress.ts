import type { Conversation } from '@muster/shared/conversation.ts'
import { Phrases } from './words.ts'

const english = [
  'urgent, urgently, asap, emergency, immediately, desperate, lawyer, attorney, legal action, sue you, cancel, cancelling',
  'canceling, cancellation, unacceptable, ridiculous, outrageous, furious, disgrace, scam, fraud, worst',
]
const german = [
  'dringend, eilt, notfall, sofort, umgehend, verzweifelt, anwalt, rechtsanwalt, anwältin, rechtliche schritte, klage',
  'kündige, kündigen, kündigung, storniere, stornieren, inakzeptabel, unzumutbar, unverschämt, unverschämtheit',
  'frechheit, katastrophe, betrug, wütend',
]
/** What people write who cannot wait, are about to leave, or have had enough. */
const alarming = new Phrases(
  [...english, ...german].flatMap(line => line.split(', ')).map((text): [string, string] => [text, text]),
)

/**
 * How badly a customer fares once a message came, 0 to 3. One point each for: an alarming word; a second one; shouting (half
 * of the long words in capitals, two at least); a run of "!" and "?"; three messages that wait; five. Never less than before
 * while nobody has answered.
 */
export function distressWith(former: Conversation, text: string): number {
  const waiting = former.messages + 1 - former.answeredThrough
  return faring(former.waitingSince === null ? 0 : former.distress, text, waiting)
}

/** The same where these are all that waits, one after another. */
export function distressAmong(texts: readonly string[]): number {
  return texts.reduce((before, text, index) => faring(before, text, index + 1), 0)
}

function faring(before: number, text: string, waiting: number): number {
  const words = alarming.in(text).size
  const signs = [words >= 1, words >= 2, shouts(text), /[!?！？]{2}/u.test(text), waiting >= 3, waiting >= 5]
  return Math.min(3, Math.max(before, signs.filter(Boolean).length))
}

function shouts(text: string): boolean {
  const long = text.match(/\p{L}{4,}/gu) ?? []
  const loud = long.filter(word => word === word.toUpperCase() && word !== word.toLowerCase())
  return loud.length >= 2 && loud.length * 2 >= long.length
}
