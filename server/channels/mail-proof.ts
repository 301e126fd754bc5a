import type { Header } from 'postal-mime'

/** The only server that leaves its name out; it renames what a mail brings along. */
const nameless = /(?:^|\.)protection\.outlook\.com$/
const result = /^(?:auth|dkim|dkim-adsp|dkim-atps|dmarc|iprev|spf|compauth|arc)\s*(?:\/\s*\d+\s*)?=/

/**
 * Whether the one server that the channel trusts found that the domain of `from` stands behind the mail (DMARC). Anybody
 * can write such a line into a mail, also under that server's name, so only the topmost of its lines proves anything, for a
 * server writes above what it got; and one that says otherwise anywhere below takes the proof away. Checking by oneself
 * would need what a mailbox does not keep: from where the mail came, and its bytes as they were.
 */
export function isProved(headers: readonly Header[], from: string, trustedServer: string | null): boolean {
  if (trustedServer === null || headers.filter(({ key }) => key === 'from').length !== 1) return false
  const trusted = trustedServer.toLowerCase()
  const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase()
  const lines = headers.filter(({ key }) => key === 'authentication-results').map(({ value }) => partsOf(value))
  const own = lines.filter(parts => parts === null || isOf(parts, trusted)).map(parts => dmarcOf(parts ?? [], domain))
  const [topmost] = own
  return topmost === 'pass' && own.every(said => said !== 'other')
}

function isOf(parts: readonly string[], trusted: string): boolean {
  const first = parts[0] ?? ''
  return first.split(' ')[0] === trusted || (nameless.test(trusted) && result.test(first))
}

/** What a line says of DMARC: that this domain passed, nothing, or anything else. */
function dmarcOf(parts: readonly string[], domain: string): 'pass' | 'other' | null {
  const said = parts.filter(part => /^dmarc\s*(?:\/\s*\d+\s*)?=/.test(part))
  if (said.length === 0) return null
  const passes = said.every(part => /^dmarc\s*=\s*pass(?: |$)/.test(part) && fromIn(part) === domain)
  return passes ? 'pass' : 'other'
}

function fromIn(part: string): string | null {
  const named = [...part.matchAll(/ header\.from\s*=\s*(\S+)/g)]
  return named.length === 1 ? (named[0]?.[1] ?? null) : null
}

const marks = /\\[\s\S]?|["()]|[^\\"()]+/g
const depths: Record<string, number> = { '(': 1, ')': -1 }

/** The parts of a line between its semicolons, without comments; quoted words count for nothing. Null where it is broken. */
function partsOf(value: string): string[] | null {
  let open = 0
  let quoted = false
  let bare = ''
  for (const [piece] of value.matchAll(marks)) {
    const isQuote = piece === '"' && open === 0
    if (isQuote) quoted = !quoted
    const step = quoted ? 0 : (depths[piece] ?? 0)
    open += step
    if (open < 0) return null
    const counts = !quoted && !isQuote && open === 0 && step === 0 && !piece.startsWith('\\')
    bare += counts ? piece : ' '
  }
  if (open !== 0 || quoted) return null
  return bare
    .toLowerCase()
    .split(';')
    .map(part => part.replace(/\s+/g, ' ').trim())
}
