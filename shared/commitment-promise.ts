import { deniedBefore, type Finder } from './clause.ts'

const again = [
  "(?:not|never|n't|no longer) (?:\\w{1,10} ){0,2}(?:happen|occur|recur|reoccur|repeat)(?: (?:\\w{1,8} ){0,2}again)?",
  '(?:never|not ever) again',
  'one-?off|last time (?:this|that|it)|(?:was|is) the last time|das letzte mal',
  'will (?:also )?prevent (?:\\w{1,12} ){1,5}(?:again|recurr\\w{1,5}|future|repeat\\w{0,3})',
  "(?:ensure|make sure|see to it) (?:that )?(?:this|it|such|similar|these|the same) (?:\\w{1,12} ){0,4}(?:not|never|n't) (?:\\w{1,10} ?){1,2}",
  'nie (?:wieder|mehr)|(?:nicht|kein) (?:wieder|noch einmal|mehr|weiteres mal) (?:\\w{1,10} ){0,2}(?:vor|passier|gescheh|auftret)\\w{0,6}|(?:wiederholt|wiederholen) sich (?:\\w{1,8} ){0,2}nicht|sich (?:\\w{1,10} ){0,3}nicht (?:mehr )?wiederhol\\w{1,3}|(?:passiert|kommt|geschieht) (?:\\w{1,10} ){0,3}(?:nicht|nie) (?:wieder|mehr|noch einmal)(?: vor)?',
]
const sworn = [
  '(?:i|we) (?:\\w{1,10} ){0,2}(?:promise|guarantee|assure|swear|pledge)|(?:promise|assure) you|guaranteed|(?:my|our) (?:word|guarantee|promise)',
  'rest assured|you can (?:count|rely|depend) on|100 ?% (?:sure|certain|safe|fixed|solved|resolved|sicher|behoben|geloest)|without (?:fail|any doubt)|once and for all|(?:definitely|certainly|absolutely) (?:will|be|have|fixed|solved)|will (?:definitely|certainly|absolutely)|for sure',
  '(?:permanently|finally|fully) (?:fixed|solved) for good|(?:fixed|solved|resolved) (?:permanently|for good|for ever|forever)|permanent (?:fix|solution)',
  '(?:garantieren?|verspreche|versprechen|versichere|versichern|zusichern|sichere|sichern) (?:\\w{1,10} ){0,3}(?:ihnen|wir|ich|dass|zu)\\b|garantiert|mein wort|unser wort|(?:wir|ich) (?:garantieren?|versprechen?)|verlassen sie sich|sie koennen sich (?:\\w{1,10} ){0,3}verlassen|auf jeden fall|ganz sicher|definitiv|endgueltig behoben|dauerhaft (?:behoben|geloest)',
]
const patterns: [key: string, pattern: RegExp][] = [
  ['never again', new RegExp(`\\b(?:${again.join('|')})\\b|n't happen again`, 'g')],
  ['promise', new RegExp(`\\b(?:${sworn.join('|')})`, 'g')],
]

/** What is worked for, not what is sworn. */
const effort = /\b(?:to|help|helps) (?:\w{1,12} ){0,3}(?:ensure|make sure|prevent|avoid|reduce|see)\b|\bto $/

/** That it will not happen again, and whatever is sworn. Work that is meant to prevent it is no promise that it does. */
export const promisesIn: Finder = clause => {
  if (clause.unsure) return []
  return patterns.flatMap(([key, pattern]) =>
    Array.from(clause.text.matchAll(pattern), ({ 0: words, index }) => ({
      from: index,
      to: index + words.trimEnd().length,
      key,
    })).filter(
      ({ from }) => !effort.test(clause.text.slice(0, from)) && (key === 'never again' || !deniedBefore(clause, from)),
    ),
  )
}
