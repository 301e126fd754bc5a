/** X's ids grow with the time, and say it in all but their last 22 bits: ms since then. */
const epoch = 1_288_834_974_657n
const rest = 22n

export function timeOf(id: string): number {
  return Number((BigInt(id) >> rest) + epoch)
}

/** The smallest id that anything written at this time can have. */
export function idAt(time: number): string {
  const since = BigInt(Math.floor(time)) - epoch
  return String(since > 0n ? since << rest : 1n)
}
