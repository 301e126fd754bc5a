import { writeSync } from 'node:fs'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import { StoreUnavailable } from '@muster/server/store/store.ts'
import { put } from './changes.ts'

/**
 * A process to be killed: commits for ever and writes down each command id once it is acknowledged. Takes the kind of
 * store, its file or url, and the room. Says so and goes on when the store is unavailable.
 */
const [kind, where = '', room = ''] = process.argv.slice(2)
const store = kind === 'redis' ? await openRedisStore({ url: where }) : await openSqliteStore({ file: where })
writeSync(1, 'open\n')

for (let number = 0; ; number++) {
  const batch = Array.from({ length: 3 }, (_, at) => {
    const key = `record/${number}-${at}`
    return {
      commandId: `${number}-${at}`,
      seen: { [key]: null },
      put: [put(key, 'x'.repeat(200))],
      tell: [{ key }],
      answer: {},
    }
  })
  try {
    const outcomes = await store.commit(room, batch)
    if (outcomes.every(({ type }) => type === 'committed'))
      for (const { commandId } of batch) writeSync(1, `${commandId}\n`)
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    writeSync(1, `unavailable: ${error.message}\n`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
