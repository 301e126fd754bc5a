import { mkdir } from 'node:fs/promises'
import type { Outcome } from '@muster/shared/refusal.ts'
import { type Config, readConfig, storeFile } from '../config.ts'
import { Desk } from '../desk/desk.ts'
import { openRedisStore } from '../store/redis.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { Misconfigured } from './usage.ts'

/** What went wrong, as a sentence; the process ends with 1. */
export class Failure extends Error {
  override name = 'Failure'
}

/** Opens the store beside whatever serves from it, and closes it when the work is done. */
export async function withDesk(work: (desk: Desk, config: Config) => Promise<void>): Promise<void> {
  const config = readConfig(process.env)
  if ('complaint' in config) throw new Misconfigured(config.complaint)
  const store = await openBeside(config)
  const desk = new Desk(store, {
    random: Math.random,
    length: () => null,
    sameness: () => null,
    fault: error => (error instanceof Error ? error.message : String(error)),
  })
  try {
    await work(desk, config)
  } finally {
    await store.close()
  }
}

async function openBeside(config: Config): Promise<Store> {
  if (config.redisUrl !== null) return openRedisStore({ url: config.redisUrl })
  await mkdir(config.data, { recursive: true, mode: 0o700 })
  return openSqliteStore({ file: storeFile(config), shared: true })
}

/** The answer of a command that was done; a `Failure` with the sentence where it was not. */
export function done(outcome: Outcome): Record<string, unknown> {
  if (outcome.type === 'done') return outcome.answer
  if (outcome.type === 'refused') throw new Failure(outcome.refusal.sentence)
  if (outcome.type === 'unavailable') throw new Failure(`${outcome.sentence} (${outcome.reference})`)
  throw new Failure(outcome.issues.map(({ field, expected }) => `${field}: ${expected}.`).join(' '))
}
