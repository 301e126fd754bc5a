import { entity } from './html-entities.ts'

/** Elements that start on a new line, and those that leave an empty one. */
const breaks = new Set('address article aside dd div dt fieldset footer form header li main nav section tr'.split(' '))
const gaps = new Set('blockquote dl h1 h2 h3 h4 h5 h6 hr ol p pre table ul'.split(' '))
const unseen = new Set(['script', 'style', 'title', 'template', 'textarea'])

/**
 * The text of what came as HTML only. Reads forward once and stops when it has `longest` characters, so hostile markup
 * costs no more than its length; what is badly formed comes out as text, never as an error. `links`: where a link leads
 * stands behind it, unless it shows that itself or leads to a person or a tag of a social network.
 */
export function htmlToText(html: string, longest: number, links: 'named' | 'dropped' = 'dropped'): string {
  const page = new Page()
  const markup = new Markup(html)
  for (let token = markup.next(); token !== null && page.text.length < longest; token = markup.next()) {
    if (token.type === 'text') page.write(token.text)
    else place(page, token.name, token.opens)
    if (token.type === 'tag' && token.name === 'a' && links === 'named') nameLink(page, token)
  }
  return page.text
}

function nameLink(page: Page, { opens, raw }: Tag): void {
  if (page.link !== null) page.endLink(page.link)
  page.link = opens ? linkOf(raw, page.text.length) : null
}

/** Where it leads, and from where on its text stands; null for what need not be named. */
function linkOf(raw: string, from: number): Link | null {
  const leads = decode(attribute(raw, 'href')).trim()
  const social = /(?:^|\s)(?:mention|hashtag)(?:\s|$)/.test(attribute(raw, 'class'))
  return social || !/^https?:\/\/\S{1,2000}$/i.test(leads) ? null : { leads, from }
}

function attribute(raw: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(raw)
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? ''
}

function place(page: Page, name: string, opens: boolean): void {
  if (name === 'br') page.newLine()
  if (gaps.has(name)) page.leave(2)
  if (breaks.has(name)) page.leave(1)
  if (name === 'td' || name === 'th') page.write(' ')
  if (name === 'li' && opens) page.write('- ')
}

/** Text as a browser would flow it: runs of white space are one space, and at most one line is left empty. */
class Page {
  text = ''
  /** The link that is open. */
  link: Link | null = null
  #lines = 0
  #space = false

  write(raw: string): void {
    const flowing = decode(raw.replace(/[ \t\n\r\f]+/g, ' '))
    const words = flowing.trim() === '' ? '' : flowing.replace(/^ | $/g, '')
    if (flowing.startsWith(' ')) this.#space = true
    if (words === '') return
    if (this.text !== '') this.text += this.#lines > 0 ? '\n'.repeat(this.#lines) : this.#space ? ' ' : ''
    this.text += words
    this.#lines = 0
    this.#space = flowing.endsWith(' ')
  }

  endLink({ leads, from }: Link): void {
    const shown = this.text.slice(from).trim()
    const bare = (address: string) => address.replace(/^https?:\/\//i, '').replace(/\/$/, '')
    if (bare(shown) !== bare(leads)) this.write(shown === '' ? leads : ` (${leads})`)
  }

  newLine(): void {
    this.#lines = Math.min(2, this.#lines + 1)
  }

  leave(lines: 1 | 2): void {
    this.#lines = Math.max(this.#lines, lines)
  }
}

type Link = { leads: string; from: number }
/** `raw`: the tag as it stands; empty for what was left out. */
type Tag = { type: 'tag'; name: string; opens: boolean; raw: string }
type Token = { type: 'text'; text: string } | Tag

/** Cuts markup into texts and tags, skipping comments and what is never shown. */
class Markup {
  #at = 0
  /** Set once a quote ran to the very end: from then on tags end at the next ">", so that nothing is read twice. */
  #quotesAreBroken = false
  readonly #html: string

  constructor(html: string) {
    this.#html = html
  }

  next(): Token | null {
    if (this.#at >= this.#html.length) return null
    const rest = this.#html.slice(this.#at, this.#at + 40)
    const tag = /^<(\/?)([a-z][a-z0-9]{0,19})/i.exec(rest)
    if (tag?.[2] !== undefined) return this.#tag(tag[2].toLowerCase(), tag[1] === '')
    if (rest.startsWith('<!--')) return this.#skip(this.#html.indexOf('-->', this.#at + 4), 3)
    if (/^<[!?/]/.test(rest)) return this.#skip(this.#html.indexOf('>', this.#at), 1)
    return this.#text()
  }

  #text(): Token {
    const end = this.#html.indexOf('<', this.#at + 1)
    const text = this.#html.slice(this.#at, end === -1 ? undefined : end)
    this.#at += text.length
    return { type: 'text', text }
  }

  #tag(name: string, opens: boolean): Token {
    const begin = this.#at
    const end = this.#endOfTag()
    this.#at = end === -1 ? this.#html.length : end + 1
    if (!opens || !unseen.has(name)) return { type: 'tag', name, opens, raw: this.#html.slice(begin, this.#at) }
    const closer = new RegExp(`</${name}`, 'gi')
    closer.lastIndex = this.#at
    return this.#skip(closer.exec(this.#html)?.index ?? -1, 0)
  }

  #endOfTag(): number {
    const mark = /[>"']/g
    mark.lastIndex = this.#at
    while (!this.#quotesAreBroken) {
      const found = mark.exec(this.#html)
      if (found === null || found[0] === '>') return found?.index ?? -1
      const closing = this.#html.indexOf(found[0], mark.lastIndex)
      if (closing === -1) this.#quotesAreBroken = true
      mark.lastIndex = closing + 1
    }
    return this.#html.indexOf('>', this.#at)
  }

  /** What is left out stands for a tag without meaning; without an end the rest of the page is left out. */
  #skip(end: number, length: number): Token {
    this.#at = end === -1 ? this.#html.length : end + length
    return { type: 'tag', name: '', opens: false, raw: '' }
  }
}

function decode(text: string): string {
  return text.replace(
    /&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});?/gi,
    (whole, name: string) => entity(name) ?? whole,
  )
}
