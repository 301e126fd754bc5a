import { deniedBefore, type Finder } from './clause.ts'

const meanings: [key: string, words: string][] = [
  [
    'refund',
    'refund\\w{0,5}|reimburs\\w{1,7}|money back|(?:zu)?rueck(?:zu)?erstatt\\w{1,7}|rueckzahl\\w{0,5}|erstatt\\w{1,5}|(?:geld|betrag) (?:\\w{1,10} ){0,5}zurueck|reverse (?:\\w{1,8} ){0,3}(?:charges?|payments?)',
  ],
  [
    'credit',
    "credited|crediting|(?:service|account|full|partial|goodwill|usd?|eur|month's) credits?|credits? (?:for|on|to|of|towards)|(?:a|an|the) (?:\\S{1,9} ){0,2}credit\\b(?! (?:card|limit|score|check|history))|credit (?:you|your|the|it)|gutschrift\\w{0,2}|gutschreiben|gutgeschrieben|schreiben (?:\\w{1,12} ){0,5}gut\\b",
  ],
  [
    'compensation',
    'compensat\\w{1,6}|entschaedig\\w{1,5}|schaden(?:s)?ersatz|wiedergutmachung|make (?:it )?up (?:to|for) (?:you|it|this)|damages',
  ],
  ['discount', 'discount\\w{0,3}|rabatt\\w{0,2}|nachlass|preisnachlass|price reduction'],
  ['voucher', 'vouchers?|gift cards?|coupons?|gutscheine?n?'],
  [
    'free',
    "free (?:month|week|year|of charge)\\w{0,1}|(?:months?|weeks?) (?:for )?free|on the house|(?:not|won't|don't) (?:have to |need to )?pay\\b|nothing to pay|nichts (?:be)?zahlen|for free|at no (?:extra |additional )?(?:cost|charge)|no charge|waiv(?:e|ed|ing|es)|(?:not|never) be (?:charged|billed)|kostenlos\\w{0,2}|kostenfrei\\w{0,2}|gratis|schenken|freimonat\\w{0,2}|erlassen|berechnen (?:\\w{1,12} ){0,4}nicht|nicht (?:be|ver)rechnet|keine kosten",
  ],
  [
    'costs',
    '(?:pay|cover|bear) (?:for )?(?:\\w{1,8} ){0,3}(?:costs?|damages?|losses|expenses)|(?:kosten|schaden) (?:\\w{1,10} ){0,3}(?:uebernehmen|ersetzen|tragen)|uebernehmen (?:\\w{1,10} ){0,3}(?:kosten|schaden)',
  ],
]
const patterns = meanings.map(([key, words]): [string, RegExp] => [key, new RegExp(`\\b(?:${words})`, 'g')])
const unit = '(?:€|\\$|£|eur(?:os?)?|usd|dollars?|chf|francs|franken|gbp|pounds)'
const amount = new RegExp(
  `(${unit}) ?(\\d{1,6}(?:[.,]\\d{1,3})?)|(\\d{1,6}(?:[.,]\\d{1,3})?) ?(${unit}(?![a-z])|%|percent|per cent|prozent)|\\b(full|fully|complete|entire|voll\\w{0,10}|gesamt\\w{0,3}|komplett\\w{0,2})\\b`,
)
const names: [RegExp, string][] = [
  [/€|eur/, 'eur'],
  [/\$|usd|doll/, 'usd'],
  [/£|gbp|pou/, 'gbp'],
  [/chf|fran/, 'chf'],
  [/./, '%'],
]

/** Whoever writes of the customer's own wish, of a rule or of a form gives nothing. */
const mentioned =
  /\b(?:request\w{0,3}|ask\w{0,3}|wish|wunsch|want|question|enquir\w{1,3}|about|regarding|whether|policy|appl(?:y|ied|ication)|claim\w{0,3}|wuensch\w{0,3}|anfrage\w{0,1}|antrag|bitte um|wegen|ob|bezueglich|gefragt|fragen|frage)\b(?:[^,]{0,30})$/
const form =
  /^(?:[a-z]{0,3})? ?-?(?:request|policy|form|question|enquiry|team|department|process|anfrage|antrag|richtlinie|formular)/
/** Whoever asks somebody not to pay twice gives nothing, unlike whoever says that nobody does. */
const warnedBefore = /\bplease (?:do )?$/
const warnedAfter = /^ (?:twice|again|a second time)\b/
const given = /\b(?:pay|give|receive|get|offer|transfer|send|zahlen|erhalten|bekommen|ueberweisen|bieten)\b/

export const moneyIn: Finder = clause => {
  if (clause.unsure) return []
  const found = patterns.flatMap(([key, pattern]) =>
    Array.from(clause.text.matchAll(pattern), ({ 0: words, index }) => ({
      from: index,
      to: index + words.length,
      key,
    })),
  )
  const sure = found.filter(({ from, to, key }) => {
    const before = clause.text.slice(0, from)
    if (mentioned.test(before) || form.test(clause.text.slice(to, to + 16))) return false
    if (key === 'free' && warnedBefore.test(before.slice(-12)) && warnedAfter.test(clause.text.slice(to, to + 16)))
      return false
    return key === 'free' || !deniedBefore(clause, from)
  })
  if (sure.length > 0) return sure.map(one => ({ ...one, key: withAmount(one.key, clause.text, one.from, one.to) }))
  return sumAlone(clause.text)
}

function withAmount(key: string, text: string, from: number, to: number): string {
  const size = sizeOf(amount.exec(text.slice(Math.max(0, from - 32), from)) ?? amount.exec(text.slice(to, to + 32)))
  return size === null ? key : `${key} ${size}`
}

function sizeOf(match: RegExpExecArray | null): string | null {
  if (match === null) return null
  if (match[5] !== undefined) return '100 %'
  const named = match[1] ?? match[4] ?? ''
  return `${(match[2] ?? match[3] ?? '').replace(',', '.')} ${names.find(([pattern]) => pattern.test(named))?.[1]}`
}

/** "We pay you 50 €": a sum that somebody gives. */
function sumAlone(text: string): ReturnType<Finder> {
  const match = amount.exec(text)
  const size = sizeOf(match)
  if (match === null || size === null || size.endsWith('%') || !given.test(text)) return []
  return [{ from: match.index, to: match.index + match[0].length, key: `pay ${size}` }]
}
