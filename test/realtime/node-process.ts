import { openRedisStore } from '@muster/server/store/redis.ts'
import { Node } from './stage.ts'

/** A gateway in a process of its own, for tests that kill it: `node node-process.ts <redis url>` prints its port. */
const [, , redisUrl = ''] = process.argv
const node = await Node.open(await openRedisStore({ url: redisUrl }), { redisUrl })
console.log(node.port)
