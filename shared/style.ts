import { sentencesOf } from './clause.ts'
import { type Folded, foldedOf } from './folded.ts'

export type StyleRule =
  | 'capitals'
  | 'exclamation'
  | 'blame'
  | 'dismissive'
  | 'jargon'
  | 'ticket'
  | 'vague-time'
  | 'long-sentence'
  | 'markup'
  | 'greeting'
  | 'sympathy'

/** What a reader may stumble over, and where; an empty range means the whole text. It warns, and holds nothing back. */
export type StyleNote = { rule: StyleRule; from: number; to: number }

/** Why it is worth another look: the end of "have another look: …". */
export const whyStyle: Record<StyleRule, string> = {
  capitals: 'capitals read as shouting',
  exclamation: 'exclamation marks read as excitement or as anger',
  blame: 'it says that the customer is at fault',
  dismissive: 'it makes their trouble small',
  jargon: 'customers do not know the words of our house',
  ticket: 'a number of our own lists tells a customer nothing',
  'vague-time': 'it raises a hope without a time: say when the next word comes, or leave it out',
  'long-sentence': 'a sentence this long is read twice',
  markup: 'the marks are sent as they stand, no channel turns them into a format',
  greeting: 'a longer reply begins with a greeting',
  sympathy: 'a longer reply says that we see their trouble',
}

const most = 10
const longReply = 280
const longSentence = 40

const marked: [rule: StyleRule, pattern: RegExp][] = [
  ['exclamation', /[!?！？]{0,20}[!！][!?！？]{1,20}/g],
  ['capitals', /(?<![\p{L}\d-])(?=(?:\p{Lu}{2,4} ){0,6}\p{Lu}{5})\p{Lu}{2,15}(?: \p{Lu}{2,15}){1,9}(?![\p{L}\d-])/gu],
  ['capitals', /\b(?:NOT|NEVER|ALWAYS|PLEASE|MUST|STOP|NOW|NICHT|NIE|NIEMALS|BITTE|SOFORT|IMMER|KEINE)\b/g],
  [
    'ticket',
    /\b(?!(?:UTF|ISO|SHA|UTC|GMT|GPT|RFC|CVE|TLS|HTTP|COVID|USB|ARM|AES|IPV|WIN|EU|US|VS|RTX|GTX)-)[A-Z]{2,8}-\d{2,7}\b/g,
  ],
  [
    'markup',
    /<\/?[a-z][a-z0-9]{0,10}(?: [^<>]{0,200})?\/?>|&(?:nbsp|amp|lt|gt|quot|#\d{2,4});|\*\*[^*\n]{1,200}\*\*|```|\[[^\][\n]{1,100}\]\(https?:|^#{1,4} \S|\{\{[^{}\n]{0,80}\}\}/gm,
  ],
]
const phrased: [rule: StyleRule, pattern: RegExp][] = [
  [
    'blame',
    /\byou (?:should|could|must) (?:really )?have\b|\byou (?:have )?(?:failed|forgot|forgotten|neglected|refused) to\b|\b(?:is|was|it's) your (?:own )?(?:fault|mistake|responsibility|problem)\b|\byour own fault\b|\byou (?:did not|didn't|never) (?:read|follow|check|listen|bother|tell)\b|\bif you had (?:only |just )?\w{1,12}(?:ed|d|t)\b|\b(?:as|like) (?:we|i) (?:have )?(?:already|clearly) (?:said|told|explained|wrote|stated|mentioned)\b|\byou (?:are|were) (?:wrong|mistaken|confused)\b|\bas you (?:should|must|would) know\b|\bhaetten sie\b.{0,40}\b(?:gelesen|gemacht|geprueft|beachtet|gesichert|sollen|muessen)\b|\bsie haetten\b|\b(?:ihr|ihre) (?:eigene[rs]? )?(?:fehler|schuld|verschulden|problem)\b|\bselbst schuld\b|\bsie haben (?:\w{1,12} ){0,3}(?:vergessen|versaeumt|nicht gelesen|nicht beachtet|falsch gemacht)\b|\bwie (?:wir |ich )?(?:bereits|schon) (?:mehrfach )?(?:erwaehnt|gesagt|mitgeteilt|geschrieben|erklaert)\b/g,
  ],
  [
    'dismissive',
    /\bcalm down\b|\bjust relax\b|\brelax\b(?=[,.!])|\bno big deal\b|\bnot (?:such )?a big (?:deal|problem|issue)\b|\bit(?:'s| is) (?:only|just) an?\b|\boverreact\w{0,3}|\bobviously\b|\bwhatever\b(?=[.,!])|\bdeal with it\b|\bnot (?:my|our) (?:problem|job|fault|department|concern)\b|\bwhat(?:'s| is) your problem\b|\b(?:just|simply) (?:wait|be patient|have to wait)\b|\bget over it\b|\bstop (?:complaining|writing|asking)\b|\bworse things\b|\bnothing we can do\b|\bberuhigen sie sich\b|\bregen sie sich\b|\bhalb so (?:schlimm|wild)\b|\bkein drama\b|\buebertreiben\b|\bstellen sie sich nicht\b|\bnicht (?:unser|mein) (?:problem|fehler|bier)\b|\bpech\b|\b(?:einfach|halt) (?:ab)?warten\b|\bwo ist (?:das|ihr) problem\b|\boffensichtlich\b|\bda koennen wir nichts machen\b|\bist (?:doch )?nur ein\w{0,2}\b/g,
  ],
  [
    'jargon',
    /\b(?:p[0-4]|sev ?-?[0-5])\b|\b(?:in|on|the|our) prod\b|\bprod(?:uction)? (?:db|cluster|env|box|database)\b|\b(?:rca|mttr|mttd|slo|k8s|oncall|postmortem|post-mortem|runbook|war ?room|standup|repro'?d?|lgtm|wip|eod|db|dbs|infra|devs?|sre|noc|tier ?-?[123]|l[123] (?:support|team)|hotfix|stand-up)\b|\bon-?call (?:team|engineer|person)\b|\bescalated? to (?:l|tier)/g,
  ],
  [
    'vague-time',
    /\b(?:(?:very )?(?:soon|shortly)|as soon as (?:possible|we can)|asap|momentarily|in no time|before long|any minute|in a (?:moment|minute|bit|while)|bald|in kuerze|demnaechst|so (?:schnell|bald|rasch) wie moeglich|schnellstmoeglich|baldmoeglichst|zeitnah|umgehend|gleich wieder|jeden moment)\b(?! as| after| before| thereafter| danach| darauf)/g,
  ],
]

const greeting =
  /^\W{0,4}(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|thanks|thank you|we are sorry|i am sorry|sorry|hallo|guten (?:tag|morgen|abend)|liebe\w{0,2}|sehr geehrte\w{0,2}|moin|servus|gruess|gruezi|vielen dank|danke|@)/
const sympathy =
  /\b(?:sorry|apolog\w{1,4}|understand|frustrat\w{1,4}|regret|inconvenience|patience|annoying|appreciate|thank\w{0,3}|bear with|tut (?:uns|mir)|leid|entschuldig\w{0,4}|verzeihung|verstaend\w{1,6}|verstehen?|bedauer\w{1,3}|geduld|aergerlich\w{0,2}|unannehmlich\w{1,6}|danke\w{0,2}|umstaende)\b/

/** What a reader may stumble over, in the text's order; the first ten. */
export function styleIn(text: string): StyleNote[] {
  const folded = foldedOf(text)
  const notes = [
    ...marked.flatMap(([rule, pattern]) => notesOf(rule, text, pattern)),
    ...phrased.flatMap(([rule, pattern]) =>
      notesOf(rule, folded.text, pattern).map(({ from, to }) => ({ rule, ...folded.rangeOf(from, to) })),
    ),
    ...longOnes(folded),
    ...missing(text, folded.text),
  ]
  return notes.sort((one, other) => one.from - other.from || one.to - other.to).slice(0, most)
}

function notesOf(rule: StyleRule, text: string, pattern: RegExp): StyleNote[] {
  return Array.from(text.matchAll(pattern), ({ 0: words, index }) => ({ rule, from: index, to: index + words.length }))
}

function longOnes({ text, rangeOf }: Folded): StyleNote[] {
  return sentencesOf(text)
    .filter(({ from, to }) => (text.slice(from, to).match(/\S+/g)?.length ?? 0) > longSentence)
    .map(({ from, to }) => ({ rule: 'long-sentence', ...rangeOf(from, to) }))
}

/** Once a text is long enough to be a letter. */
function missing(text: string, folded: string): StyleNote[] {
  if (text.length < longReply) return []
  const notes: StyleNote[] = []
  if (!greeting.test(folded)) notes.push({ rule: 'greeting', from: 0, to: 0 })
  if (!sympathy.test(folded)) notes.push({ rule: 'sympathy', from: 0, to: 0 })
  return notes
}
