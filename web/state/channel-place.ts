import type { ChannelView } from '@muster/shared/endpoint.ts'
import { hookAddress } from './path.ts'
import { say } from './words.ts'

/** Where customers write to reach a channel, as a line. */
export function placeOf({ id, settings }: ChannelView): string {
  switch (settings.kind) {
    case 'mail':
      return say('channels.mailbox', { address: settings.address })
    case 'webhook':
      return say('channels.webhook', { address: hookAddress(location.origin, id) })
    case 'bluesky':
      return `Bluesky @${settings.handle}`
    case 'mastodon':
      return `Mastodon ${settings.server.replace(/^https?:\/\//, '')}`
    case 'x':
      return `X @${settings.username}`
  }
}

/** What a channel cannot do without and does not have: the key of its words. */
export function missingSecret({ settings, secrets }: ChannelView): 'noPassword' | 'noSecret' | 'noToken' | null {
  switch (settings.kind) {
    case 'mail':
      return secrets.includes(settings.oauth ? 'refreshToken' : 'password') ? null : 'noPassword'
    case 'bluesky':
      return secrets.includes('password') ? null : 'noPassword'
    case 'webhook':
      return secrets.includes('signing') ? null : 'noSecret'
    case 'mastodon':
    case 'x':
      return secrets.includes('token') ? null : 'noToken'
  }
}
