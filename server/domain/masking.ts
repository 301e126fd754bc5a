import { fold } from '@muster/shared/fold.ts'

// Every repetition that may begin anywhere is bounded: customers choose these texts, and reading one takes time that grows
// with its length alone.
const link = /\b(?:https?:\/\/|www\.)[\x21-\x7e\u00a1-\u024f]+/gi
const bareLink =
  /(?<![\w.-])(?:[\w-]{1,63}\.){1,4}(?:(?:com|org|net|io|ly|app|dev|eu|info)\b(?:\/[\x21-\x7e]*)?|[a-z]{2,10}\/[\x21-\x7e]*)/gi
/** `@kim`, `@kim@social.example` and `kim@example.com` alike. */
const address = /[\w.+-]{0,64}@[\w.-]{1,255}(?:@[\w.-]{1,255})?/g

const names = String.raw`(?:\p{Lu}(?=[\p{L}\p{M}'’-]{0,30}\p{Ll})[\p{L}\p{M}'’-]{1,30})(?:[ \t]+\p{Lu}[\p{L}\p{M}'’.-]{0,30}){0,2}`
const titles = 'mrs?|ms|mx|dr|prof|frau|herrn?|mme|mlle|madame|monsieur|señora?|sra?|doña|don'
const greetings = [
  'hi|hey|hello|hiya|dear|greetings|good (?:morning|afternoon|evening)|thanks|thank you|sorry',
  'hallo|moin|servus|guten (?:morgen|tag|abend)|liebe[rs]?|sehr geehrte[rs]?|danke',
  'bonjour|bonsoir|salut|coucou|ch[eè]re?|merci',
  'hola|buen[oa]s(?: (?:d[ií]as|tardes|noches))?|estimad[oa]|querid[oa]|gracias',
].join('|')
const farewells = [
  '(?:(?:kind|best|warm) )?regards|best wishes|cheers|thanks|sincerely|yours',
  'gr[uü](?:ß|ss)e?n?',
  'cordialement|bien à vous|bonne journée',
  'saludos|atentamente',
].join('|')

/** The words before a name may be written in any case; a name begins with a capital letter. */
const anyCase = (words: string) => `(?:(?i:${words}))`
const greeted = new RegExp(
  `^[^\\p{L}\\p{N}\\r\\n\\u2028\\u2029]{0,20}${anyCase(greetings)},?(?:[ \\t]+${anyCase(titles)}\\.?){0,3}[ \\t]+${names}`,
  'gmu',
)
const farewell = new RegExp(`(\\b${anyCase(farewells)}[,.!]?\\s{1,4})(?:-\\s?)?${names}\\.?$`, 'u')
/** `^AB`, `-Tom`, `– Tom K.`, `/jk`. */
const initials = /(?<=^|[\s.!?)])(?:[\^*~/–—-]\s?\p{Lu}[\p{L}\p{M}]{0,14}(?:[ .]?\p{Lu}\.?)?|[\^/]\p{L}{1,3})\.?$/u
/** A signature stands here or nowhere. */
const tailLength = 80

/** Tokens of digits, and of letters and digits: amounts, times, numbers of orders. */
const code = /[\p{Script=Latin}\p{N}]+(?:[-_/:#][\p{Script=Latin}\p{N}]+)*/gu

/** What was written without the links and addresses in it. */
export function withoutAddresses(text: string): string {
  return text.normalize('NFKC').replace(link, ' ').replace(address, ' ').replace(bareLink, ' ')
}

/**
 * What is left of a text when everything is taken out that differs from copy to copy without making it one's own words:
 * links, handles, addresses, the greeting of a name, the signature, which numbers they are, punctuation and emoji.
 */
export function masked(text: string): string {
  const spoken = withoutSignature(withoutAddresses(text).replace(greeted, ' '))
  return fold(spoken)
    .replace(/(?<=\p{L})['’`](?=\p{L})/gu, '')
    .replace(code, token => (/\p{N}/u.test(token) ? '0' : token))
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .replace(/\b0(?: 0)+\b/g, '0')
    .trim()
}

function withoutSignature(text: string): string {
  const whole = text.trimEnd()
  const tail = whole.slice(-tailLength).replace(/[^\p{L}\p{N}.]+$/u, '')
  return whole.slice(0, -tailLength) + tail.replace(initials, '').replace(farewell, '$1')
}
