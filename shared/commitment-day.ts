import type { Reading } from './commitment-clock.ts'

const english = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')
const german = 'montag dienstag mittwoch donnerstag freitag samstag sonntag'.split(' ')
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const month =
  '(jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|maerz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\\b\\.?'
const dayLead =
  '(?:(?:by|on|until|till|before|from|starting|no later than|next|this|coming|later|bis|am|ab|vor|zum|noch|kommenden?|naechsten?|diesen|spaetestens|the|end of|the end of|ende|of|der|early|in|anfang|im laufe|des) ){0,4}'
const day = new RegExp(
  `\\b(${dayLead})(?:(tomorrow|uebermorgen|(?<!guten |heute |diesen |am |jeden |gestern |schoenen |frueh)morgen|tonight|(?:heute|this) (?:abend|evening|nachmittag|nacht|afternoon|mittag)|(?:nach|vor)?mittag|abend|afternoon|evening|lunch(?:time)?|close of business|cob|today|heute|eod|(?:business )?day|tages|feierabend|weekend|wochenende|week|woche|month|monats?)|(${[...english, ...german].join('|')})|${month} (\\d{1,2})(?:st|nd|rd|th)?\\b|(\\d{1,2})(?:st|nd|rd|th|\\.)? (?:of )?${month}|(20\\d\\d)-(\\d\\d)-(\\d\\d)|(?<=\\b(?:am|bis|bis zum|zum|vom|ab|den|vor dem) )([0-3]?\\d)\\.([01]?\\d)\\.(?:20\\d\\d)?(?!\\d))`,
  'g',
)
const dayBound =
  /\b(?:by|until|till|before|later|tomorrow|tonight|bis|vor|noch|spaetestens|uebermorgen|next|naechste\w?|kommende\w?|coming)\b/

export const dayTime: Reading = {
  pattern: day,
  bounding: dayBound,
  onlyAhead: /^(?:the )?(?:(?:today|heute)$|\w{3,6}(?:day|tag|woch)\b|\d|[a-z]{3,9}\.? \d)/,
  keyOf(match) {
    const {
      1: lead = '',
      2: named,
      3: weekday,
      4: monthFirst,
      5: dayAfter,
      6: dayFirst,
      7: monthAfter,
      9: isoMonth,
      10: isoDay,
      11: dotDay,
      12: dotMonth,
    } = match
    if (named !== undefined) return namedDay(named, lead)
    if (weekday !== undefined) return english[(english.indexOf(weekday) + 1 || german.indexOf(weekday) + 1) - 1] ?? null
    const written = monthFirst ?? monthAfter ?? ''
    const dated = isoMonth ?? dotMonth ?? String(months.indexOf(englishMonth(written)) + 1)
    return `on ${dated.padStart(2, '0')}-${(dayAfter ?? dayFirst ?? isoDay ?? dotDay ?? '').padStart(2, '0')}`
  },
}

function englishMonth(written: string): string {
  return written.slice(0, 3).replace('mae', 'mar').replace('mai', 'may').replace('okt', 'oct').replace('dez', 'dec')
}

const namedDays: [pattern: RegExp, key: string][] = [
  [/^(?:tomorrow|morgen)/, 'tomorrow'],
  [/^uebermorgen/, 'in 2 days'],
  [/business|^cob|^today|^heute$|^eod|^feierabend|^day$|^tages$/, 'today'],
  [/abend|evening|tonight|nacht(?!mittag)/, 'tonight'],
  [/mittag|noon|lunch/, 'this afternoon'],
]
/** These are times to come where a word before them says which; "this is a bad day" names none. */
const ledIn: [pattern: RegExp, lead: RegExp][] = [
  [/^(?:(?:nach|vor)?mittag|abend|afternoon|evening|lunch)/, /./],
  [/^(?:day|tages)$/, /end|laufe/],
  [
    /^(?:week|woche|month|monat)/,
    /\b(?:next|this|end|ende|by|before|bis|over|naechste|kommende|diese|early|later|anfang|am|zum|im)/,
  ],
]

function namedDay(named: string, lead: string): string | null {
  if (ledIn.some(([pattern, wanted]) => pattern.test(named) && !wanted.test(lead))) return null
  const day = namedDays.find(([pattern]) => pattern.test(named))
  if (day !== undefined) return day[1]
  const turn = /next|naechste|kommende|coming/.test(lead) ? 'next' : 'this'
  if (/end/.test(named)) return `${turn} weekend`
  return `${turn} ${named.startsWith('w') ? 'week' : 'month'}`
}
