type Told = Record<string, unknown>

/**
 * Every conversation that can have said what was taken away. A deletion names the one that its message is in now; before a
 * merge or a parting it was in another, so what is told is gone through from the latest to the first.
 */
export function lineageOfDeleted(told: readonly Told[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const each of told.toReversed()) {
    if (each.type === 'message/deleted') ids.add(idOf(each.conversation))
    if (each.type === 'conversation/merged' && ids.has(idOf(each.conversation))) ids.add(String(each.goneId))
    if (each.type === 'conversation/parted' && ids.has(idOf(each.other))) ids.add(idOf(each.conversation))
  }
  return ids
}

/** Of encoded lines those that tell of a merge or a parting, without decoding the others. */
export function movesIn(lines: readonly string[]): Told[] {
  return lines
    .filter(line => line.includes('"conversation/merged"') || line.includes('"conversation/parted"'))
    .map(line => JSON.parse(line) as Told)
}

function idOf(conversation: unknown): string {
  return (conversation as { id: string }).id
}
