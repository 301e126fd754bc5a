import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Store } from '@muster/server/store/store.ts'
import { expect } from 'vitest'
import { until } from '../support/until.ts'

export type Witness = {
  /** The ids of the commands that were acknowledged so far. */
  acknowledged: string[]
  /** What was said of faults. */
  faults: string[]
  kill: () => Promise<void>
}

/** Runs acknowledging.ts until it is killed; with `blocks`, no file it writes grows past that many blocks of 512 bytes. */
export async function startWitness(
  kind: Store['kind'],
  where: string,
  room: string,
  blocks?: number,
): Promise<Witness> {
  const script = new URL('./acknowledging.ts', import.meta.url).pathname
  const command = blocks ? `ulimit -f ${blocks}; exec "$@"` : 'exec "$@"'
  const run = [process.execPath, script, kind, where, room]
  const child = spawn('sh', ['-c', command, 'sh', ...run], { stdio: ['ignore', 'pipe', 'inherit'] })
  const witness = { acknowledged: [] as string[], faults: [] as string[], kill: () => kill(child) }
  let open = false
  createInterface(child.stdout).on('line', line => {
    if (line === 'open') open = true
    else if (line.startsWith('unavailable')) witness.faults.push(line)
    else witness.acknowledged.push(line)
  })
  await until('the witness has opened its store', () => open || child.exitCode !== null)
  return witness
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
}

/** Everything acknowledged is there, and every change is there whole or not at all. */
export async function expectAllKept(store: Store, room: string, acknowledged: readonly string[]): Promise<void> {
  const at = await store.top(room)
  const since = await store.since(room, { ...at, seq: 0 }, at.seq)
  if (since.type !== 'resumed') throw new Error('expected lines')
  const told = since.lines.map(line => String(line.told.key))
  expect(since.lines.every(({ seq }, index) => seq === index + 1)).toBe(true)
  expect(new Set(told)).toEqual(new Set([...told, ...acknowledged.map(id => `record/${id}`)]))
  const { records } = await store.read(room, told)
  expect(records.every((record, index) => record !== null && `record/${record.version}` === told[index])).toBe(true)
}
