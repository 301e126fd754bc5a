import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { Sealed } from '../domain/secrets.ts'
import type { Desk } from './desk.ts'
import type { Safe } from './safe.ts'

/** What one channel must keep secret between two starts, the same on every node. */
export function vaultOf(desk: Desk, safe: Safe, channelId: string) {
  const key = company.vault(channelId)
  return {
    load: async (): Promise<string | null> => {
      const { records } = await desk.store.read(company.room, [key])
      const kept = records[0]?.value as { secret: Sealed } | undefined
      return kept === undefined ? null : String(safe.openOne(key, 'secret', kept.secret))
    },
    save: async (secret: string): Promise<void> => {
      const sealed = safe.sealOne(key, 'secret', secret)
      const id = crypto.randomUUID()
      await desk.handle(company.room, { id, type: 'channel/save-vault', channelId, secret: sealed }, muster)
    },
  }
}
