/**
 * What a line of a mail is: empty, a rule of marks, the line that introduces a quote ("On … wrote:"), quoted, a header of a
 * quoted mail, what a program adds of itself ("Sent from my phone"), or text.
 */
export type Kind = 'empty' | 'rule' | 'introduction' | 'quote' | 'header' | 'program' | 'text'

export type Line = { kind: Kind; text: string }

/** Nothing that tells a line's kind stands later than this in it. */
const telling = 300
/** An introduction may be wrapped over this many lines. */
const mostWrapped = 5

const verbs =
  'wrote|writes|écrit|schrieb|geschrieben|scritto|escribió|escreveu|skrev|schreef|kirjoitti|napisał(?:\\(a\\)|a)?|pisze|' +
  'написал(?:\\(а\\)|а)?|пишет|пише|написав|napsala?|yazdı|írta|έγραψε|写道|寫道|작성|のメッセージ'
const ends = new RegExp(`(?:^|[^\\p{L}])(?:${verbs})\\s?[:：]$`, 'u')
const mailAtEnd = /<[^<>\s]{1,254}@[^<>\s]{1,254}>\s?:?$|<[^<>\s]{1,254}@[^<>\s]{1,254}>\s?(?:schrieb|skrev)\s?:$/u
/** The name comes first, and the time last. */
const namedFirst =
  /^.{1,120}<[^<>\s]{1,254}@[^<>\s]{1,254}> (?:schrieb|skrev|schreef|wrote) .{0,60}\d{1,2}[.:]\d\d(?: Uhr)?\s?:$/u
const namedStart = /^.{1,120}<[^<>\s]{1,254}@[^<>\s]{1,254}> (?:schrieb|skrev|schreef|wrote) /u
const within =
  /[^\p{L}](?:schrieb|skrev|schreef)\s.{0,200}(?:[:：]$|<[^<>\s]{1,254}>)|[^\p{L}]schrieb\s.{0,150}\d{1,2}[.:]\d\d(?: Uhr)?:?$/u
const begins =
  /^(?:On|At|Le|El|Il|Em|Am|Op|Den|Dnia|W dniu|Pe|Вт|Ср|Чт|Пт|Сб|Вс|Пн|在|El día)\s?[\p{L}\d].{0,80}\d|^(?:\p{L}{2,12}[,.]? )?\d{1,4}[-./ ].{0,40}\d|^在/iu
const dateThenAddress =
  /^\d{4}-\d\d-\d\d \d\d:\d\d GMT[+-]\d\d:\d\d .{1,120}$|^.{0,80}\d{4}.{0,40}from .{1,120}<[^<>]{1,254}>:$/u

const headerNames =
  'from|sent|to|cc|bcc|subject|date|reply-to|importance|' + // en
  'von|gesendet|an|betreff|datum|antwort an|' + // de
  'de|envoyé|à|objet|date|répondre à|' + // fr
  'da|inviato|risposta|a|oggetto|data|' + // it
  'enviado|enviada|para|asunto|assunto|fecha|responder a|' + // es, pt
  'van|verzonden|aan|onderwerp|' + // nl
  'fra|från|skickat|sendt|dato|til|till|emne|ämne|' + // no, da, sv
  'od|wysłano|do|temat|' + // pl
  'от|кому|дата|тема|отправлено|' + // ru
  '发件人|发送时间|收件人|主题|差出人|送信日時|宛先|件名'
const header = new RegExp(`^[*_]?(?:${headerNames})[*_]?\\s?[:：][*_]?\\s`, 'iu')
const original =
  /^[-_ *>]{0,40}(?:(?:original|forwarded|begin forwarded|weitergeleitete|ursprüngliche|message d.origine|message transféré|mensaje original|mensagem original|messaggio originale|oorspronkelijk|oprindelig|opprinnelig|ursprungligt|wiadomość oryginalna|исходное|原始邮件).{0,40})[-_ *:]{0,40}$/iu
const program =
  /^[[(]?(?:(?:sent|posted) (?:from|via|using|with) .|get outlook for |download outlook|from my (?:iphone|ipad|phone)|gesendet (?:von|mit|über) .|von meinem .{1,60} gesendet|diese nachricht wurde von .{1,80} gesendet|envoyé (?:depuis|de mon|à partir|via) .|enviado (?:desde|do|a partir|via) .|inviato (?:da|dal) .|verzonden (?:vanaf|met|vanuit) .|verstuurd vanaf .|sendt fra .|skickat från .|wysłane z .|отправлено (?:с|из) .|从我的.{1,20}发送|iphoneから送信).{0,120}$/iu
const rule = /^\s*[-_,=+~#*ᐧ—]+\s*$/u

/** The lines of a text, each with its kind. */
export function linesOf(text: string): Line[] {
  const raw = text.split('\n')
  const lines: Line[] = []
  let fenced = false
  for (let at = 0; at < raw.length; at++) {
    const own = raw[at] ?? ''
    if (/^\s*(?:```|\[\/?code\])/.test(own)) fenced = !fenced
    const wrapped = fenced ? 0 : introductionFrom(raw, at)
    for (let more = 0; more < wrapped; more++) lines.push({ kind: 'introduction', text: raw[at + more] ?? '' })
    if (wrapped > 0) at += wrapped - 1
    else lines.push({ kind: fenced ? 'text' : kindOf(own), text: own })
  }
  return lines
}

function kindOf(whole: string): Kind {
  const line = whole.slice(0, telling)
  const bare = line.trim()
  if (bare === '') return 'empty'
  if (/^\s*[>＞]/.test(line)) return 'quote'
  if (rule.test(line)) return 'rule'
  if (original.test(bare)) return 'introduction'
  if (program.test(bare)) return 'program'
  return header.test(`${bare} `) ? 'header' : 'text'
}

const dashed = /^-{2,} ?(?:On|Am|Le|El|Il) .{1,200} (?:wrote|schrieb|écrit|escribió|scritto) ?-{2,}$/u
const verbAlone = new RegExp(`^>?\\s*(?:${verbs})\\s?[:：]$`, 'u')

/** How many lines from here on introduce a quote; 0 where none do. */
function introductionFrom(raw: readonly string[], at: number): number {
  const first = (raw[at] ?? '').trim().slice(0, telling)
  if (![begins, ends, mailAtEnd, dashed, namedStart].some(start => start.test(first))) return 0
  let joined = ''
  let written = 0
  for (let more = 0; more < mostWrapped + 3 && written < mostWrapped; more++) {
    const line = (raw[at + more] ?? '').trim()
    if (line === '') continue
    if (joined.length + line.length > telling) return 0
    joined = `${joined} ${line.replace(/^>+\s*/, '')}`.trim()
    written++
    if (introduces(joined)) return verbAlone.test((raw[at + more + 1] ?? '').trim()) ? more + 2 : more + 1
  }
  return 0
}

function introduces(joined: string): boolean {
  if (dateThenAddress.test(joined) || dashed.test(joined) || namedFirst.test(joined)) return true
  const dated = /\d/.test(joined)
  const addressed = /@/.test(joined)
  if (ends.test(joined)) return dated || addressed
  return begins.test(joined) && dated && (within.test(joined) || mailAtEnd.test(joined))
}
