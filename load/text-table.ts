/** What was measured, the figure, and the figure of what it is held against. */
export type Row = [what: string, measured: string, against: string]

export function printTable(title: string, rows: readonly Row[], against = 'research'): void {
  const [what, measured] = [0, 1].map(column => Math.max(...rows.map(row => (row[column] ?? '').length), 8))
  const line = (row: Row) => `  ${row[0].padEnd(what ?? 0)}  ${row[1].padEnd(measured ?? 0)}  ${row[2]}`.trimEnd()
  console.log([`\n${title}`, line(['', 'measured', against]), ...rows.map(line)].join('\n'))
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

export function microseconds(ms: number, count: number): string {
  return `${((ms / count) * 1_000).toFixed(0)} µs`
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
