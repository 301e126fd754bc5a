import { setTimeout as pause } from 'node:timers/promises'
import { createShardedAdapter } from '@socket.io/redis-adapter'
import { createClient } from 'redis'
import type { Sockets } from './surroundings.ts'

type Needs = {
  url: string
  fault: (error: unknown) => void
  /** Something did not reach the other nodes. */
  unpublished: () => void
}

const patience = 3_000

function connect(url: string, fault: (error: unknown) => void) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    pingInterval: 1_000,
    socket: {
      connectTimeout: patience,
      socketTimeout: patience,
      reconnectStrategy: retries => Math.min(50 * 2 ** retries, 1_000) * (0.5 + Math.random() / 2),
    },
  })
  let away = false
  client.on('error', (error: Error) => {
    if (!away) fault(error)
    away = true
  })
  client.on('ready', () => {
    away = false
  })
  // It tries for ever, so it rejects only when it is destroyed.
  client.connect().catch(() => {})
  return client
}

/**
 * Joins this node's sockets with the other nodes', for what may be lost: entries never take this road.
 *
 * The adapter awaits nothing it asks of Redis, so a refusal would be an unhandled rejection and end the process. It is
 * given exactly the calls it makes, none of which rejects: what cannot be published is dropped, and a subscription is tried
 * until it stands.
 */
export function joinNodes(io: Sockets, { url, fault, unpublished }: Needs): { leave(): void } {
  const publisher = connect(url, fault)
  const subscriber = connect(url, fault)
  const left = new AbortController()

  async function subscribe(channel: string, hear: (message: Buffer, channel: Buffer) => void): Promise<void> {
    while (!left.signal.aborted) {
      try {
        return await subscriber.sSubscribe(channel, hear, true)
      } catch {
        await pause(100, null, { signal: left.signal }).catch(() => {})
      }
    }
  }

  const publishing = {
    /** The adapter takes a client for this library's by its having this. */
    sSubscribe: subscribe,
    sPublish: (channel: string, message: string | Buffer) =>
      publisher.sPublish(channel, message).catch(() => {
        unpublished()
        return 0
      }),
  }
  const subscribing = {
    sSubscribe: subscribe,
    sUnsubscribe: (channel: string) => subscriber.sUnsubscribe(channel).catch(() => {}),
  }
  io.adapter(
    createShardedAdapter(publishing, subscribing, { subscriptionMode: 'static', channelPrefix: 'muster-nodes' }),
  )

  return {
    leave() {
      left.abort()
      publisher.destroy()
      subscriber.destroy()
    },
  }
}
