import { readFileSync } from 'node:fs'

const error = 50
const mostExamples = 5

/** What a server wrote about faults of its own (pino's level error and above): how many lines, and the first few. */
export function faultsIn(logFile: string): { count: number; examples: string[] } {
  const lines = readFileSync(logFile, 'utf8').split('\n').filter(isFault)
  return { count: lines.length, examples: lines.slice(0, mostExamples) }
}

function isFault(line: string): boolean {
  if (!line.startsWith('{')) return false
  try {
    return Number((JSON.parse(line) as { level?: unknown }).level) >= error
  } catch {
    return false
  }
}
