import { registerHooks } from 'node:module'
import { createInterface } from 'node:readline'
import { Switchboard } from '@muster/server/desk/switchboard.ts'
import { mortalChannel } from './mortal-channel.ts'
import { instead, mayDieAt } from './mortal-life.ts'

/**
 * The real server, with a clock that can be put forward and a life that may end at one step of delivery:
 * `node mortal-server.ts <ms ahead> <step> <which time>`. Each line it is given says how far its clock is ahead from then on.
 */
const [, , given = '0', step = '', time = '0'] = process.argv
/** It waits for a network a tenth as long as in earnest, so that it hears of a silence before it dies. */
const impatience = 10

let ahead = Number(given)
instead(Date, 'now', now => () => now() + ahead)
createInterface({ input: process.stdin })
  .on('line', line => {
    ahead = Number(line)
  })
  // Whoever started it is gone.
  .on('close', () => process.exit(1))
instead(AbortSignal, 'timeout', timeout => ms => timeout.call(AbortSignal, ms / impatience))

mayDieAt(step, Number(time))
instead(
  Switchboard.prototype,
  'channel',
  channel =>
    function (this: Switchboard, id) {
      const whole = channel.call(this, id)
      return whole === null ? null : mortalChannel(whole)
    },
)

const stores = new Set(['../store/redis.ts', '../store/sqlite.ts'])
const mortalStores = new URL('./mortal-store.ts', import.meta.url).href
registerHooks({
  resolve(specifier, context, next) {
    const isOpened = stores.has(specifier) && context.parentURL?.endsWith('/server/app/ground.ts')
    return isOpened ? { url: mortalStores, shortCircuit: true } : next(specifier, context)
  },
})

await import('@muster/server/main.ts')
