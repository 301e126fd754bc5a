import type { Channel } from '@muster/server/channels/channel.ts'
import { reach } from './mortal-life.ts'

/** The same channel, where a process may die right before it sends or looks, and right after it was answered. */
export function mortalChannel(whole: Channel): Channel {
  return new Proxy(whole, {
    get: (target, name) => {
      const own: unknown = Reflect.get(target, name, target)
      if (typeof own !== 'function') return own
      if (name !== 'send' && name !== 'find') return own.bind(target)
      return async (...given: unknown[]) => {
        reach(`${name} before`)
        const answer = await own.apply(target, given)
        reach(`${name} after`)
        return answer
      }
    },
  })
}
