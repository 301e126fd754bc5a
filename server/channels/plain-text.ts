/** Longest text of one message that is kept to show and search, in UTF-16 units. */
export const longestText = 10_000

/** Any text as this system keeps it: lines end in \n, control characters but \n and \t are gone, all else is as it came. */
export function asText(raw: string): string {
  return raw
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
}

/** At most `longest` UTF-16 units, never half a character. */
export function cut(text: string, longest: number): { text: string; whole: boolean } {
  if (text.length <= longest) return { text, whole: true }
  const last = text.charCodeAt(longest - 1)
  const splits = last >= 0xd800 && last <= 0xdbff
  return { text: text.slice(0, splits ? longest - 1 : longest), whole: false }
}

/** For names and subjects: one line, single spaces, at most `longest` UTF-16 units. */
export function oneLine(raw: string, longest: number): string {
  const line = cut(raw, longest * 4)
    .text.toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replace(/ +/g, ' ')
    .trim()
  return cut(line, longest).text
}
