import type { Received } from './channel.ts'
import type { Me } from './mastodon-account.ts'
import { Status } from './mastodon-entities.ts'
import { editedOf } from './mastodon-notices.ts'

/** What an event of the stream says by itself; null where the notifications say it, or where it is not about us. */
export function toldBy(event: string, payload: string, me: Pick<Me, 'id' | 'domain'>, at: number): Received | null {
  if (event === 'delete') return { type: 'deleted', externalId: payload.slice(0, 100), at }
  if (event !== 'status.update') return null
  const status = Status.safeParse(parsed(payload)).data
  return status?.mentions.some(({ id }) => id === me.id) ? editedOf(status, me.domain) : null
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return null
  }
}
