import type { Reading } from './commitment-clock.ts'
import { number, numberOf } from './commitment-numbers.ts'

const minutesOf: [unit: RegExp, minutes: number][] = [
  [/^se/, 1 / 60],
  [/^mo/, 43_200],
  [/^m/, 1],
  [/^h|^st/, 60],
  [/^w(?!erk)/, 10_080],
  [/./, 1_440],
]
const unit =
  '(seconds?|sekunden?|min(?:ute)?[sn]?|h(?:ou)?rs?|h|stunden?|std|(?:business |working )?days?|tage?n?|werktage?n?|weeks?|wochen?|months?|monate?n?)\\b'
const filler =
  '(?:(?:about|approximately|approx\\.|around|roughly|the|next|following|another|additional|at most|just|over|under|up to|less than|a matter of|maximal|etwa|ca\\.|circa|rund|ungefaehr|den|der|die|naechsten?|kommenden|weiteren?|hoechstens|spaetestens|von|in|to|of|is|bitte|noch|nur|will take|it|are|:) ){0,5}'
const some =
  '(?:a |an |ein )?(?:couple(?: of)?|couple more|few(?: more)?|several|some|matter of|paar|einigen?|wenigen?|mehreren?)'
const span = new RegExp(
  `\\b((?:with)?in|over|for|during|after|another|additional|takes?|taking|next update|eta:?|next|every|alle|innerhalb|binnen|fuer|noch|(?:to|will|may|should|could) last|dauert|dauern|estimated?|nach|be|need|needs|give us|wait|brauchen|benoetigen|geben sie uns) ${filler}~?(?:(${number})(?:(?: ?- ?| to | bis | or | oder )(${number}))?|(half an|einer halben|einer dreiviertel|einer viertel|anderthalb|eineinhalb)|(${some})|(the|this|another|next|(?:der|den) naechsten|naechsten|dieser))(?: more| weiteren?)?[ -]?${unit}(?! ago| later| earlier| long| old)`,
  'g',
)
const halves: Record<string, number> = {
  'einer dreiviertel': 0.75,
  'einer viertel': 0.25,
  anderthalb: 1.5,
  eineinhalb: 1.5,
}

export const spanTime: Reading = {
  pattern: span,
  bounding: /^(?:within|innerhalb|binnen|next update|eta)/,
  onlyAhead:
    /^(?!within|in |innerhalb|binnen|next|eta|another|additional|every|alle|need|give us|wait|brauchen|benoetigen|geben)(?!.{1,12}\b(?:next|another|naechste|kommende|weitere))/,
  keyOf({ 1: lead = '', 2: low, 3: high, 4: part, 5: vague, 6: nearby, 7: named = '' }) {
    const minutes = minutesOf.find(([pattern]) => pattern.test(named.replace(/^(?:business|working) /, '')))?.[1] ?? 0
    const every = lead === 'every' || lead === 'alle' ? 'every' : 'in'
    if (vague !== undefined) return `${every} some ${manyOf(minutes)}`
    if (/naechsten/.test(nearby ?? '') && named.endsWith('n')) return `in some ${manyOf(minutes)}`
    if (/^(?:the|this)/.test(nearby ?? '') && minutes !== 60) return null
    const of = (written: string) => Math.round(numberOf(written) * minutes * 100) / 100
    const first = part === undefined ? of(low ?? '1') : Math.round((halves[part] ?? 0.5) * minutes)
    return `${every} ${high === undefined ? first : `${first}-${of(high)}`} min`
  },
}

function manyOf(minutes: number): string {
  if (minutes >= 1_440) return 'days'
  return minutes >= 60 ? 'hours' : 'minutes'
}
