import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'

/** What one channel must keep secret between two starts, the same on every node. */
export function vaultOf(desk: Desk, channelId: string) {
  return {
    load: async (): Promise<string | null> => {
      const { records } = await desk.store.read(company.room, [company.vault(channelId)])
      return (records[0]?.value as { secret: string } | undefined)?.secret ?? null
    },
    save: async (secret: string): Promise<void> => {
      const id = crypto.randomUUID()
      await desk.handle(company.room, { id, type: 'channel/save-vault', channelId, secret }, muster)
    },
  }
}
