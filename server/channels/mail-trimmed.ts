import { type Kind, type Line, linesOf } from './mail-lines.ts'

/** As many lines under a quote that ends a mail are a signature, not an answer below it. */
const longestSignature = 7

/**
 * What the sender of a mail wrote anew: without the mail they answer, quoted or not, and without what stands below their
 * signature's line. Goes the way of Discourse's email_reply_trimmer. Null where nothing was left out, or nothing would be
 * left: then the whole text is what was written. Reads each line once, so a hostile text costs no more than its length.
 */
export function trimmedOf(text: string): string | null {
  const written = [aboveRule, withoutPrograms, belowIntroduction, aboveIntroduction, aboveHeaders, withoutTail]
  const kept = written.reduce((lines, step) => step(lines), linesOf(text))
  const left = kept.map(line => line.text).join('\n')
  const trimmed = left.replace(/^(?:\s*\n)+/, '').trimEnd()
  return trimmed === '' || trimmed === text.trim() ? null : trimmed
}

const is = (line: Line | undefined, ...kinds: Kind[]) => line !== undefined && kinds.includes(line.kind)
const has = (lines: readonly Line[], ...kinds: Kind[]) => lines.some(line => is(line, ...kinds))
const without = (lines: readonly Line[], kind: Kind) => lines.filter(line => line.kind !== kind)

/** "--" begins a signature however long; of another rule only a few lines below it are one. */
function aboveRule(lines: Line[]): Line[] {
  const texts = lines.filter(line => is(line, 'text')).length
  let above = 0
  for (const [at, line] of lines.entries()) {
    if (is(line, 'text')) above++
    if (!is(line, 'rule') || above === 0) continue
    const signs = /^(?:--|—|_{5,})$/.test(line.text.trim())
    if (signs || texts - above < longestSignature) return lines.slice(0, at)
  }
  return lines
}

function withoutPrograms(lines: Line[]): Line[] {
  return without(lines, 'program')
}

/** Who answers below what they quote: the mail begins with an introduction, its quote follows, and their text ends it. */
function belowIntroduction(lines: Line[]): Line[] {
  const first = lines.find(line => !is(line, 'empty'))
  if (!is(first, 'introduction')) return lines
  const lastOther = lines.findLastIndex(line => !is(line, 'text', 'empty'))
  const between = lines.slice(0, lastOther)
  const below = lines.slice(lastOther + 1)
  return has(below, 'text') && !has(between, 'text') ? below : without(lines, 'introduction')
}

/** Who answers above: up to the introduction, where no text stands between quotes below it. */
function aboveIntroduction(lines: Line[]): Line[] {
  const at = lines.findIndex(line => is(line, 'introduction'))
  if (at === -1 || !has(lines.slice(0, at), 'text', 'quote')) return without(lines, 'introduction')
  const below = lines.slice(at)
  const lastQuote = below.findLastIndex(line => is(line, 'quote'))
  const answers = below.slice(lastQuote + 1).filter(line => is(line, 'text')).length
  const between = has(below.slice(0, lastQuote).slice(below.findIndex(line => is(line, 'quote'))), 'text')
  if (lastQuote === -1 || (!between && answers < longestSignature)) return lines.slice(0, at)
  return without(lines, 'introduction')
}

/** Three headers in a row begin a mail that was put below without a mark. */
function aboveHeaders(lines: Line[]): Line[] {
  let headers = 0
  for (const [at, line] of lines.entries()) {
    if (is(line, 'header')) headers++
    else if (is(line, 'text', 'quote')) headers = 0
    if (headers < 3) continue
    const start = lines.slice(0, at + 1).findLastIndex(each => is(each, 'text', 'quote')) + 1
    return has(lines.slice(0, start), 'text') ? lines.slice(0, start) : lines
  }
  return lines
}

function withoutTail(lines: Line[]): Line[] {
  if (!has(lines, 'text')) return lines
  const last = lines.findLastIndex(line => !is(line, 'empty', 'quote'))
  return lines.slice(0, last + 1)
}
