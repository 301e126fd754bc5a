import { writeFile } from 'node:fs/promises'
import { drill, NotBuilt } from './drill.ts'
import { tableOf } from './table.ts'
import { usage, wishOf } from './wish.ts'

/** The command line. Answers with the exit code: 0 every promise kept, 1 one broken, 2 wrong usage or nothing to run on. */
export async function drillCommand(
  parameters: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<number> {
  if (parameters.some(word => word === '--help' || word === '-h')) {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  const wish = wishOf(parameters)
  if ('complaint' in wish) {
    process.stderr.write(`${wish.complaint}\n`)
    return 2
  }
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  try {
    const say = (sentence: string) => process.stderr.write(`${sentence}\n`)
    const report = await drill(wish, environment.REDIS_URL || null, { say, signal: stop.signal })
    process.stdout.write(`${tableOf(report)}\n`)
    if (wish.json !== null) await writeFile(wish.json, `${JSON.stringify(report, null, 2)}\n`)
    return report.broken.length === 0 ? 0 : 1
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    // Whoever plays the people of a drill that was ended does not know it yet.
    if (stop.signal.aborted) process.exit(130)
    return error instanceof NotBuilt ? 2 : 1
  }
}
