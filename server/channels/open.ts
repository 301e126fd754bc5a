import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import { BlueskyChannel } from './bluesky.ts'
import type { Channel } from './channel.ts'
import { MailChannel } from './mail.ts'
import { MastodonChannel } from './mastodon.ts'
import type { Surroundings } from './surroundings.ts'
import { WebhookChannel } from './webhook.ts'
import { XChannel } from './x.ts'

/** Opens the channel a record describes. Connects to nothing yet: `receive` and `send` do. */
export function openChannel(record: ChannelRecord, secrets: ChannelSecrets, surroundings: Surroundings): Channel {
  const { settings } = record
  switch (settings.kind) {
    case 'mail':
      return new MailChannel(record, settings, secrets, surroundings)
    case 'webhook':
      return new WebhookChannel(record, settings, secrets, surroundings)
    case 'bluesky':
      return new BlueskyChannel(record, settings, secrets, surroundings)
    case 'mastodon':
      return new MastodonChannel(record, settings, secrets, surroundings)
    case 'x':
      return new XChannel(record, settings, secrets, surroundings)
  }
}
