/** The value of a header of a raw mail, unfolded; null where it has none. */
export function headerOf(raw: string, name: string): string | null {
  const [head = ''] = raw.split(/\r?\n\r?\n/, 1)
  const unfolded = head.replace(/\r?\n[ \t]+/g, ' ')
  const line = unfolded.split(/\r?\n/).find(each => each.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  return line === undefined ? null : line.slice(name.length + 1).trim()
}

export function bodyOf(raw: string): string {
  return raw.slice(raw.search(/\r?\n\r?\n/)).trim()
}
