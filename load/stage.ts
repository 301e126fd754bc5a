import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Random } from '@muster/server/drill/random.ts'
import { buildTemporary, type StoreName } from '@muster/server/drill/temporary.ts'
import { type LevelName, peopleOf } from './scripts/levels.ts'
import type { Shown, Stage } from './scripts/stage.ts'

/** Short enough that claims somebody forgot are taken over within a run. */
const leaseMs = 10_000

export type OpenStage = {
  /** What a script reads. */
  file: string
  /** What the server used, in a sentence. */
  told: () => string
  /** Where the server writes. */
  folder: string
  /** Ends what was started and removes what was written, unless it is to be kept. */
  close: (keep: boolean) => Promise<void>
}

/** A whole installation for one run, as a drill has it, with networks in fair weather. Throws a sentence. */
export async function openStage({ store, level }: { store: StoreName; level: LevelName }): Promise<OpenStage> {
  const random = new Random(1)
  const redisUrl = process.env.REDIS_URL || null
  const wanted = { store, people: peopleOf(level), leaseMs, random, now: Date.now, redisUrl }
  const { url, incidentId, accounts, cast, network, server, folder, close } = await buildTemporary(wanted)
  network.weather = 'fair'
  const shown = createServer((_, response) => {
    const seen: Shown[] = network.shown.map(({ replyId, address, inReplyTo }) => ({ replyId, address, inReplyTo }))
    response.end(JSON.stringify(seen))
  })
  shown.listen(0, '127.0.0.1')
  await once(shown, 'listening')
  const stage: Stage = {
    url,
    incidentId,
    channel: { id: accounts.steady.channelId, secret: accounts.steady.secret },
    people: cast.responders.map(({ token }) => token),
    reader: cast.observer.token,
    shown: `http://127.0.0.1:${(shown.address() as AddressInfo).port}/`,
  }
  const file = join(folder, 'stage.json')
  await writeFile(file, JSON.stringify(stage), { mode: 0o600 })
  return {
    file,
    told: () => {
      const { cpuSeconds, peakRssMb } = server.usage
      return `The server used ${cpuSeconds.toFixed(1)} s of CPU and ${peakRssMb.toFixed(0)} MB at most.`
    },
    folder,
    close: async keep => {
      shown.close()
      shown.closeAllConnections()
      await close(keep)
    },
  }
}
