import type { Finder, Found } from './clause.ts'

const word = "[\\w'./+-]{1,24}"
const after = new RegExp(
  `\\b(?:(?:was|were|is|are|been|partially|mainly|likely|primarily) ){0,2}(?:(?:caused|provoked|(?<=(?:was|were|is|are|been|partially|mainly|likely|primarily) )triggered) (?:by|when|due to)|due to|because of|as a result of|resulted from|result of|ste(?:m|mm)(?:s|ed) from|traced (?:\\w{1,8} )?(?:back )?to|attributed to|root cause (?:is|was)|cause (?:of (?:${word} ){1,4})?(?:is|was)|reason (?:for (?:${word} ){1,4})?(?:is|was)|(?:verursacht|ausgeloest|hervorgerufen) (?:durch|von)|aufgrund|auf grund|wegen|infolge|(?:liegt|lag) (?:nicht )?(?:an|am)|(?:ursache|grund|ausloeser) (?:dafuer )?(?:fuer (?:${word} ){1,3})?(?:ist|war|sind|waren)|zurueckzufuehren auf|schuld (?:ist|war))((?: ${word}){1,8})`,
  'g',
)
const between = new RegExp(
  `\\b(?:durch|auf|an) ((?:${word} ){1,7})(?:verursacht|ausgeloest|zurueckzufuehren|hervorgerufen|gelegen)\\b`,
  'g',
)
const before = new RegExp(
  `((?:${word} ){1,5})(?:(?:has |have |had |also )?(?:caused|triggered|broke|(?:is|was|are|were) causing)(?! by| when| due)|(?:led|resulted) (?:to|in)|(?:is|was) (?:the|a) (?:root )?(?:reason|cause)|(?:hat|haben) (?:${word} ){0,5}(?:verursacht|ausgeloest))\\b`,
  'g',
)
/** What says of a thing that it broke says why. */
const broken = new RegExp(
  `(?<!\\w )((?:an?|the|our|one of our|ein\\w{0,2}|unser\\w{0,2}|der|die|das) (?:${word} ){1,4})(?:(?:is|are|was|were) (?:to blame|at fault|responsible|overloaded|down)|(?:has|have|had) (?:an?|some) (?:failure|outage|problem|incident)s?|(?:has |have )?(?:crashed|broke(?:n)?(?: down)?|went wrong|failed)|(?:ist|sind|war|waren|hat|wurde) (?:${word} )?(?:schuld|ueberlastet|schiefgelaufen|fehlgeschlagen|ausgefallen|abgestuerzt|kaputt|versagt))\\b|(?<![\\w,] )(?:it|this|es|das)(?: is| was|'s| ist| war) ((?:an?|our|ein\\w{0,2}|unser\\w{0,2}) (?:${word} ){0,3}${word})`,
  'g',
)
const attacked = /\b(?:were|been|wurden|worden|are being) (?:hacked|attacked|gehackt|angegriffen)\b/g
const known =
  /\b(?:have|has|had|we|was|were|been|is|haben|wurde|ist)\b.{0,24}\b(?:identified|found|located|determined|understood|isolated|discovered|know|knew|gefunden|erkannt|ermittelt|identifiziert|bekannt|kennen)\b.{0,36}\b(?:cause|ursache|source of|culprit)\b|\b(?:know|found|identified) (?:the |its |a )?(?:root |underlying )?cause\b|\bcause (?:is |was |has been |is now )?(?:identified|found|known|understood)\b|\b(?:haben|kennen) .{0,24}\bursache\b(?:.{0,20}(?:gefunden|erkannt|ermittelt|identifiziert|behoben))?|\bursache (?:ist |wurde )?(?:gefunden|erkannt|ermittelt|bekannt|identifiziert|gefunden)\b/g

const classes: [key: string, words: RegExp][] = [
  ['attack', /attack|hack|ddos|intru|breach|malicious|angriff|ransom/],
  ['change', /deploy|release|rollout|updat|upgrade|change|migrat|maintenance|aktualisier|umstellung|wartung|aenderung/],
  ['setting', /config|setting|einstellung|konfig|certificat|zertifikat/],
  ['database', /database|\bdb\b|mysql|postgres|datenbank|query|queries/],
  ['network', /network|netz|dns|routing|connectiv|leitung|fib(?:er|re)/],
  [
    'supplier',
    /provider|supplier|vendor|third|partner|upstream|anbieter|dienstleister|lieferant|zulieferer|aws|azure|google|cloudflare/,
  ],
  ['hardware', /hardware|disk|servers?\b|memory|cpu|host\b|speicher|festplatte/],
  ['power', /power|electric|strom/],
  ['load', /load|traffic|capacity|demand|spike|saturat|last\b|andrang|ueberlast|kapazitaet/],
  ['human', /human|employee|operator|colleague|mistake|mensch|mitarbeiter|versehen/],
  ['bug', /\bbug|defect|software|programmfehler|code\b/],
]
/** Trouble is no cause of itself, and the number of those who write excuses a slow answer alone. */
const noCause =
  /^(?:(?:the|this|that|these|your|our|all|its?|der|die|das|des|dem|den|diese\w?|ihre\w?|an|a|ein\w{0,2}|current|ongoing|aktuelle\w?|recent|which|what) ){0,3}(?:outage|incident|issues?|problems?|disruption|trouble|delays?|inconvenience|situation|stoerung\w{0,2}|ausfall\w{0,2}|vorfall\w{0,2}|umstaende|unannehmlichkeiten|which|it|we|you|they|was|this|that|which|what|not|unknown|being|still|nicht|noch|unklar|unbekannt|uns|wir|es)\b(?! (?:with|in|at|of|mit|bei|im|in) )|messages|enquir|inquir|tickets|anfragen|nachrichten|\bcalls\b/
const emptyStart =
  /^(?:(?:a|an|the|our|one|of|some|ein\w{0,2}|der|die|das|des|dem|den|unser\w{0,2}|von|recent|in|to) ){1,3}/
const stop =
  /[,.]? (?:which|that|and|who|during|while|after|before|leading|resulting|causing|caused|until|so|we|und|sind|ist|war|waren|haben|hat|koennen|kann|wird|werden|kommt|waehrend|der|die|das|dass|sodass)\b.*$/
const tail = / (?:in|on|at|for|with|from|of|to|im|bei|am|mit|von|fuer)\b.*$/

export const causesIn: Finder = clause => {
  if (clause.unsure) return []
  const found = [
    ...Array.from(clause.text.matchAll(after), match => named(match, match[1] ?? '')),
    ...Array.from(clause.text.matchAll(between), match => named(match, match[1] ?? '')),
    ...Array.from(clause.text.matchAll(attacked), ({ 0: words, index }) => ({
      from: index,
      to: index + words.length,
      key: 'attack',
    })),
    ...Array.from(clause.text.matchAll(broken), match => thing(match, match[1] ?? match[2] ?? '')),
    ...Array.from(clause.text.matchAll(before), match => doer(match, match[1] ?? '')),
  ].filter(one => one !== null)
  const sure = found.map(one => (denies(clause.text, one) ? { ...one, key: `not ${one.key}` } : one))
  if (sure.length > 0) return sure
  return Array.from(clause.text.matchAll(known), ({ 0: words, index }) => ({
    from: index,
    to: index + words.length,
    key: 'cause',
  }))
}

/** The verb alone: "it did not start due to …" names a cause. */
function denies(text: string, { from, to }: Found): boolean {
  return (
    /\b(?:not|never) (?:caused|triggered|due|because)|\bnicht (?:an|am)\b/.test(text.slice(from, to)) ||
    /(?:\b(?:not|nicht|never)|n't) (?:\w{1,6} )?$/.test(text.slice(Math.max(0, from - 16), from))
  )
}

/** "It was caused by …": the noun reaches to the next thought. */
function named({ 0: whole, index }: RegExpExecArray, written: string): Found | null {
  const noun = written.replace(stop, '').replace(/[.' ]+$/, '')
  if (noun.trim() === '' || noCause.test(noun.trim())) return null
  const spare = whole.endsWith(written) ? written.length - noun.length : 0
  return { from: index, to: index + whole.trimEnd().length - spare, key: keyOf(noun.trim()) }
}

/** "A failed update caused …": any few words may stand before such a verb, so the noun must say something. */
function doer({ 0: whole, index }: RegExpExecArray, written: string): Found | null {
  const noun = written.trim()
  const simple =
    /^(?:one of our|an?|the|our|ein\w{0,2}|der|die|das|unser\w{0,2}) /.test(noun) &&
    !/\b(?:that|which|and|would|was|were|is|rate|impact)\b/.test(noun)
  if (
    noCause.test(noun) ||
    /\b(?:fixed|resolved|mitigated)\b/.test(noun) ||
    !(simple || classes.some(([, words]) => words.test(noun)))
  )
    return null
  return { from: index, to: index + whole.length, key: keyOf(noun) }
}

/** "Our database crashed", "it was our provider": a thing of which outages come, or it names no cause. */
function thing({ 0: whole, index }: RegExpExecArray, noun: string): Found | null {
  const meant = classes.some(([, words]) => words.test(noun))
  return meant ? { from: index, to: index + whole.trimEnd().length, key: keyOf(noun.trim()) } : null
}

function keyOf(noun: string): string {
  const meant = classes.filter(([, words]) => words.test(noun)).map(([key]) => key)
  return meant.length > 0
    ? meant.join(' ')
    : noun.replace(emptyStart, '').replace(tail, '').split(' ').slice(0, 4).join(' ')
}
