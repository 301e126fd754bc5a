import type { Finder } from './clause.ts'
import { number, numberOf } from './commitment-numbers.ts'

const people =
  '(?:customers?|users?|people|accounts?|clients?|kunde|kundin|compan(?:y|ies)|organi[sz]ations?|subscribers?|members?|merchants?|kund(?:en|innen)|nutzer(?:n|innen)?|benutzern?|personen|konten|unternehmen|firmen)'
const traffic =
  '(?:requests?|orders?|payments?|transactions?|messages?|runs?|jobs?|repositor(?:y|ies)|deliver(?:y|ies)|anfragen|bestellungen|zahlungen|traffic|pages?|calls?|devices?|geraete|sites?|websites?|shops?)'
const some =
  '(?:(?:of |the |our |your |other |der |unserer |aller |die |(?!affected|impacted|betroffene|seconds?\\b|minute|hours?\\b|days?\\b|stunde)\\w{3,14} ){0,3})'
const share = new RegExp(
  `(?:~|<)?(?<![\\d.,])(\\d{1,3}(?:[.,]\\d{1,4})?(?: ?- ?\\d{1,3}(?:[.,]\\d{1,4})?)?) ?(?:%|percent|per cent|prozent) (?:of |der |aller |unserer |ihrer |von )?(?:(?:[\\w-]{1,16} ){0,3}?(${people}|${traffic})\\b|(?:[\\w-]{1,16} ){0,2}?([a-z]{4,16}))|\\brates? (?:\\w{1,9} ){0,4}\\(?(?:~|<)?(\\d{1,3}(?:[.,]\\d{1,4})?) ?%`,
  'g',
)
const count = new RegExp(
  `(?<![\\w:.,])(?:(\\d{1,3}(?:[.,]\\d{3}){1,3}|\\d{1,9}(?:[.,]\\d{1,2})?k?|${number})(?: (thousand|million|tausend|millionen))?|(thousands|hundreds|tausende|hunderte|dozens|dutzende)(?: of| von)?) ${some}(${people})\\b`,
  'g',
)
const words: [key: string, words: string][] = [
  ['share', 'one in \\w{1,8}|jede\\w? (?:zweite|dritte|vierte|fuenfte|zehnte|zwanzigste|hundertste)\\w?'],
  [
    'few',
    'only (?:a )?(?:few|some|small|handful|one|two)|(?:very |extremely )?(?:small|tiny|limited|low) (?:number|percentage|percent|%|share|part|fraction|group|subset|portion|amount)|(?:a )?handful|a few|very few|nur (?:wenige|einige|einzelne|ein kleiner)|(?:sehr )?wenige|(?:klein\\w{0,2}|gering\\w{0,2}) (?:teil|anteil|anzahl|zahl)|einzelne',
  ],
  [
    'most',
    'most|(?:the )?(?:vast )?majority|(?:die )?meisten|(?:gross\\w{0,2}) (?:teil|anteil|anzahl|zahl)|large (?:number|share|part|percentage)|more than half|over half|ueber die haelfte',
  ],
  ['half', 'half|(?:die )?haelfte'],
  ['all', 'all|every|each|alle|saemtliche|jeder'],
  ['no', 'no other|no|none|keine (?:anderen |weiteren )?|not any'],
  ['everyone', 'everyone|everybody|jeder(?! \\w{1,12}e\\b)'],
  ['only you', 'only you(?:r account)?|you are the only|nur sie|sie sind (?:\\w{1,8} ){0,2}(?:der|die) einzige'],
]
const wordly = words.map(([key, list]): [string, RegExp] => [
  key,
  new RegExp(/^(?:only you|everyone)$/.test(key) ? `\\b(?:${list})\\b` : `\\b(?:${list}) ${some}(${people})\\b`, 'g'),
])
const suffering =
  /\b(?:affect\w{0,3}|impact\w{0,3}|experienc\w{1,3}|see|seeing|saw|fail\w{0,4}|unable|errors?|down|trouble|problems?|issues?|hit|suffer\w{0,3}|without|cannot|can't|encounter\w{0,3}|notice\w{0,1}|betroffen\w{0,1}|beeintraechtigt|fehler|probleme|gestoert|ausgefallen|spueren|restored|recovered|working|back|delayed|degraded|blocked|slow|kann|koennen|nicht|not)\b/

/** How many are affected. "Some" is no number; nobody counts whom we only speak to. */
export const extentsIn: Finder = clause => {
  if (clause.unsure) return []
  const shares = Array.from(clause.text.matchAll(share), ({ 0: all, 1: part, 2: group, 3: noun, 4: rate, index }) => ({
    from: index,
    to: index + all.length,
    key: rate === undefined ? `${plain(part)} % ${groupOf(group ?? noun ?? '')}` : `${plain(rate)} % errors`,
  }))
  const discount = /\b(?:discount|refund|credit|rabatt|nachlass|off|sure|certain|gutschrift|erstatt\w{0,4})\b/
  const told = shares.filter(({ from, to }) => !discount.test(clause.text.slice(Math.max(0, from - 16), to + 12)))
  const suffered = suffering.test(clause.text)
  const counts = Array.from(clause.text.matchAll(count), ({ 0: all, 1: digits, 2: times, 3: many, index }) => ({
    from: index,
    to: index + all.length,
    key: `${many === undefined ? sum(digits ?? '', times) : many} customers`,
  }))
  const vague = wordly
    .filter(([key]) => suffered || /^(?:few|most|only you)$/.test(key))
    .flatMap(([key, pattern]) =>
      Array.from(clause.text.matchAll(pattern), ({ 0: all, index }) => ({
        from: index,
        to: index + all.length,
        key: `${key === 'everyone' ? 'all' : key} customers`,
      })),
    )
  const one = /^(?:an?|one|your|the|ein\w{0,2}|next|naechsten) /
  return [...told, ...counts.filter(({ from }) => suffered && !one.test(clause.text.slice(from))), ...vague]
}

function plain(written = ''): string {
  return written.replace(',', '.')
}

function sum(digits: string, times: string | undefined): string {
  const grouped = /^\d{1,3}(?:[.,]\d{3})+$/.test(digits)
    ? Number(digits.replace(/[.,]/g, ''))
    : numberOf(digits.replace('k', ''))
  const thousands = digits.endsWith('k') || times === 'thousand' || times === 'tausend'
  return String(grouped * (thousands ? 1_000 : times === undefined ? 1 : 1_000_000))
}

function groupOf(noun: string): string {
  return new RegExp(`^${people}$`).test(noun) ? 'customers' : noun.replace(/s$/, '')
}
