import { Answering } from './answering.ts'
import { BlueskyNetwork } from './bluesky-network.ts'
import { FakeMastodon, token } from './mastodon-fake.ts'

const inboundKey = 'a key of the provider'

/** A desk that Mastodon, Bluesky and a provider of mail feed, all on this machine. */
export class NetworksStage {
  readonly mastodon: FakeMastodon
  readonly bluesky: BlueskyNetwork
  readonly desk: Answering

  private constructor(mastodon: FakeMastodon, bluesky: BlueskyNetwork, desk: Answering) {
    this.mastodon = mastodon
    this.bluesky = bluesky
    this.desk = desk
  }

  static async open(): Promise<NetworksStage> {
    const mastodon = await new FakeMastodon().start()
    const bluesky = await new BlueskyNetwork().start()
    const known = { enabled: true, incidentId: null }
    const server = { kind: 'mastodon', server: mastodon.url, longest: 500 } as const
    const account = { service: bluesky.url, handle: bluesky.own.handle, directMessages: false, search: null }
    const smtp = { host: '127.0.0.1', port: 25, security: 'none', user: '' } as const
    const mailbox = { address: 'support@muster.test', mailbox: 'INBOX', imap: null, smtp } as const
    const desk = await Answering.open([
      { channel: { ...known, id: 'social', name: 'Acme on Mastodon', settings: server }, secrets: { token } },
      {
        channel: { ...known, id: 'sky', name: 'Acme on Bluesky', settings: { kind: 'bluesky', ...account } },
        secrets: { password: bluesky.password },
      },
      {
        channel: {
          ...known,
          id: 'letters',
          name: 'Support mail',
          settings: { kind: 'mail', inbound: 'raw', ...mailbox },
        },
        secrets: { inboundKey },
      },
    ])
    return new NetworksStage(mastodon, bluesky, desk)
  }

  /** As a provider posts a mail. */
  async mail(name: string, ...lines: string[]): Promise<number> {
    const address = `${name.toLowerCase()}@example.test`
    const head = [`From: ${name} <${address}>`, `Message-ID: <${name}@example.test>`, 'Subject: Down?']
    const type = 'Content-Type: text/plain; charset=utf-8'
    return await this.post(...head, type, '', ...lines)
  }

  /** A raw mail, whatever it holds. */
  async post(...lines: string[]): Promise<number> {
    const { status } = await fetch(`${this.desk.world.origin}/hooks/letters`, {
      method: 'POST',
      body: lines.join('\r\n'),
      headers: { authorization: `Bearer ${inboundKey}`, 'content-type': 'message/rfc822' },
    })
    return status
  }

  async close(): Promise<void> {
    await this.desk.close()
    await this.mastodon.stop()
    await this.bluesky.stop()
  }
}
