import type { ChannelSecrets, ChannelSettings, MailSettings } from './channel.ts'
import type { StatusPage, StatusPageSecrets } from './status-page.ts'

/** Of each secret every place it is sent to, as a line; of one that is sent nowhere none. */
type Places<Secrets> = Readonly<Record<keyof Secrets, readonly string[]>>

const nowhere: Places<ChannelSecrets> = {
  password: [],
  token: [],
  refreshToken: [],
  clientId: [],
  clientSecret: [],
  consumerSecret: [],
  bearer: [],
  inboundKey: [],
  signing: [],
}

/** What a kind of channel sends, and where to. A signature tells nothing of its secret, nor does what a caller shows us. */
function placesOfChannel(settings: ChannelSettings): Places<ChannelSecrets> {
  switch (settings.kind) {
    case 'mail':
      return { ...nowhere, ...placesOfMail(settings) }
    case 'webhook':
      return nowhere
    case 'bluesky':
      return { ...nowhere, password: [addressOf(settings.service)] }
    case 'mastodon':
      return { ...nowhere, token: [addressOf(settings.server)] }
    case 'x': {
      const api = [addressOf(settings.api)]
      return { ...nowhere, token: api, refreshToken: api, clientId: api, clientSecret: api, bearer: api }
    }
  }
}

function placesOfMail({ imap, smtp, oauth }: MailSettings): Partial<Places<ChannelSecrets>> {
  const servers = [imap, smtp].filter(server => server !== null).map(mailServer)
  if (!oauth) return { password: servers }
  const renewal = addressOf(oauth.tokenUrl)
  // The servers are sent what a refresh token is changed for.
  return { refreshToken: [renewal, ...servers], clientSecret: [renewal] }
}

function mailServer({ host, port, security, user }: MailSettings['smtp']): string {
  return `${security} ${host.toLowerCase()} ${port} ${user}`
}

function placesOfPage(settings: StatusPage['settings']): Places<StatusPageSecrets> {
  switch (settings.kind) {
    case 'statuspage':
      return { token: [addressOf(settings.api)], signing: [] }
    case 'webhook':
      return { token: [], signing: [] }
  }
}

/** As it is typed in a form it need not be an address yet. */
function addressOf(typed: string): string {
  return URL.canParse(typed) ? new URL(typed).href : typed
}

/** Which secrets a channel would send where it did not before: nobody gave them for that. */
export function channelSecretsElsewhere(
  former: ChannelSettings | null,
  settings: ChannelSettings,
): (keyof ChannelSecrets)[] {
  return elsewhere(former === null ? nowhere : placesOfChannel(former), placesOfChannel(settings))
}

export function pageSecretsElsewhere(
  former: StatusPage['settings'] | null,
  settings: StatusPage['settings'],
): (keyof StatusPageSecrets)[] {
  return elsewhere(former === null ? { token: [], signing: [] } : placesOfPage(former), placesOfPage(settings))
}

function elsewhere<Name extends string>(
  former: Readonly<Record<Name, readonly string[]>>,
  places: Readonly<Record<Name, readonly string[]>>,
): Name[] {
  const names = Object.keys(places) as Name[]
  return names.filter(name => places[name].some(place => !former[name].includes(place)))
}
