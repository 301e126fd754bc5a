/** What one statement of a reply is: where it stands in the folded text, and how it is meant. */
export type Clause = {
  from: number
  text: string
  /** It asks the customer and states nothing. */
  question: boolean
  /** It says that something is not known or cannot be said. */
  unsure: boolean
  /** The tenses it speaks in, by where; its neighbour's where it has none. */
  tenses: Tense[]
}
export type Tense = { at: number; future: boolean }
export type Found = { from: number; to: number; key: string }
export type Finder = (clause: Clause) => Found[]

/** Nobody writes longer ones; and the work for one clause is bounded, so that the work for a text is linear. */
const longest = 600

const shortened = /(?:\b(?:[ap]\.m|approx|ca|ggf|bzw|z\.b|z\. b|d\.h|std|min|etc|e\.g|i\.e|nr|no|dr|mr|mrs|ms)|\d)$/
const sentenceEnd = /[.!?]{1,3}["')]{0,2}(?=[ \n]|$)|[\n;]/g
const newClause = new RegExp(
  [
    ', (?=(?:but|and|so|however|yet|we|i|it|you|they|this|aber|und|doch|jedoch|sondern|wir|ich|es|sie|das)\\b)',
    ' (?=(?:but|however|aber|jedoch|sondern) )',
    ' (?=(?:and|und) (?:we|i|it|you|they|will|should|expect|anticipate|plan|hope|are|is|wir|ich|es|sie|werden|wird|sind|melden)\\b)',
    "(?<!\\b(?:that|whether|if|when|what|how|promise|say|know|sure|guarantee|dass|ob|wann)) (?=(?:we|i|it)(?: will|'ll)\\b)",
    ' - ',
  ].join('|'),
  'g',
)

const cannot = "(?:can ?not|can't|could not|couldn't|unable to|not able to|won't|will not|not in a position to)"
const tell =
  '(?:promise|guarantee|say|tell|give|commit|confirm|know|estimate|predict|rule out|offer|share|provide|speculate|assure)'
const unsure = new RegExp(
  [
    `\\b${cannot} (?:\\w{1,12} ){0,2}${tell}\\b`,
    "\\b(?:do|does|did)(?: not|n't) (?:\\w{1,12} ){0,2}(?:know|have (?:an?|any|the|that|more)|want to (?:promise|guess|speculate)|promise)\\b",
    '\\b(?:no|without an?|not (?:an?|any)) (?:\\w{1,12} ){0,2}(?:eta|estimate|guarantee|promises?|time ?frame|information|details|prognosis)\\b',
    '\\b(?:not (?:yet )?(?:sure|certain|clear|known|confirmed|determined|identified)|unclear|unknown|too early|whether)\\b',
    '\\b(?:wissen|kennen|weiss|kenne) (?:\\w{1,14} ){0,4}nicht\\b|\\b(?:kennen|haben|gibt es|ist) (?:\\w{1,14} ){0,3}keine? (?:\\w{1,14} ){0,2}(?:ursache|prognose|information\\w{0,2}|zeitangabe|uhrzeit|zusage|angabe|garantie)',
    '\\b(?:koennen|kann|moechte|moechten|darf|duerfen|wollen|will) (?:\\w{1,14} ){0,6}(?:nicht|nichts|kein\\w{0,2}|noch nicht) (?:\\w{1,14} ){0,5}(?:versprechen|zusagen|garantieren|sagen|nennen|geben|abschaetzen|bestaetigen|ausschliessen|anbieten)\\b',
    '\\b(?:unklar|ungewiss|ob|noch nicht (?:bekannt|klar|sicher|absehbar))\\b',
  ].join('|'),
)
const stated = /\b(?:we will|we'll|wir werden)\b/
const offered = /\b(?:would you like|shall we|should we|do you want|moechten sie|sollen wir|wollen sie|duerfen wir)\b/

/** The statements of a folded text in their order. */
export function clausesOf(text: string): Clause[] {
  return sentencesOf(text).flatMap(({ from, to, asks }) => {
    const sentence = text.slice(from, to)
    const question = asks && !stated.test(sentence) && !offered.test(sentence)
    const clauses = cut(sentence, newClause).map(([start, end]): Clause => {
      const said = sentence.slice(start, end)
      return { from: from + start, text: said, question, unsure: unsure.test(said), tenses: tensesOf(said) }
    })
    return clauses.map((clause, index) => withTense(clause, clauses[index + 1]))
  })
}

export function sentencesOf(text: string): { from: number; to: number; asks: boolean }[] {
  const sentences: { from: number; to: number; asks: boolean }[] = []
  let from = 0
  const close = (to: number) => {
    for (let at = from; at < to; at += longest) {
      sentences.push({
        from: at,
        to: Math.min(to, at + longest),
        asks: text.slice(Math.max(from, to - 3), to).includes('?'),
      })
    }
    from = to
  }
  for (const { 0: end, index } of text.matchAll(sentenceEnd)) {
    if (end === '.' && goesOn(text, index)) continue
    close(index + end.length)
  }
  close(text.length)
  return sentences
}

/** A full stop behind a number or a shortened word ends nothing: "5. May", "at 5 p.m. today". */
function goesOn(text: string, at: number): boolean {
  const before = shortened.exec(text.slice(Math.max(0, at - 8), at))
  if (before === null) return false
  if (!/^\d/.test(before[0])) return true
  return /^\. (?:um|und|bis|jan|feb|mae?r|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|de[cz])/.test(text.slice(at, at + 7))
}

function cut(text: string, pattern: RegExp): [from: number, to: number][] {
  const ranges: [number, number][] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > from) ranges.push([from, index])
    from = index + found.length
  }
  return [...ranges, [from, text.length]]
}

const future =
  /(?:'ll|\b(?:will|(?:may|might|could|can|kann|koennte) (?=(?:take|still take|noch|bis)\b)|won't|shall|should|going to|(?<!(?:as|than) )expect\w{0,4}|anti?ci?pat\w{1,4}|estimat\w{1,4}|eta|plan(?:s|ned|ning)?|aim(?:ing)?|hope|hoping|targett?ing|(?<!was |were )scheduled|next update|likely|werden|wird|soll(?:te|ten|en)?|voraussichtlich|erwarte[nt]?|rechnen|geplant|planen|planmaessig|hoffen|hoffentlich|naechstes? update|schaetzen|spaetestens))\b/g
const participle =
  '(?<!\\b(?:is|are|be|being|gets?|an?|all|the)(?: fully| now| completely)? )\\b(?!affected|impacted|detailed|hosted|related|based|need|feed|indeed|speed|exceed|proceed|embed|seed|succeed)[a-z]{2,20}ed\\b'
const past = new RegExp(
  `${participle}|\\b(?:was|were|had|did|been|lost|could not|couldn't|began|saw|ran|went|took|became|found|led|made|came|sent|fell|rose|wrote|said|told|kept|broke|gave|grew|caught|ago|yesterday|war|waren|wurden?|hatten?|gestern|vorhin|begann(?:en)?|startete|endete|dauerte|trat(?:en)?|fiel|lief(?:en)?|gab|kam|ging(?:en)?|schrieb(?:en)?|meldeten|stellten|bemerkten|konnten|(?:hat|haben) (?:[a-z0-9:.]{1,18} ){0,8}(?:ge[a-z]{3,14}(?:t|en)|[a-z]{2,12}ge[a-z]{3,12}(?:t|en)|[a-z]{2,14}iert|begonnen|erhalten|erkannt|behoben|bemerkt)|worden|(?:ist|sind) (?:[a-z0-9:.]{1,18} ){0,8}(?:gegangen|gekommen|gefallen|passiert|aufgetreten|ausgefallen|gewesen|begonnen|geworden))\\b`,
  'g',
)

function tensesOf(text: string): Tense[] {
  const told = Array.from(text.matchAll(past), ({ index }) => ({ at: index, future: false }))
  const coming = Array.from(text.matchAll(future), ({ index }) => ({ at: index, future: true }))
  const ahead = new Set(coming.map(({ at }) => at))
  return [...told.filter(({ at }) => !ahead.has(at)), ...coming]
}

/** "By 17:00, we had recovered": a clause without a verb is meant as the next one is. */
function withTense(clause: Clause, next: Clause | undefined): Clause {
  if (clause.tenses.length > 0 || next === undefined) return clause
  return { ...clause, tenses: next.tenses.map(({ future }) => ({ at: clause.text.length, future })) }
}

const negation = /\b(?:not|no|never|none|nicht|kein[a-z]{0,2}|nie|cannot|without|ohne)\b|n't\b/

/** Whether what stands before a place in a clause denies it. */
export function deniedBefore(clause: Clause, at: number): boolean {
  return negation.test(
    clause.text
      .slice(0, at)
      .replace(
        /\b(?:no later|not later|nicht spaeter|not (?:take )?(?:any )?longer|nicht laenger|not only|nicht nur)\b/g,
        '',
      ),
  )
}

/** Told of the past: the nearest verb decides; where a time bounds what comes ("by", "until") any future does. */
export function isPast({ tenses }: Clause, at: number, bounding: boolean): boolean {
  if (tenses.length === 0) return false
  if (bounding) return !tenses.some(({ future }) => future)
  const nearest = tenses.reduce((one, other) => (Math.abs(other.at - at) < Math.abs(one.at - at) ? other : one))
  return !nearest.future
}
