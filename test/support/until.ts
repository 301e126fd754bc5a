import { setTimeout as pause } from 'node:timers/promises'

/** Resolves with what `look` finds, as soon as it is truthy; throws what was awaited when `boundMs` have passed. */
export async function until<T>(awaited: string, look: () => T | Promise<T>, boundMs = 10_000): Promise<T> {
  const end = performance.now() + boundMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`Awaited for ${boundMs} ms: ${awaited}`)
    await pause(5)
  }
}
