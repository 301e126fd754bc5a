import { type Clause, deniedBefore, type Finder } from './clause.ts'

const thing =
  '(?:data|messages?|files?|orders?|records?|backups?|photos?|documents?|information|payments?|passwords?|entries|emails|work|(?:card )?details|contents?|events|deliveries|nothing|everything|anything|(?:kunden)?daten|(?:karten|bank)daten|nachricht(?:en)?|datei(?:en)?|bestellung(?:en)?|zahlung(?:en)?|passwoerter|passwort|inhalte|unterlagen|nichts|alles|fotos)'
const own =
  '(?:(?:any|some|all|of|your|the|our|their|customer|no|personal|ihre\\w?|die|alle|keine|unsere\\w?|einige) ){0,3}'
const gap = "(?!(?:are|is) missing\\b)(?:(?!(?:that|which|and|but|to|with|in)\\b)[\\w',-]{1,16} ){0,6}"
const lost =
  '(?:lost|deleted|destroyed|corrupted|corrupt|wiped|erased|(?:is|are|was|were|been) (?:not )?(?:missing|gone)|verloren|geloescht|zerstoert|beschaedigt|weg)'
const losing = '(?:lost|lose|losing|deleted|destroyed|wiped|verlieren|verloren)'
const exposed =
  '(?:leaked|exposed|stolen|compromised|breached|disclosed|accessed by|viewed by|gestohlen|abgeflossen|offengelegt|kompromittiert|eingesehen|entwendet)'
const safe =
  '(?:safe|secure|intact|preserved|protected|not affected|unaffected|not at risk|untouched|sicher|unversehrt|nicht betroffen|erhalten geblieben|vollstaendig erhalten|geschuetzt)'
const denied = '(?:\\b(?:no|none of|kein\\w{0,2}) (?:[\\w-]{1,14} ){0,3})?\\b'
type Fate = 'lost' | 'exposed' | 'safe' | 'touched'
const patterns: [kind: Fate, pattern: string][] = [
  ['lost', '(?:data loss|loss of (?:\\w{1,10} ){0,2}data|datenverlust\\w{0,2}|verlust (?:\\w{1,10} ){0,2}daten)'],
  ['exposed', '(?:data (?:breach|leak)|datenleck|datenpanne|security (?:breach|incident)|unauthori[sz]ed access)'],
  ['lost', `${thing} ${gap}${lost}`],
  ['lost', `(?:we|have|has|you|they|not|n't) ${losing} ${own}${thing}`],
  ['exposed', `${thing} ${gap}${exposed}`],
  ['exposed', `(?:leaked|exposed|stole|disclosed) ${own}${thing}`],
  [
    'exposed',
    `(?:nobody|no one|somebody|someone|third part(?:y|ies)|hackers?|attackers?|niemand|jemand|dritte) (?:[\\w]{1,12} ){0,3}(?:access\\w{0,2} (?:to )?|zugriff auf |seen |read )${own}${thing}`,
  ],
  ['safe', `${thing} ${gap}${safe}`],
  [
    'touched',
    `(?:data|files|messages|information|passwords|(?:kunden)?daten|nachrichten) ${gap}(?:affected|at risk|in danger|betroffen|in gefahr)`,
  ],
]
const expressions = patterns.map(([meant, words]): [typeof meant, RegExp] => [
  meant,
  new RegExp(`${denied}${words}\\b`, 'g'),
])
const denial = /\b(?:no|not|none|nothing|nobody|no one|niemand|never|without|nicht|nichts|kein[a-z]{0,2}|ohne)\b|n't\b/
/** What is checked, asked of the customer or only feared says nothing of their data. */
const open =
  /\b(?:if|whether|check\w{0,3}|make sure|in case|falls|wenn|ob|pruefen|bitte|please|to keep|to prevent|avoid|protect against)\b/

export const dataIn: Finder = clause => {
  if (clause.unsure || open.test(clause.text)) return []
  return expressions.flatMap(([meant, pattern]) =>
    Array.from(clause.text.matchAll(pattern), ({ 0: words, index }) => {
      const not = denial.test(words) || deniedBefore(clause, index)
      return { from: index, to: index + words.length, key: keyOf(meant, not, clause) }
    }),
  )
}

function keyOf(meant: Fate, not: boolean, { text }: Clause): string {
  if (meant === 'lost') return not ? 'data safe' : 'data lost'
  if (meant === 'exposed') return not ? 'data private' : 'data exposed'
  if (meant === 'touched') return not ? 'data safe' : 'data affected'
  const unsafe = /\b(?:not (?:safe|secure|intact)|nicht (?:sicher|mehr sicher))\b/.test(text)
  return unsafe ? 'data lost' : 'data safe'
}
