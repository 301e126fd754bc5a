import { topLevelDomains } from './length-x-domains.ts'

/**
 * What X makes a link of: the rules of twitter-text 3.1.0 (Twitter, Inc., Apache License 2.0), without its polyfills of
 * what every engine has. Names are bounded as the DNS bounds them, so that no text takes long.
 */
export type Link = { start: number; end: number }

const invalid = '\\uFFFE\\uFEFF\\uFFFF'
const directions = '\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069'
const spaces = '\\x09-\\x0D\\x20\\x85\\xA0\\u1680\\u180E\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000'
const punctuation = "\\!'#%&\\(\\)*+,\\\\\\-./:;<=>?@\\[\\]^_{|}~$"
const accented =
  '\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F\\u0272\\u0289\\u028B\\u02BB' +
  '\\u0300-\\u036F\\u1E00-\\u1EFF'
const cyrillic = '\\u0400-\\u04FF'

const before = `[^A-Za-z0-9@＠$#＃${invalid}]|[${directions}]|^`
const letter = `[^${punctuation}${spaces}${invalid}${directions}]`
const subdomain = `(?:(?:${letter}(?:[_-]|${letter}){0,61})?${letter}\\.)`
const name = `(?:(?:${letter}(?:-|${letter}){0,61})?${letter}\\.)`
const top = `(?:(?:${topLevelDomains.join('|')})(?=[^0-9a-zA-Z@+-]|$)|xn--[-0-9a-z]+)`
const general = `[a-z${cyrillic}0-9!*';:=+,.$/%#\\[\\]\\-\\u2013_~@|&${accented}]`
const parentheses = `\\((?:${general}+|(?:${general}*\\(${general}+\\)${general}*))\\)`
const ending = `[+\\-a-z${cyrillic}0-9=_#/${accented}]`
const path = `(?:${general}*(?:${parentheses}${general}*)*${ending}|${parentheses}|@${general}+/)`
const query = "\\?[a-z0-9!?*'@();:&=+$/%#\\[\\]\\-_.,~|]*[a-z0-9\\-_&=#/]"

const links = new RegExp(
  `(?<before>${before})(?<link>(?<protocol>https?://)?(?<domain>${subdomain}{0,126}${name}${top})(?::[0-9]+)?` +
    `(?<path>/${path}*)?(?:${query})?)`,
  'gi',
)
const latinDomains = new RegExp(`(?:[\\-a-z0-9${accented}]+\\.)+${top}`, 'gi')
const shortened = new RegExp(`^https?://t\\.co/([a-z0-9]+)(?:${query})?`, 'i')

const longestLink = 4_096
const longestLabel = 63
const longestSlug = 40

/** Where the links are in a text that is in NFC, in UTF-16 units. */
export function linksIn(text: string): Link[] {
  if (!text.includes('.')) return []
  return [...text.matchAll(links)].flatMap(match => {
    const { link = '', protocol, domain = '', before: preceding = '' } = match.groups ?? {}
    const start = match.index + match[0].length - link.length
    if (!isName(domain) || (protocol ?? 'https://').length + link.length > longestLink) return []
    if (protocol !== undefined) return withProtocol(link, start)
    if (/[-_./]$/.test(preceding)) return []
    return bare(domain, start, match.groups?.path === undefined ? null : link.length - domain.length)
  })
}

function isName(domain: string): boolean {
  // What claims to be encoded for the DNS can hold nothing but ASCII.
  if (domain.startsWith('xn--') && domain.search(latinDomains) === -1) return false
  return domain.split('.').every(label => label.length > 0 && encodedLength(label) <= longestLabel)
}

/** Of a label with other than ASCII letters the DNS keeps an encoded form, which is longer. */
function encodedLength(label: string): number {
  const isAscii = /^\p{ASCII}*$/u.test(label)
  if (isAscii) return label.length
  const { hostname } = URL.canParse(`http://${label}/`) ? new URL(`http://${label}/`) : { hostname: label }
  return hostname.length
}

function withProtocol(link: string, start: number): Link[] {
  const short = shortened.exec(link)
  if (short === null) return [{ start, end: start + link.length }]
  return (short[1] ?? '').length > longestSlug ? [] : [{ start, end: start + short[0].length }]
}

/** Without a protocol only what is Latin counts, and a text that is no link may hold several that are. `rest`: what follows the domain. */
function bare(domain: string, start: number, rest: number | null): Link[] {
  const found = [...domain.matchAll(latinDomains)].map(({ index, 0: latin }) => ({
    start: start + index,
    end: start + index + latin.length,
  }))
  const last = found.at(-1)
  if (last !== undefined && rest !== null) last.end += rest
  return found
}
