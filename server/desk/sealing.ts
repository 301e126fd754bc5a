import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { Plain, SealedCommand } from '../domain/secrets.ts'
import type { Store } from '../store/store.ts'
import type { Desk } from './desk.ts'
import { all } from './picture.ts'
import type { Safe } from './safe.ts'

/**
 * The command with its secrets sealed for the record they will be kept in. `vault`: what a channel made of these secrets
 * already.
 */
export function sealed(safe: Safe, command: Plain, vault: string | null = null): SealedCommand {
  switch (command.type) {
    case 'channel/save': {
      const { id } = command.channel
      const secrets = safe.seal(company.secrets(id), command.secrets)
      return { ...command, secrets, vault: vault === null ? null : safe.sealOne(company.vault(id), 'secret', vault) }
    }
    case 'alert-source/save':
      return { ...command, secrets: safe.seal(company.alertSecrets(command.source.id), command.secrets) }
    case 'status-page/save':
      return { ...command, secrets: safe.seal(company.statusPageSecrets(command.page.id), command.secrets) }
  }
}

/** What has secrets, and the records they are kept in. */
const holders: readonly [list: string, records: ((id: string) => string)[]][] = [
  [company.channels, [company.secrets, company.vault]],
  [company.alertSources, [company.alertSecrets]],
  [company.statusPages, [company.statusPageSecrets]],
]

/**
 * Seals under today's key whatever is kept in clear or under a former one; answers how many records that were. What cannot
 * be opened stays as it is: `fault` hears of it.
 */
export async function sealAll(desk: Desk, safe: Safe, fault: (error: unknown, about: string) => void): Promise<number> {
  let resealed = 0
  for (const record of await secretRecords(desk.store)) if (await renew(desk, safe, record, fault)) resealed++
  return resealed
}

/** Keys of the records that hold secrets, or might. */
export async function secretRecords(store: Store): Promise<string[]> {
  const found = await Promise.all(
    holders.map(async ([list, recordsOf]) => {
      const held = await all<{ id: string }>(store, company.room, list)
      return held.flatMap(({ id }) => recordsOf.map(recordOf => recordOf(id)))
    }),
  )
  return found.flat()
}

async function renew(
  desk: Desk,
  safe: Safe,
  key: string,
  fault: (error: unknown, about: string) => void,
): Promise<boolean> {
  const { records } = await desk.store.read(company.room, [key])
  const kept = (records[0]?.value ?? {}) as Record<string, unknown>
  try {
    const to = safe.renew(key, kept)
    if (JSON.stringify(to) === JSON.stringify(kept)) return false
    const command = { id: crypto.randomUUID(), type: 'secrets/reseal', key, from: kept, to } as const
    const outcome = await desk.handle(company.room, command, muster)
    return outcome.type === 'done' && outcome.answer.resealed === true
  } catch (error) {
    fault(error, `the secrets in ${key}`)
    return false
  }
}
