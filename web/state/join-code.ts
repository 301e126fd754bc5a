/** The code of a typed text, in whatever case and with whatever between its letters; of a pasted link its last part. */
export function plainCode(text: string): string {
  const whole = decoded(text.trim())
  return whole
    .slice(whole.lastIndexOf('/') + 1)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** As people read it to each other: ABCD-EFGH. */
export function shownCode(code: string): string {
  const half = Math.ceil(code.length / 2)
  return code === '' ? '' : `${code.slice(0, half)}-${code.slice(half)}`
}
