/** A moment as a field of local date and time takes it; '' for none. */
export function localTime(at: number | null): string {
  if (at === null) return ''
  const offset = new Date(at).getTimezoneOffset() * 60_000
  return new Date(at - offset).toISOString().slice(0, 16)
}

/** The moment such a field holds; null for none. */
export function momentOf(field: string): number | null {
  return field === '' ? null : new Date(field).getTime()
}
