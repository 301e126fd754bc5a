/** The lines of a text that say something, trimmed, each once. */
export function lines(text: string): string[] {
  const trimmed = text.split('\n').map(line => line.trim())
  return [...new Set(trimmed)].filter(Boolean)
}
