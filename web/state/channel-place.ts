import type { ChannelSecrets, ChannelSettings } from '@muster/shared/channel.ts'
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

type Need = { missing: 'noPassword' | 'noSecret' | 'noToken' | 'noBearer'; oneOf: readonly (keyof ChannelSecrets)[] }

/** What a channel cannot do without and does not have: the key of its words. */
export function missingSecret({ settings, secrets }: ChannelView): Need['missing'] | null {
  return needsOf(settings).find(({ oneOf }) => !oneOf.some(name => secrets.includes(name)))?.missing ?? null
}

function needsOf(settings: ChannelSettings): Need[] {
  switch (settings.kind) {
    case 'mail':
      return [{ missing: 'noPassword', oneOf: [settings.oauth ? 'refreshToken' : 'password'] }]
    case 'bluesky':
      return [{ missing: 'noPassword', oneOf: ['password'] }]
    case 'webhook':
      return [{ missing: 'noSecret', oneOf: ['signing'] }]
    case 'mastodon':
      return [{ missing: 'noToken', oneOf: ['token'] }]
    case 'x':
      return [
        { missing: 'noToken', oneOf: ['token', 'refreshToken'] },
        { missing: 'noBearer', oneOf: ['bearer'] },
      ]
  }
}
