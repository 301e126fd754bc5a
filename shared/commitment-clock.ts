import { number, numberOf } from './commitment-numbers.ts'

/** A time of what comes: what it was led in by says how sure the reading is. */
export type Reading = {
  pattern: RegExp
  keyOf: (match: RegExpExecArray) => string | null
  bounding: RegExp
  onlyAhead?: RegExp
}

const about =
  '(?:(?:about|around|approximately|approx\\.?|roughly|circa|ca\\.?|etwa|ungefaehr|gegen|rund|spaetestens|latest|the latest|at|um|~) ){0,2}'
const clockLead =
  '(?:(?:by|until|till|before|at|for|around|from|after|to|and|bis|vor|um|gegen|ab|nach|no later than|not later than|nicht spaeter als|spaetestens) )?'
const zone = 'utc|gmt|cest|cet|mesz|mez|pst|pdt|pt|est|edt|et|bst|ist|cst|mst'
const half = '[ap](?:m\\b|\\.m\\b\\.?)'
const clock = new RegExp(
  `\\b(${clockLead}${about})(?:(?<![\\d.:])(\\d{1,2})(?::([0-5]\\d)(?::\\d\\d)?| ?[.h]([0-5]\\d)(?= uhr))?(?![\\d:%])( ?(?:${half}|uhr\\b|o'clock\\b))?|(${number}) (${half}|uhr\\b|o'clock\\b)|(noon|midnight|mitternacht|mittag)\\b)(?: ?\\(?(${zone})\\b)?`,
  'g',
)
const bounding = /^(?:by|until|till|before|bis|vor|no later|not later|nicht spaeter|spaetestens)\b/

export const clockTime: Reading = {
  pattern: clock,
  bounding,
  keyOf(match) {
    const { 2: digits, 3: colon, 4: point, 5: suffix, 6: word, 7: wordSuffix, 8: named, 9: place } = match
    const half = suffix ?? wordSuffix
    if ((named ?? colon ?? half ?? place) === undefined && !standsAlone(match)) return null
    const hour = named === undefined ? numberOf(digits ?? word ?? '') : namedHour(named)
    if (!(hour <= 24)) return null
    const afternoon = half?.includes('p') && hour < 12 ? 12 : 0
    const moment = `at ${String((hour + afternoon) % 24).padStart(2, '0')}:${colon ?? point ?? '00'}`
    return place === undefined ? moment : `${moment} ${place}`
  },
}

/** "By 5": a number alone is an hour where a time leads it in and nothing is counted by it. */
function standsAlone({ 0: whole, 1: lead = '', index, input }: RegExpExecArray): boolean {
  const next = input.slice(index + whole.length)
  if (!/^(?:by|until|till|before|at|for|bis|um|gegen) /.test(lead)) return false
  return /^(?:$|[.,!?)]{1,2}(?: |$)| (?:today|tomorrow|heute|morgen|and|und|we|sind|ist|at)\b)/.test(next)
}

function namedHour(named: string): number {
  return /^mi(?:dn|tter)/.test(named) ? 0 : 12
}

export const halfHour: Reading = {
  pattern: new RegExp(
    `\\b(?:(?:by|until|till|before|at|bis|um|gegen|ab|vor|around) )?(half past|halb) (${number})\\b`,
    'g',
  ),
  bounding,
  keyOf: ({ 1: named, 2: hour = '' }) =>
    `at ${String(numberOf(hour) - (named === 'halb' ? 1 : 0)).padStart(2, '0')}:30`,
}
